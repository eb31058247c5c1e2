"""Checkpoints: signed heads of the audit log, in the C2SP `tlog-checkpoint` format."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from spanwise.core.errors import InvalidInput
from spanwise.governance.audit.keys import SigningKey, VerifierKey, from_base64, to_base64

_MAX_NOTE = 16_384
_KEY_ID_BYTES = 4
_TEXT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n", re.ASCII)
_SIGNATURES = re.compile(r"(?:— [^ \n]+ [A-Za-z0-9+/=]+\n){1,100}", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpoint:
    """The size and the Merkle root of a log at one moment.

    Attributes:
        origin: the name of the log, the same as its key's.
        size: how many entries the root covers.
        root: 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


def sign_checkpoint(*, size: int, root: bytes, key: SigningKey) -> str:
    """The signed note of a checkpoint."""
    return sign_note(Checkpoint(origin=key.name, size=size, root=root).text(), key)


def open_checkpoint(note: str, keys: Sequence[VerifierKey]) -> Checkpoint:
    """The checkpoint in a note that one of the log's keys signed.

    Raises:
        InvalidInput: the note is malformed, not signed by these keys, or for another log.
    """
    text, signer = open_note(note, keys)
    match = _TEXT.fullmatch(text)
    if match is None:
        raise _bad("its text is not an origin, a size and a root")
    if match[1] != signer.name:
        raise _bad(f"it is for the log '{match[1]}', and the key for '{signer.name}'")
    try:
        root = from_base64(match[3])
    except ValueError:
        raise _bad("its root is not in canonical base64") from None
    return Checkpoint(origin=match[1], size=int(match[2]), root=root)


def sign_note(text: str, key: SigningKey) -> str:
    """A C2SP signed note: the text, a blank line, and the key's signature line."""
    signature = to_base64(key.verifier.key_id + key.sign(text.encode()))
    return f"{text}\n— {key.name} {signature}\n"


def open_note(note: str, keys: Sequence[VerifierKey]) -> tuple[str, VerifierKey]:
    """The text of a signed note, and the key that signed it.

    Lines of other keys, such as a witness's, are passed over. The first line of a known key
    decides.

    Raises:
        InvalidInput: the note is malformed, or not signed by these keys.
    """
    text, blank, signatures = note.rpartition("\n\n")
    if len(note) > _MAX_NOTE or not blank or not _SIGNATURES.fullmatch(signatures):
        raise _bad("it is not a text, a blank line and signatures")
    text += "\n"
    known = {(key.name, key.key_id): key for key in keys}
    for line in signatures.removesuffix("\n").split("\n"):
        _, name, encoded = line.split(" ")
        try:
            content = from_base64(encoded)
        except ValueError:
            raise _bad("a signature is not in canonical base64") from None
        signer = known.get((name, content[:_KEY_ID_BYTES]))
        if signer is not None:
            if signer.accepts(content[_KEY_ID_BYTES:], text.encode()):
                return text, signer
            raise _bad("its signature is wrong")
    raise _bad("it is not signed by a key of this log")


def _bad(reason: str) -> InvalidInput:
    return InvalidInput(
        f"The checkpoint cannot be trusted: {reason}.",
        "Compare the key and the checkpoint with copies kept off the host.",
        code="checkpoint_invalid",
    )
