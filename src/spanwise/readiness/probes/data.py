"""Clean, accessible data: is it there, does it keep its contract, and may the AI read it?"""

from collections.abc import Iterator

from spanwise.access.grants import Grants
from spanwise.access.rules import GovernedProduct
from spanwise.core.clock import to_rfc3339
from spanwise.core.errors import InvalidInput
from spanwise.data.compile import check_problems
from spanwise.data.contracts import contract_state
from spanwise.readiness.criteria import Criterion, Finding
from spanwise.readiness.inquiry import Count, Inquiry, Probe, RateProbe
from spanwise.spec.models.decision_points import ContextSource, DecisionPoint
from spanwise.store import products
from spanwise.store import readiness as counts
from spanwise.wire.decisions import DecisionRecord
from spanwise.workflow.policies import ai_actor

INFERENCE = "inference"
_MAX_BATCHES = 50

CONTRACT_VALID = Probe(
    criterion=Criterion.DATA,
    code="contract_valid",
    text="A contract exists, is valid and covers what is read",
)
BATCH_PUBLISHED = Probe(
    criterion=Criterion.DATA, code="batch_published", text="A batch was published"
)
BATCH_IN_ORDER = Probe(
    criterion=Criterion.DATA, code="batch_in_order", text="The newest batch keeps its contract"
)
ROWS_PRESENT = Probe(
    criterion=Criterion.DATA, code="rows_present", text="There are rows, one for each key"
)
ACCESS_GRANTED = Probe(
    criterion=Criterion.DATA,
    code="access_granted",
    text="The AI is granted every field that it reads",
)
CONTRACT_KEPT = RateProbe(
    criterion=Criterion.DATA,
    code="contract_kept",
    text="Rows keep the contract",
    counts="rows of the last batches",
    that="keep the contract",
    begin="Ingest a batch of it.",
    fix="Look at the reasons in quarantine, and correct the source or the contract.",
)
KEYS_JOIN = RateProbe(
    criterion=Criterion.DATA,
    code="keys_join",
    text="The products know the same cases",
    counts="keys",
    that="are found in the other product",
    begin="Ingest a batch of it.",
    fix="Map both products to one key, or ingest what is missing.",
)
DATA_FRESH = RateProbe(
    criterion=Criterion.DATA,
    code="data_fresh",
    text="The data is fresh when a case is decided",
    counts="decisions with data",
    that="had fresh data",
    begin="Send cases to the decision point; in shadow nobody sees them.",
    fix="Ingest more often, or allow a greater max_age where that does no harm.",
)
LABELS_ARRIVE = RateProbe(
    criterion=Criterion.DATA,
    code="labels_arrive",
    text="The outcome of a case becomes known",
    counts="cases that have matured",
    that="have an outcome",
    begin="Send cases to the decision point, and their outcomes once they are known.",
    fix="Send the missing outcomes, or set outcome.matures to when they are known.",
)


def probe_data(inquiry: Inquiry) -> Iterator[Finding]:
    """Findings about every product that is read, then about how each decision point reads."""
    if not inquiry.products:
        yield inquiry.unknown(
            CONTRACT_VALID,
            inquiry.function.name,
            "The function reads no data product and owns none.",
            "Declare a data product with its contract.",
        )
    for product in inquiry.products:
        yield _contract_valid(inquiry, product)
        yield from _batches(inquiry, product)
        yield _rows_present(inquiry, product)
    for point in inquiry.points:
        for source in point.context:
            yield _access(inquiry, point, source)
        first, *others = (source.product for source in point.context)
        for other in others:
            n, good = counts.count_keys_found(inquiry.store, first, other)
            yield inquiry.measured(KEYS_JOIN, f"{first} → {other}", Count(good=good, n=n))
        yield _fresh(inquiry, point)
        yield _labels(inquiry, point)


def _contract_valid(inquiry: Inquiry, name: str) -> Finding:
    product, promised = inquiry.workspace.products.get(name), inquiry.promised(name)
    if product is None or promised is None:
        seen, fix = f"'{name}' has no contract.", "Declare the product and its contract."
        return inquiry.failed(CONTRACT_VALID, name, seen, fix)
    contract, table = promised
    problems = check_problems(contract, product)
    if problems:
        seen = f"Contract '{contract.id}', {problems[0].path}: {problems[0].message}"
        return inquiry.failed(CONTRACT_VALID, name, seen, problems[0].fix or "Correct it.")
    read = {f for p in inquiry.points for s in p.context if s.product == name for f in s.fields}
    missing = sorted(read - table.by_name.keys())
    if missing:
        seen = f"The contract of '{name}' does not promise {', '.join(missing)}."
        fix = "Add the fields to the contract, or remove them from the context."
        return inquiry.failed(CONTRACT_VALID, name, seen, fix)
    seen = f"Contract '{contract.id}' {contract.version} is valid; {len(table.fields)} fields."
    return inquiry.passed(CONTRACT_VALID, name, seen)


