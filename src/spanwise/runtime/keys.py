"""Secrets of one installation: made once, readable by its user alone."""

import os
import secrets
import stat
from pathlib import Path

from spanwise.core.errors import Forbidden

_KEY_BYTES = 32


def load_or_create_key(path: Path) -> bytes:
    """The key in a file, or a new random one written there with mode 0600.

    Raises:
        Forbidden: others may read the file.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise Forbidden(f"Others may read {path}.", f"Run: chmod 600 {path}") from None
        return path.read_bytes()
    key = secrets.token_bytes(_KEY_BYTES)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key
