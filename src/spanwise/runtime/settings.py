"""Where Spanwise keeps its data, and where it listens."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from spanwise.core.errors import InvalidInput

DEFAULT_PORT = 8400
_MAX_PORT = 65_535


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Settings of one process, from the environment.

    Attributes:
        home: folder of keys and of the embedded database (`SPANWISE_HOME`).
        database_url: `sqlite:///…` or `postgresql://…` (`SPANWISE_DATABASE`).
        host: address to listen on (`SPANWISE_HOST`).
        port: port to listen on (`SPANWISE_PORT`).
        secure_cookies: send the session only over HTTPS (`SPANWISE_HTTPS=1`, behind a proxy).
    """

    home: Path
    database_url: str
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    secure_cookies: bool = False

    @classmethod
    def read(cls, environment: Mapping[str, str], home: Path | None = None) -> "Settings":
        """The settings of an environment; `home` wins over `SPANWISE_HOME`.

        Raises:
            InvalidInput: a port that is none.
        """
        folder = (home or Path(environment.get("SPANWISE_HOME", ".spanwise"))).absolute()
        port = environment.get("SPANWISE_PORT", str(DEFAULT_PORT))
        if not (port.isascii() and port.isdigit() and 0 < int(port) <= _MAX_PORT):
            raise InvalidInput(f"SPANWISE_PORT is '{port}'.", "Set it to a port, such as 8400.")
        return cls(
            home=folder,
            database_url=environment.get(
                "SPANWISE_DATABASE", f"sqlite:///{folder / 'spanwise.db'}"
            ),
            host=environment.get("SPANWISE_HOST", "127.0.0.1"),
            port=int(port),
            secure_cookies=environment.get("SPANWISE_HTTPS", "") == "1",
        )