def _batches(inquiry: Inquiry, product: str) -> Iterator[Finding]:
    """The newest published batch, and the rows of those that are not too old."""
    listed = products.list_batches(inquiry.store, product, limit=_MAX_BATCHES)
    published = [(b.ended_at_ms, b) for b in listed if b.state == "published" and b.ended_at_ms]
    if not published:
        seen = f"No batch of '{product}' was published yet."
        yield inquiry.failed(BATCH_PUBLISHED, product, seen, CONTRACT_KEPT.begin)
    else:
        newest_ms, newest = published[0]
        day = to_rfc3339(newest_ms)[:10]
        seen = f"The newest batch has {newest.accepted:,} rows, published on {day}."
        yield inquiry.passed(BATCH_PUBLISHED, product, seen, observed_at_ms=newest_ms)
    yield _in_order(inquiry, product)
    counting = [(at_ms, batch) for at_ms, batch in published if at_ms >= inquiry.since_ms]
    count = Count(
        good=sum(batch.accepted for _, batch in counting),
        n=sum(batch.received for _, batch in counting),
        first_at_ms=counting[-1][0] if counting else None,
        newest_at_ms=counting[0][0] if counting else None,
    )
    yield inquiry.measured(CONTRACT_KEPT, product, count)


def _in_order(inquiry: Inquiry, product: str) -> Finding:
    """What deciding goes by: a product that is not in order has its cases withheld."""
    state = contract_state(inquiry.store, product)
    if state == "ok":
        return inquiry.passed(BATCH_IN_ORDER, product, "The newest batch keeps the contract.")
    if state == "broken":
        seen = "Too many rows of the newest batch break the contract."
        return inquiry.failed(BATCH_IN_ORDER, product, seen, CONTRACT_KEPT.fix)
    seen = "No batch with a row was published yet."
    return inquiry.unknown(BATCH_IN_ORDER, product, seen, CONTRACT_KEPT.begin)


def _rows_present(inquiry: Inquiry, product: str) -> Finding:
    rows = products.extent(inquiry.store, product).rows
    if rows == 0:
        seen = f"'{product}' has no rows."
        return inquiry.failed(ROWS_PRESENT, product, seen, CONTRACT_KEPT.begin)
    return inquiry.passed(ROWS_PRESENT, product, f"{rows:,} rows, one for each key.")


def _access(inquiry: Inquiry, point: DecisionPoint, source: ContextSource) -> Finding:
    about = f"{point.name} ← {source.product}"
    product, promised = (
        inquiry.workspace.products.get(source.product),
        inquiry.promised(source.product),
    )
    if product is None or promised is None:
        seen = f"'{source.product}' has no contract."
        return inquiry.failed(ACCESS_GRANTED, about, seen, "Declare the product and its contract.")
    try:
        grants = Grants([GovernedProduct.of(product, promised[1])])
    except InvalidInput as error:
        return inquiry.failed(ACCESS_GRANTED, about, error.message, error.fix)
    granted = grants.columns(ai_actor(point), product.name, INFERENCE)
    denied = [name for name in source.fields if name not in granted]
    if denied:
        fix = f"Allow it in '{product.name}' to 'who: {{kind: ai}}' with 'purpose: [{INFERENCE}]'."
        return inquiry.failed(
            ACCESS_GRANTED, about, f"The AI may not read {', '.join(denied)}.", fix
        )
    return inquiry.passed(ACCESS_GRANTED, about, f"All {len(source.fields)} fields are granted.")


def _fresh(inquiry: Inquiry, point: DecisionPoint) -> Finding:
    """Among decisions whose products all had a row: those in which all limits on age were kept."""
    limited = {source.product for source in point.context if source.max_age_ms is not None}
    if not limited:
        return inquiry.unknown(
            DATA_FRESH,
            point.name,
            "Nobody said how old this data may be.",
            f"Set max_age in the context of '{point.name}'.",
        )
    recent = inquiry.recent(point)
    with_data = [r for r in recent.records if all(p.state != "missing" for p in r.context)]
    good = sum(_is_fresh(record, limited) for record in with_data)
    count = Count(good=good, n=len(with_data), first_at_ms=recent.first_at_ms)
    return inquiry.measured(DATA_FRESH, point.name, count)


def _is_fresh(record: DecisionRecord, limited: set[str]) -> bool:
    return limited <= {part.product for part in record.context if part.state == "fresh"}


def _labels(inquiry: Inquiry, point: DecisionPoint) -> Finding:
    until_ms = inquiry.now_ms - point.outcome.matures_ms
    cases = counts.count_cases(
        inquiry.store,
        point.name,
        since_ms=until_ms - inquiry.lasts_ms,
        until_ms=until_ms,
    )
    first_ms = cases.first_at_ms
    # The pace is that of maturing: the first case counted only once it had matured.
    matured_ms = None if first_ms is None else first_ms + point.outcome.matures_ms
    count = Count(good=cases.labelled, n=cases.n, first_at_ms=matured_ms)
    return inquiry.measured(LABELS_ARRIVE, point.name, count)
