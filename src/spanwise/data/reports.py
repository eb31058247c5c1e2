"""What became of a batch, for people and machines."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from spanwise.data.reasons import decode_reasons
from spanwise.store.database import Store
from spanwise.store.products import Batch, count_reasons


@dataclass(frozen=True, kw_only=True, slots=True)
class IngestReport:
    """The counts of one published batch: received = accepted + quarantined.

    Attributes:
        reasons: how many rows broke each rule, by `field: code`; a row may break several.
        notices: what people should know, such as columns that were left out.
        repeated: the same bytes had been published before, and this is the report of that batch.
    """

    batch_id: str
    product: str
    received: int
    accepted: int
    quarantined: int
    reasons: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    repeated: bool = False


def report_of(
    store: Store, batch: Batch, *, notices: tuple[str, ...] = (), repeated: bool = False
) -> IngestReport:
    """The report of a published batch."""
    reasons: Counter[str] = Counter()
    for stored, rows in count_reasons(store, batch.id):
        for reason in decode_reasons(stored):
            reasons[f"{reason.field or 'row'}: {reason.code}"] += rows
    return IngestReport(
        batch_id=batch.id,
        product=batch.product,
        received=batch.received,
        accepted=batch.accepted,
        quarantined=batch.quarantined,
        reasons=dict(reasons.most_common()),
        notices=notices,
        repeated=repeated,
    )
