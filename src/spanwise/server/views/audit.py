"""The audit log: what happened, how far it is chained, and how to take it away."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditLine:
    """One entry.

    Attributes:
        sequence: its place in the chain; None while it is in the unchained tail.
        url: the page of its subject; None when there is none.
    """

    entry_id: str
    sequence: int | None
    at_ms: int
    actor: str
    action: str
    subject: str
    url: str | None
    leaf_sha256: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpoint:
    """A signed head of the log."""

    size: int
    signed_at_ms: int
    key_name: str
    root_hash: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditPage:
    """Recent entries and the state of the chain.

    Attributes:
        chain: `intact`, `broken` or `unknown`, as of `verified_at_ms`.
        chained_to: the last sequence number; None while nothing is chained.
        tail: entries that are committed and not chained yet.
        tail_since_ms: the oldest of them.
        subject: what the list is filtered by; empty for everything.
    """

    chain: str
    verified_at_ms: int | None
    chained_to: int | None
    head_sha256: str | None
    tail: int | None
    tail_since_ms: int | None
    checkpoint: Checkpoint | None
    entries: tuple[AuditLine, ...]
    subject: str = ""
    export_url: str = "/audit/export"
    next_url: str | None = None
