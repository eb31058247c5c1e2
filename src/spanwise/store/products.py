"""Data products: batches, the newest row of every key, and rows in quarantine."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Text, bindparam, delete, func, select, update

from spanwise.store import tables
from spanwise.store.database import Store
from spanwise.store.records import Records
from spanwise.store.statements import Insert, Statement
from spanwise.store.unit import UnitOfWork

_b = tables.ingest_batches.c
_s = tables.staged_rows.c
_p = tables.product_rows.c
_q = tables.quarantined_rows.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """One delivery of rows: received = accepted + quarantined once it is published.

    Attributes:
        source: what people call it, such as the file's name.
        source_sha256: of the bytes that were received.
        state: loading, published or failed.
    """

    id: str
    product: str
    source: str
    source_sha256: str
    state: str
    received: int
    accepted: int
    quarantined: int
    started_at_ms: int
    ended_at_ms: int | None
    submitted_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class QuarantinedRow:
    """A row that broke its contract.

    Attributes:
        line: where it began in its source, from 1.
        reasons: JSON list of every reason.
        raw: the row as received, bounded.
        corrected_at_ms: when a correction took its place; None while it waits.
    """

    batch_id: str
    line: int
    product: str
    reasons: str
    raw: str
    quarantined_at_ms: int
    corrected_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class StoredRow:
    """The newest row of a key; content is JSON text of an object."""

    as_of_ms: int
    batch_id: str
    content: str


@dataclass(frozen=True, slots=True)
class Extent:
    """How many keys a product has, and the times of its oldest and newest row."""

    rows: int
    oldest_ms: int | None
    newest_ms: int | None


batches = Records(tables.ingest_batches, Batch)
_quarantine = Records(tables.quarantined_rows, QuarantinedRow)

_BATCH = batches.where(_b.id == bindparam("batch_id"))
_PUBLISHED_FROM = batches.where(
    _b.product == bindparam("product"),
    _b.source_sha256 == bindparam("source_sha256"),
    _b.state == "published",
    order_by=_b.id.desc(),
    limit=1,
)
_LAST_PUBLISHED = batches.where(
    _b.product == bindparam("product"), _b.state == "published", order_by=_b.id.desc(), limit=1
)
_LOADING = batches.where(_b.product == bindparam("product"), _b.state == "loading")
_BATCHES = batches.where(_b.product == bindparam("product"), order_by=_b.id.desc(), limit=0)

_END_BATCH = (
    update(tables.ingest_batches)
    .where(_b.id == bindparam("batch"), _b.state == "loading")
    .values(state=bindparam("state"), ended_at_ms=bindparam("ended_at_ms"))
)
_FAIL = Statement(_END_BATCH)
# Deciders hold whether a product keeps its contract, which a new batch may change.
_PUBLISH = Statement(
    _END_BATCH.values({name: bindparam(name) for name in ("received", "accepted", "quarantined")}),
    governs=True,
)
_COUNT_RECEIVED = Statement(
    update(tables.ingest_batches)
    .where(_b.id == bindparam("batch"), _b.state == "loading")
    .values(received=bindparam("received"))
)
_STAGED = Insert(tables.staged_rows)
_DELETE_STAGED = Statement(delete(tables.staged_rows).where(_s.batch_id == bindparam("batch_id")))
_DELETE_QUARANTINED = Statement(
    delete(tables.quarantined_rows).where(_q.batch_id == bindparam("batch_id"))
)
_PUBLISH_STAGED = Statement(
    """
    INSERT INTO product_rows (product, row_key, as_of_ms, batch_id, content)
    SELECT :product, row_key, as_of_ms, batch_id, content
    FROM staged_rows WHERE batch_id = :batch_id
    ON CONFLICT (product, row_key) DO UPDATE
    SET as_of_ms = excluded.as_of_ms, batch_id = excluded.batch_id, content = excluded.content
    WHERE excluded.as_of_ms >= product_rows.as_of_ms
    """
)
_PUBLISH_ROW = Statement(
    """
    INSERT INTO product_rows (product, row_key, as_of_ms, batch_id, content)
    VALUES (:product, :row_key, :as_of_ms, :batch_id, :content)
    ON CONFLICT (product, row_key) DO UPDATE
    SET as_of_ms = excluded.as_of_ms, batch_id = excluded.batch_id, content = excluded.content
    WHERE excluded.as_of_ms >= product_rows.as_of_ms
    """
)

_ROW = Statement(
    select(_p.as_of_ms, _p.batch_id, _p.content).where(
        _p.product == bindparam("product"), _p.row_key == bindparam("row_key")
    )
)
_EXTENT = Statement(
    select(func.count(), func.min(_p.as_of_ms), func.max(_p.as_of_ms))
    .select_from(tables.product_rows)
    .where(_p.product == bindparam("product"))
)

_IN_PUBLISHED = select(_b.id).where(_b.id == _q.batch_id, _b.state == "published").exists()
_WAITING = _quarantine.where(
    _q.product == bindparam("product"),
    _q.corrected_at_ms.is_(None),
    _IN_PUBLISHED,
    (bindparam("before", type_=Text) == "")
    | (_q.batch_id < bindparam("before"))
    | ((_q.batch_id == bindparam("before")) & (_q.line > bindparam("after_line"))),
    order_by=(_q.batch_id.desc(), _q.line),
    limit=0,
)
_COUNT_WAITING = Statement(
    select(func.count())
    .select_from(tables.quarantined_rows)
    .where(_q.product == bindparam("product"), _q.corrected_at_ms.is_(None), _IN_PUBLISHED)
)
_QUARANTINED = _quarantine.where(
    _q.batch_id == bindparam("batch_id"), _q.line == bindparam("line"), _IN_PUBLISHED
)
_REASONS = Statement(
    select(_q.reasons, func.count())
    .where(_q.batch_id == bindparam("batch_id"))
    .group_by(_q.reasons)
)
_MARK_CORRECTED = Statement(
    update(tables.quarantined_rows)
    .where(
        _q.batch_id == bindparam("batch"),
        _q.line == bindparam("at_line"),
        _q.corrected_at_ms.is_(None),
    )
    .values(corrected_at_ms=bindparam("corrected_at_ms"))
)


def batch(store: Store, batch_id: str) -> Batch | None:
    return batches.first(store, _BATCH, batch_id=batch_id)


def published_from(store: Store, product: str, source_sha256: str) -> Batch | None:
    """The batch that published exactly these bytes, if there is one."""
    return batches.first(store, _PUBLISHED_FROM, product=product, source_sha256=source_sha256)


def last_published(store: Store, product: str) -> Batch | None:
    return batches.first(store, _LAST_PUBLISHED, product=product)


def loading(store: Store, product: str) -> list[Batch]:
    """Batches that were begun and neither published nor given up."""
    return batches.all(store, _LOADING, product=product)


def list_batches(store: Store, product: str, *, limit: int) -> list[Batch]:
    """Batches of a product, the newest first."""
    return batches.all(store, _BATCHES, product=product, limit=limit)


def stage(
    unit: UnitOfWork,
    batch_id: str,
    *,
    received: int,
    rows: Sequence[tuple[int, str, int, str]] = (),
    quarantined: Sequence[QuarantinedRow] = (),
) -> None:
    """Adds rows to a batch that is still loading, unseen; a conflict if it was given up.

    Args:
        received: how many rows of the batch were received so far.
        rows: line, key, time and content of rows to publish.
    """
    unit.write(_COUNT_RECEIVED, expect=1, batch=batch_id, received=received)
    for row in rows:
        unit.add(_STAGED, (batch_id, *row))
    for held in quarantined:
        _quarantine.add(unit, held)


def publish(unit: UnitOfWork, loaded: Batch, *, now_ms: int) -> None:
    """Makes a batch visible: the newest row of each key counts; a conflict if it was given up."""
    unit.write(
        _PUBLISH,
        expect=1,
        batch=loaded.id,
        state="published",
        ended_at_ms=now_ms,
        received=loaded.received,
        accepted=loaded.accepted,
        quarantined=loaded.quarantined,
    )
    unit.write(_PUBLISH_STAGED, product=loaded.product, batch_id=loaded.id)
    unit.write(_DELETE_STAGED, batch_id=loaded.id)


def give_up(unit: UnitOfWork, batch_id: str, *, now_ms: int) -> None:
    """Ends a batch that is still loading and removes everything that it staged."""
    unit.write(_FAIL, expect=1, batch=batch_id, state="failed", ended_at_ms=now_ms)
    unit.write(_DELETE_STAGED, batch_id=batch_id)
    unit.write(_DELETE_QUARANTINED, batch_id=batch_id)


def row(store: Store, product: str, row_key: str) -> StoredRow | None:
    """The newest row of a key."""
    found = store.row(_ROW, product=product, row_key=row_key)
    return None if found is None else StoredRow(*found)


def extent(store: Store, product: str) -> Extent:
    found = store.row(_EXTENT, product=product)
    return Extent(*found) if found else Extent(0, None, None)


def waiting(
    store: Store, product: str, *, limit: int, before: str = "", after_line: int = 0
) -> list[QuarantinedRow]:
    """Rows in quarantine, of the newest batch first; the last one's place gives the next page."""
    return _quarantine.all(
        store, _WAITING, product=product, limit=limit, before=before, after_line=after_line
    )


def count_waiting(store: Store, product: str) -> int:
    found = store.row(_COUNT_WAITING, product=product)
    return int(found[0]) if found else 0


def quarantined_row(store: Store, batch_id: str, line: int) -> QuarantinedRow | None:
    return _quarantine.first(store, _QUARANTINED, batch_id=batch_id, line=line)


def count_reasons(store: Store, batch_id: str) -> list[tuple[str, int]]:
    """Lists of reasons in a batch, as stored, and how many rows have each."""
    return [(str(reasons), int(n)) for reasons, n in store.rows(_REASONS, batch_id=batch_id)]


def correct(
    unit: UnitOfWork, was: QuarantinedRow, *, row_key: str, as_of_ms: int, content: str, now_ms: int
) -> None:
    """Publishes a corrected row; a conflict if it was corrected already."""
    unit.write(
        _MARK_CORRECTED, expect=1, batch=was.batch_id, at_line=was.line, corrected_at_ms=now_ms
    )
    unit.write(
        _PUBLISH_ROW,
        product=was.product,
        row_key=row_key,
        as_of_ms=as_of_ms,
        batch_id=was.batch_id,
        content=content,
    )
