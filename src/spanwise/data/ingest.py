"""Ingest: check everything, stage it unseen, publish it in one transaction.

Whoever is killed on the way leaves nothing visible; the next ingest of the product clears up.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias, TypeVar

import msgspec

from spanwise.core.actor import Actor
from spanwise.core.canonical import digest_bytes
from spanwise.core.errors import Conflict, TooLarge
from spanwise.data.checks import Check
from spanwise.data.compile import MAX_CLOCK_SKEW_MS, compile_check
from spanwise.data.parquet import ParquetFile
from spanwise.data.readers import columns_in_order, is_parquet, left_out, read_text, source_name
from spanwise.data.reasons import encode_reasons
from spanwise.data.records import Record, RowReader, chunks
from spanwise.data.relations import Layout
from spanwise.data.reports import IngestReport, report_of
from spanwise.data.workbench import Refused, Workbench
from spanwise.spec.models.contracts import DataContract
from spanwise.spec.models.products import Product
from spanwise.store import products
from spanwise.store.database import Store
from spanwise.store.products import Batch, QuarantinedRow

MAX_ROWS_AT_ONCE = 5_000
MAX_SOURCE_LENGTH = 300
_UNIT_ROWS = 5_000
_UNIT_CHARACTERS = 8 << 20

Progress: TypeAlias = Callable[[str, int], None]
Load: TypeAlias = Callable[[Workbench], Sequence[str]]
T = TypeVar("T")


def ingest(
    store: Store,
    product: Product,
    contract: DataContract,
    file: Path,
    actor: Actor,
    *,
    source: str,
    again: bool = False,
    progress: Progress | None = None,
) -> IngestReport:
    """Publishes the rows of a file that satisfy the contract, and quarantines the others.

    The newest row of a key counts: of equally new ones, the one that came last. Bytes that were
    published before are not loaded again; the earlier report answers.

    Args:
        file: delimited text or JSON Lines (both also with gzip), or Parquet.
        source: what people call the file; its suffix tells JSON Lines.
        again: loads the bytes even if they were published before, say under another contract.
        progress: called with `read`, `checked` or `staged`, and how many rows so far.

    Raises:
        InvalidInput: the contract cannot be checked, or the file as a whole cannot be read.
        TooLarge: the file has too many lines.
        Conflict: another ingest of the product took over meanwhile.
    """
    with file.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        earlier = None if again else products.published_from(store, product.name, sha256)
        if earlier is not None:
            return report_of(store, earlier, repeated=True)
        stream.seek(0)
        delivery = _Delivery(store, product, contract, actor, source, sha256, progress or _silent)
        if is_parquet(stream):
            parquet = ParquetFile(file.resolve(), source)
            check = compile_check(contract, product, typed=parquet.typed)
            layout = columns_in_order(check)
            return delivery.take(check, layout, lambda b: parquet.load(b, check), file.resolve())
        check = compile_check(contract, product)
        with read_text(stream, source, check) as reading:

            def load(bench: Workbench) -> list[str]:
                delivery.read(bench, reading.records)
                return reading.notices()

            return delivery.take(check, reading.layout, load)


def ingest_rows(
    store: Store,
    product: Product,
    contract: DataContract,
    rows: Sequence[Mapping[str, object]],
    actor: Actor,
    *,
    source: str,
) -> IngestReport:
    """Publishes rows that arrive as decoded JSON objects, at most 5,000 at once.

    Everything else is as for a file; a row's line is its place in the list, from 1.

    Raises:
        InvalidInput: the contract cannot be checked.
        TooLarge: too many rows.
        Conflict: another ingest of the product took over meanwhile.
    """
    if len(rows) > MAX_ROWS_AT_ONCE:
        raise TooLarge(f"{len(rows)} rows at once.", f"Send at most {MAX_ROWS_AT_ONCE}.")
    raws = [msgspec.json.encode(row) for row in rows]
    sha256 = digest_bytes(b"\n".join(raws))
    earlier = products.published_from(store, product.name, sha256)
    if earlier is not None:
        return report_of(store, earlier, repeated=True)
    check = compile_check(contract, product)
    reader = RowReader([source_name(column) for column in check.columns])
    delivery = _Delivery(store, product, contract, actor, source, sha256, _silent)

    def load(bench: Workbench) -> list[str]:
        pairs = enumerate(zip(raws, rows, strict=True), 1)
        delivery.read(bench, (reader.record(n, raw.decode(), row) for n, (raw, row) in pairs))
        return left_out(reader.unknown)

    return delivery.take(check, columns_in_order(check), load)


@dataclass(frozen=True, slots=True)
class _Delivery:
    """One batch on its way from a source into the store."""

    store: Store
    product: Product
    contract: DataContract
    actor: Actor
    source: str
    sha256: str
    progress: Progress

    def read(self, bench: Workbench, records: Iterator[Record]) -> None:
        """Lays records on the bench."""
        count = 0
        for chunk in chunks(records):
            bench.load(chunk)
            count += len(chunk)
            self.progress("read", count)

    def take(
        self, check: Check, layout: Layout, load: Load, readable: Path | None = None
    ) -> IngestReport:
        """Begins a batch, loads and judges its rows, stages them, and publishes them."""
        batch = self._begin()
        try:
            with Workbench(check, layout, readable) as bench:
                notices = load(bench)
                latest_ms = self.store.clock.now_ms() + MAX_CLOCK_SKEW_MS
                received, accepted = bench.judge(latest_ms=latest_ms)
                self.progress("checked", received)
                self._stage(batch, bench, received)
        except Exception:
            self._give_up(batch)
            raise
        loaded = replace(
            batch, received=received, accepted=accepted, quarantined=received - accepted
        )
        self._publish(loaded)
        return report_of(self.store, loaded, notices=tuple(notices))

    def _begin(self) -> Batch:
        """A new batch; whatever an interrupted one left behind is removed."""
        for left in products.loading(self.store, self.product.name):
            self._give_up(left)
        batch = Batch(
            id=self.store.ids.new("bat"),
            product=self.product.name,
            source=self.source[:MAX_SOURCE_LENGTH],
            source_sha256=self.sha256,
            state="loading",
            received=0,
            accepted=0,
            quarantined=0,
            started_at_ms=self.store.clock.now_ms(),
            ended_at_ms=None,
            submitted_by=self.actor.id,
        )
        unit = self.store.unit(self.actor)
        products.batches.add(unit, batch)
        unit.commit()
        return batch

    def _stage(self, batch: Batch, bench: Workbench, received: int) -> None:
        now_ms = self.store.clock.now_ms()
        for refused in _groups(bench.refused(), lambda row: len(row.raw)):
            held = [_quarantined(batch, row, now_ms) for row in refused]
            unit = self.store.unit(self.actor)
            products.stage(unit, batch.id, received=received, quarantined=held)
            self._commit(unit.commit)
        count = 0
        for rows in _groups(bench.accepted(), lambda row: len(row.content)):
            unit = self.store.unit(self.actor)
            products.stage(unit, batch.id, received=received, rows=rows)
            self._commit(unit.commit)
            count += len(rows)
            self.progress("staged", count)

    def _publish(self, loaded: Batch) -> None:
        counts = {
            "received": loaded.received,
            "accepted": loaded.accepted,
            "quarantined": loaded.quarantined,
        }
        unit = self.store.unit(self.actor)
        products.publish(unit, loaded, now_ms=self.store.clock.now_ms())
        unit.audit(
            "data.batch_published",
            f"product:{self.product.name}",
            batch=loaded.id,
            source=loaded.source,
            source_sha256=self.sha256,
            contract=self.contract.id,
            contract_version=self.contract.version,
            contract_sha256=self.contract.digest(),
            **counts,
        )
        payload = {"product": self.product.name, "batch": loaded.id, **counts}
        unit.publish("data.batch_published", loaded.id, payload)
        self._commit(unit.commit)

    def _give_up(self, batch: Batch) -> None:
        unit = self.store.unit(self.actor)
        products.give_up(unit, batch.id, now_ms=self.store.clock.now_ms())
        try:
            unit.commit()
        except Conflict:
            return  # it has ended meanwhile, and whoever ended it cleared up

    def _commit(self, commit: Callable[[], None]) -> None:
        try:
            commit()
        except Conflict as error:
            raise Conflict(
                f"Another ingest of '{self.product.name}' took over.",
                "Send the file again when that one is done.",
                code="ingest_superseded",
            ) from error


def _quarantined(batch: Batch, row: Refused, now_ms: int) -> QuarantinedRow:
    return QuarantinedRow(
        batch_id=batch.id,
        line=row.line,
        product=batch.product,
        reasons=encode_reasons(row.reasons),
        raw=row.raw,
        quarantined_at_ms=now_ms,
    )


def _groups(rows: Iterable[T], size: Callable[[T], int]) -> Iterator[list[T]]:
    """Lists of rows that one unit of work may hold, bounded in number and in size."""
    group: list[T] = []
    characters = 0
    for row in rows:
        group.append(row)
        characters += size(row)
        if len(group) == _UNIT_ROWS or characters > _UNIT_CHARACTERS:
            yield group
            group, characters = [], 0
    if group:
        yield group


def _silent(_phase: str, _rows: int) -> None:
    return
