"""Settings come from the environment, with defaults that need none."""

from pathlib import Path

import pytest

from spanwise.core.errors import InvalidInput
from spanwise.runtime.settings import Settings


def test_without_an_environment_everything_lies_in_one_folder_here() -> None:
    settings = Settings.read({})
    assert settings.home == Path.cwd() / ".spanwise"
    assert settings.database_url == f"sqlite:///{settings.home / 'spanwise.db'}"
    assert (settings.host, settings.port, settings.secure_cookies) == ("127.0.0.1", 8400, False)


def test_the_environment_says_it_all() -> None:
    settings = Settings.read(
        {
            "SPANWISE_HOME": "/var/lib/spanwise",
            "SPANWISE_DATABASE": "postgresql://db/spanwise",
            "SPANWISE_HOST": "0.0.0.0",  # noqa: S104
            "SPANWISE_PORT": "80",
            "SPANWISE_HTTPS": "1",
            "PATH": "/bin",
        }
    )
    assert settings.home == Path("/var/lib/spanwise")
    assert settings.database_url == "postgresql://db/spanwise"
    assert (settings.host, settings.port) == ("0.0.0.0", 80)  # noqa: S104
    assert settings.secure_cookies


def test_a_folder_that_is_named_wins(tmp_path: Path) -> None:
    settings = Settings.read({"SPANWISE_HOME": "/var/lib/spanwise"}, tmp_path)
    assert settings.home == tmp_path
    assert settings.database_url == f"sqlite:///{tmp_path / 'spanwise.db'}"


def test_a_folder_is_where_it_was_when_it_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.read({"SPANWISE_HOME": "here"}).home == tmp_path / "here"


@pytest.mark.parametrize("port", ["", "0", "65536", "-1", "80.0", "http", "٨٠", "1e3", " 80"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(InvalidInput, match="SPANWISE_PORT"):
        Settings.read({"SPANWISE_PORT": port})


@pytest.mark.parametrize("value", ["", "0", "no", "true"])
def test_cookies_are_secure_only_where_that_is_said_plainly(value: str) -> None:
    assert not Settings.read({"SPANWISE_HTTPS": value}).secure_cookies
