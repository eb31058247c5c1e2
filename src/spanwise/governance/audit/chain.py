"""The hash chain over audit entries: each head fixes the entry and everything before it."""

import hashlib

import msgspec

from spanwise.governance.audit.merkle import Frontier, leaf_hash
from spanwise.store.audit import AuditEntry

EMPTY_HEAD = bytes(32)

_canonical = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.decode


class _Shown(msgspec.Struct):
    """An entry with its keys in canonical order."""

    action: str
    actor: str
    at_ms: int
    body: msgspec.Raw | str
    id: str
    subject: str


def entry_json(entry: AuditEntry) -> bytes:
    """Canonical JSON of an entry; its SHA-256 with a zero byte before it is the leaf.

    The body stands as the object that it is. Text in its place that is no canonical object,
    which only a hand in the database can have put there, stands as a string.
    """
    return _canonical(
        _Shown(
            action=entry.action,
            actor=entry.actor,
            at_ms=entry.at_ms,
            body=_body(entry.body),
            id=entry.id,
            subject=entry.subject,
        )
    )


class Chain:
    """The newest head of a chain, and the Merkle frontier over the same leaves."""

    def __init__(self) -> None:
        self.head = EMPTY_HEAD
        self._frontier = Frontier()

    @property
    def size(self) -> int:
        """How many entries are chained; the newest has this number."""
        return self._frontier.size

    def next_head(self, leaf: bytes) -> bytes:
        """The head if this leaf came next: SHA-256 of the head before and the leaf."""
        return hashlib.sha256(self.head + leaf).digest()

    def append(self, leaf: bytes) -> bytes:
        """Adds a leaf hash and returns the new head."""
        self.head = self.next_head(leaf)
        self._frontier.append(leaf)
        return self.head

    def root(self) -> bytes:
        """The Merkle root, which a checkpoint signs."""
        return self._frontier.root()


def leaf_of(entry: AuditEntry) -> bytes:
    """The leaf hash of an entry."""
    return leaf_hash(entry_json(entry))


def _body(text: str) -> msgspec.Raw | str:
    try:
        value = _decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text
    content = text.encode()
    is_canonical = isinstance(value, dict) and _canonical(value) == content
    return msgspec.Raw(content) if is_canonical else text
