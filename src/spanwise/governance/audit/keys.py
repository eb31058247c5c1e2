"""Ed25519 keys of the audit log, written as C2SP signed notes write them.

A verifier key is `name+key id+base64(0x01 || public key)`; the key id is the start of
SHA-256(name || newline || 0x01 || public key), in hexadecimal.
"""

import base64
import binascii
import hashlib
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from spanwise.core.errors import Forbidden, InvalidInput

_ED25519 = b"\x01"
_KEY_BYTES = 32
_KEY_ID_BYTES = 4
_PRIVATE = "PRIVATE+KEY+"
_MAX_TEXT = 1_000


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key and the name of the log that it speaks for."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Reads `name+key id+base64`.

        Raises:
            InvalidInput: not that form, or the key id does not belong to the key.
        """
        name, content = _read_key(text.strip())
        key = cls(name, content)
        if str(key) != text.strip():
            raise _bad_key()
        return key

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return _key_id(self.name, self.public)

    def accepts(self, signature: bytes, text: bytes) -> bool:
        """Whether the signature is this key's over exactly this text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{to_base64(_ED25519 + self.public)}"


class SigningKey:
    """A private key and the name of the log that it signs for."""

    def __init__(self, name: str, seed: bytes) -> None:
        _check_name(name)
        self.name = name
        self._seed = seed
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = VerifierKey(name, self._private.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, name: str) -> "SigningKey":
        return cls(name, secrets.token_bytes(_KEY_BYTES))

    @classmethod
    def parse(cls, text: str) -> "SigningKey":
        """Reads `PRIVATE+KEY+name+key id+base64`.

        Raises:
            InvalidInput: not that form, or the key id does not belong to the key.
        """
        if not text.startswith(_PRIVATE):
            raise _bad_key()
        name, seed = _read_key(text.strip().removeprefix(_PRIVATE))
        key = cls(name, seed)
        if key.private_text() != text.strip():
            raise _bad_key()
        return key

    def sign(self, text: bytes) -> bytes:
        return self._private.sign(text)

    def private_text(self) -> str:
        """The private key as text: for its file, and for nothing else."""
        encoded = to_base64(_ED25519 + self._seed)
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{encoded}"

    def __repr__(self) -> str:
        return f"SigningKey({self.verifier})"


def load_or_create(path: Path, name: str) -> SigningKey:
    """The key in the file, or a new one written there with mode 0600.

    The public key stands beside it, in `<file>.pub`; hand that to whoever verifies.

    Raises:
        Forbidden: others may read the key file.
        InvalidInput: the file holds no key, or one for another log.
    """
    if not path.exists():
        _create(path, SigningKey.generate(name))
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Forbidden(
            f"Others may read the audit signing key {path}.",
            f"Run: chmod 600 {path}. If somebody may have copied it, sign with a new key.",
        )
    key = SigningKey.parse(path.read_text("utf-8")[:_MAX_TEXT])
    if key.name != name:
        raise InvalidInput(
            f"The key in {path} signs for '{key.name}', not for '{name}'.",
            "Name the log as before, or give the new one a key file of its own.",
        )
    return key


def to_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def from_base64(text: str) -> bytes:
    """Bytes of standard base64 in its one canonical spelling.

    Raises:
        ValueError: anything else; unused bits and white space included.
    """
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    if to_base64(content) != text:
        raise ValueError("base64 is not canonical")
    return content


def _create(path: Path, key: SigningKey) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(key.private_text() + "\n")
            file.flush()
            os.fsync(file.fileno())
        # A link appears whole or not at all; where two processes start at once, one wins.
        path.hardlink_to(draft)
        path.with_name(path.name + ".pub").write_text(f"{key.verifier}\n", "utf-8")
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:_KEY_ID_BYTES]


def _read_key(text: str) -> tuple[str, bytes]:
    name, _, rest = text[:_MAX_TEXT].partition("+")
    _check_name(name)
    try:
        content = from_base64(rest.partition("+")[2])
    except ValueError:
        raise _bad_key() from None
    if len(content) != 1 + _KEY_BYTES or content[:1] != _ED25519:
        raise _bad_key()
    return name, content[1:]


def _check_name(name: str) -> None:
    if not name or "+" in name or not name.isprintable() or any(c.isspace() for c in name):
        raise InvalidInput(
            f"{name[:60]!r} cannot name a log.",
            "Use a name such as example.com/spanwise, without spaces or '+'.",
        )


def _bad_key() -> InvalidInput:
    return InvalidInput(
        "This is no Ed25519 key of an audit log.",
        "Give the whole line, such as example.com/spanwise+1a2b3c4d+AQ…",
    )
