"""Quarantine: rows that broke their contract, held until somebody corrects them."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from spanwise.core.actor import Actor
from spanwise.core.errors import Conflict, InvalidInput, NotFound
from spanwise.data.checks import Check
from spanwise.data.compile import MAX_CLOCK_SKEW_MS, compile_check
from spanwise.data.readers import columns_in_order, source_name
from spanwise.data.reasons import Reason, decode_reasons
from spanwise.data.records import RowReader
from spanwise.data.workbench import Accepted, Workbench
from spanwise.spec.models.contracts import DataContract
from spanwise.spec.models.products import Product
from spanwise.store import products
from spanwise.store.database import Store

MAX_PAGE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldRow:
    """A row in quarantine.

    Attributes:
        line: where it began in its source, from 1.
        reasons: everything that is wrong with it.
        raw: the row as received, bounded.
    """

    batch_id: str
    line: int
    product: str
    reasons: tuple[Reason, ...]
    raw: str
    quarantined_at_ms: int


def held_rows(
    store: Store, product: str, *, limit: int = 100, after: HeldRow | None = None
) -> list[HeldRow]:
    """Rows that wait for a correction, of the newest batch first, in the order of their lines.

    Args:
        after: the last row of the page before.
    """
    found = products.waiting(
        store,
        product,
        limit=min(limit, MAX_PAGE),
        before=after.batch_id if after else "",
        after_line=after.line if after else 0,
    )
    return [
        HeldRow(
            batch_id=row.batch_id,
            line=row.line,
            product=row.product,
            reasons=decode_reasons(row.reasons),
            raw=row.raw,
            quarantined_at_ms=row.quarantined_at_ms,
        )
        for row in found
    ]


def correct(
    store: Store,
    product: Product,
    contract: DataContract,
    row: Mapping[str, object],
    actor: Actor,
    *,
    batch_id: str,
    line: int,
) -> str:
    """Publishes a corrected row in the place of one in quarantine; returns its key.

    The batch keeps its counts: they say what arrived. A row that is older than the one that
    stands under its key is recorded as corrected and does not replace it.

    Args:
        row: value by field, as for `ingest_rows`.

    Raises:
        NotFound: there is no such row in quarantine.
        InvalidInput: the row still breaks the contract; the message says how.
        Conflict: it was corrected already, or the contract allows its key only once a batch.
    """
    held = products.quarantined_row(store, batch_id, line)
    if held is None or held.product != product.name:
        raise NotFound(f"There is no row {line} of batch '{batch_id}' in quarantine.")
    check = compile_check(contract, product)
    good = _recheck(check, row, line, latest_ms=store.clock.now_ms() + MAX_CLOCK_SKEW_MS)
    if check.unique_key:
        standing = products.row(store, product.name, good.row_key)
        if standing is not None and standing.batch_id == batch_id:
            raise Conflict(
                f"The batch has another row with the key '{good.row_key}'.",
                "Give the row its own key, or leave it in quarantine.",
            )
    unit = store.unit(actor)
    products.correct(
        unit,
        held,
        row_key=good.row_key,
        as_of_ms=good.as_of_ms,
        content=good.content,
        now_ms=store.clock.now_ms(),
    )
    subject = f"product:{product.name}"
    unit.audit("data.row_corrected", subject, batch=batch_id, line=line, key=good.row_key)
    message = {"product": product.name, "batch": batch_id, "key": good.row_key}
    unit.publish("data.row_corrected", batch_id, message)
    unit.commit()
    return good.row_key


def _recheck(check: Check, row: Mapping[str, object], line: int, *, latest_ms: int) -> Accepted:
    reader = RowReader([source_name(column) for column in check.columns])
    record = reader.record(line, msgspec.json.encode(row).decode(), row)
    with Workbench(check, columns_in_order(check)) as bench:
        bench.load([record])
        bench.judge(latest_ms=latest_ms)
        for refused in bench.refused():
            raise InvalidInput(
                f"The row still breaks its contract: {'; '.join(map(str, refused.reasons))}.",
                "Correct these fields and send the row again.",
                code="contract_violated",
            )
        [good] = bench.accepted()
    return good
