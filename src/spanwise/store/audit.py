"""Audit entries, their chain and its checkpoints: rows that are only ever added."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, bindparam, func, insert, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from spanwise.store.database import Store
from spanwise.store.records import Records
from spanwise.store.statements import Statement
from spanwise.store.tables import audit_chain, audit_checkpoints, audit_entries
from spanwise.store.unit import UnitOfWork

MAX_PAGE = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """Who did what to which subject.

    Attributes:
        action: an event in the past tense, such as `account.created`.
        subject: what it is about, such as `account:dana.ito`.
        body: canonical JSON text of an object.
    """

    id: str
    at_ms: int
    actor: str
    action: str
    subject: str
    body: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChainLink:
    """The place of an entry in the chain, counted from 1; hashes in hexadecimal."""

    seq: int
    entry_id: str
    leaf_sha256: str
    head_sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredCheckpoint:
    """A signed note over the first `size` entries."""

    size: int
    note: str
    signed_at_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ChainedEntry:
    """A link and its entry; None where somebody deleted the entry."""

    link: ChainLink
    entry: AuditEntry | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedEntry:
    """An entry and its link; None while it waits to be chained."""

    entry: AuditEntry
    link: ChainLink | None


class _CommitOrder(ColumnElement[Any]):
    """The order in which entries were committed, as far as the database shows it."""

    type = Text()
    inherit_cache = True


@compiles(_CommitOrder)
def _render_commit_order(_order: _CommitOrder, compiler: SQLCompiler, **_: Any) -> str:
    return "audit_entries.rowid" if compiler.dialect.name == "sqlite" else "audit_entries.id"


_entries = Records(audit_entries, AuditEntry)
_links = Records(audit_chain, ChainLink)
_checkpoints = Records(audit_checkpoints, StoredCheckpoint)

_UNCHAINED = and_(
    audit_entries.c.id >= bindparam("since"),
    ~select(audit_chain.c.seq).where(audit_chain.c.entry_id == audit_entries.c.id).exists(),
)
# The inner query stops after one batch, however many wait; only that batch is sorted.
_waiting = (
    select(audit_entries, _CommitOrder().label("commit_order"))
    .where(_UNCHAINED)
    .order_by(audit_entries.c.id)
    .limit(bindparam("limit"))
    .subquery()
)
_SELECT_UNCHAINED = Statement(
    select(*(_waiting.c[column.name] for column in audit_entries.c)).order_by(
        _waiting.c.commit_order
    )
)
_COUNT_UNCHAINED = Statement(select(func.count()).select_from(audit_entries).where(_UNCHAINED))
_SELECT_LINKS = _links.where(
    audit_chain.c.seq.between(bindparam("first"), bindparam("last")), order_by=audit_chain.c.seq
)
_LAST_SEQ = Statement(select(func.max(audit_chain.c.seq)))
_NEWEST_CHECKPOINT = _checkpoints.where(order_by=audit_checkpoints.c.size.desc(), limit=1)
_SELECT_CHECKPOINTS = _checkpoints.where(
    audit_checkpoints.c.size.between(bindparam("first"), bindparam("last")),
    order_by=audit_checkpoints.c.size,
    limit=0,
)
_CHAINED = select(*audit_chain.c, *audit_entries.c).join_from(
    audit_chain, audit_entries, audit_chain.c.entry_id == audit_entries.c.id, isouter=True
)
_SELECT_CHAINED = Statement(
    _CHAINED.where(audit_chain.c.seq.between(bindparam("first"), bindparam("last"))).order_by(
        audit_chain.c.seq
    )
)
_PLACED = (
    select(*audit_entries.c, *audit_chain.c)
    .join_from(
        audit_entries, audit_chain, audit_chain.c.entry_id == audit_entries.c.id, isouter=True
    )
    .where(audit_entries.c.id < bindparam("before"))
    .order_by(audit_entries.c.id.desc())
    .limit(bindparam("limit"))
)
_RECENT = Statement(_PLACED)
_RECENT_ABOUT = Statement(_PLACED.where(audit_entries.c.subject == bindparam("subject")))
_INSERT_LINK = Statement(insert(audit_chain))


def unchained(store: Store, *, since: str, limit: int) -> list[AuditEntry]:
    """The first entries from an id onwards that the chain lacks, in the order of their commits."""
    return _entries.all(store, _SELECT_UNCHAINED, since=since, limit=min(limit, MAX_PAGE))


def count_unchained(store: Store, *, since: str = "") -> int:
    """How many entries from an id onwards the chain lacks."""
    row = store.row(_COUNT_UNCHAINED, since=since)
    return int(row[0]) if row else 0


def last_seq(store: Store) -> int:
    """The number of the newest chained entry; 0 when there is none."""
    row = store.row(_LAST_SEQ)
    return int(row[0]) if row and row[0] is not None else 0


def links(store: Store, *, first: int, last: int) -> list[ChainLink]:
    """Links by number, both ends included, at most MAX_PAGE of them."""
    return _links.all(store, _SELECT_LINKS, first=first, last=min(last, first + MAX_PAGE - 1))


def chained(store: Store, *, first: int, last: int) -> list[ChainedEntry]:
    """Chained entries by number, both ends included, at most MAX_PAGE of them."""
    rows = store.rows(_SELECT_CHAINED, first=first, last=min(last, first + MAX_PAGE - 1))
    width = len(audit_chain.c)
    return [
        ChainedEntry(
            link=_links.build(row[:width]),
            entry=None if row[width] is None else _entries.build(row[width:]),
        )
        for row in rows
    ]


def recent(store: Store, *, limit: int, before: str = "", subject: str = "") -> list[PlacedEntry]:
    """Entries by id, the newest first, at most MAX_PAGE of them.

    Args:
        before: only entries with an id before this one; empty for the newest.
        subject: only entries about it; empty for all.
    """
    bounds: dict[str, object] = {"before": before or "~", "limit": min(limit, MAX_PAGE)}
    if subject:
        rows = store.rows(_RECENT_ABOUT, subject=subject, **bounds)
    else:
        rows = store.rows(_RECENT, **bounds)
    width = len(audit_entries.c)
    return [
        PlacedEntry(
            entry=_entries.build(row[:width]),
            link=None if row[width] is None else _links.build(row[width:]),
        )
        for row in rows
    ]


def newest_checkpoint(store: Store) -> StoredCheckpoint | None:
    """The checkpoint over the most entries."""
    return _checkpoints.first(store, _NEWEST_CHECKPOINT)


def checkpoints(store: Store, *, first: int, last: int, limit: int) -> list[StoredCheckpoint]:
    """Checkpoints by size, both ends included, the smallest first."""
    return _checkpoints.all(
        store, _SELECT_CHECKPOINTS, first=first, last=last, limit=min(limit, MAX_PAGE)
    )


def add_links(unit: UnitOfWork, added: Sequence[ChainLink]) -> None:
    """Chains entries; a number or an entry that is taken makes the commit a conflict."""
    unit.write_many(
        _INSERT_LINK,
        [
            {
                "seq": link.seq,
                "entry_id": link.entry_id,
                "leaf_sha256": link.leaf_sha256,
                "head_sha256": link.head_sha256,
            }
            for link in added
        ],
    )


def add_checkpoint(unit: UnitOfWork, checkpoint: StoredCheckpoint) -> None:
    """Keeps a checkpoint; a second one over as many entries makes the commit a conflict."""
    _checkpoints.add(unit, checkpoint)


_APPEND_ONLY = ("audit_entries", "audit_chain", "audit_checkpoints")

APPEND_ONLY_TRIGGERS: dict[str, tuple[str, ...]] = {
    "sqlite": tuple(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in _APPEND_ONLY
        for verb in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$",
        *(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
            for table in _APPEND_ONLY
        ),
    ),
}
"""DDL by dialect that keeps accidents out of the audit tables. Not a defence against whoever
administers the database, who can drop it: that is what checkpoints kept elsewhere are for."""
