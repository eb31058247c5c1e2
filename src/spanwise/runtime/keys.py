"""Secrets of one installation: made once, readable by its user alone."""

import os
import secrets
import stat
from pathlib import Path

from spanwise.core.errors import Forbidden, InvalidInput

_KEY_BYTES = 32


def load_or_create_key(path: Path) -> bytes:
    """The key in a file, or a new random one written there with mode 0600.

    Raises:
        Forbidden: others may read the file.
        InvalidInput: the file holds no whole key.
    """
    if not path.exists():
        _create(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Forbidden(f"Others may read {path}.", f"Run: chmod 600 {path}")
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise InvalidInput(
            f"{path} holds {len(key)} bytes, not a key of {_KEY_BYTES}.",
            "Restore it from a backup; a new key would draw other cases.",
        )
    return key


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        # A link appears whole or not at all; where two processes start at once, one wins.
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()
