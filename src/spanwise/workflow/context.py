"""What the AI may read of a case right now, with its age, and what is wrong with it."""

from dataclasses import dataclass, field

from spanwise.core.clock import to_rfc3339
from spanwise.data.freshness import FreshnessState, freshness
from spanwise.data.lookups import ProductRow, lookup
from spanwise.engine.recommendations import Value
from spanwise.routing.routes import Reason
from spanwise.spec.models.decision_points import ContextSource, OnStale
from spanwise.store.database import Store
from spanwise.wire.decisions import ContextPart
from spanwise.workflow.policies import Policy


@dataclass(slots=True)
class Context:
    """The inputs of one decision.

    Attributes:
        parts: what each product contributed; the snapshot in the record.
        values: the granted fields by name; what the engine sees, and nothing else.
        failures: reasons to withhold a recommendation.
        doubts: reasons to ask a person although there is one.
        flags: what is only noted.
    """

    parts: list[ContextPart] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)
    failures: list[Reason] = field(default_factory=list)
    doubts: list[Reason] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)


def read_context(store: Store, policy: Policy, entity: str, now_ms: int) -> Context:
    """Reads every product of the decision point by the case's key."""
    context = Context()
    for source in policy.point.context:
        row = lookup(store, source.product, entity)
        _add_product(context, policy, source, entity, row=row, now_ms=now_ms)
    return context


def _add_product(
    context: Context,
    policy: Policy,
    source: ContextSource,
    entity: str,
    *,
    row: ProductRow | None,
    now_ms: int,
) -> None:
    contract = policy.contracts[source.product]
    if contract != "ok":
        context.failures.append(Reason.CONTRACT_BROKEN)
    granted = policy.columns[source.product]
    denied = [name for name in source.fields if name not in granted]
    if denied:
        context.failures.append(Reason.ACCESS_DENIED)
    aged = freshness(row, max_age_ms=source.max_age_ms, now_ms=now_ms)
    values: dict[str, Value] = {}
    if row is None:
        context.failures.append(Reason.ENTITY_UNKNOWN)
    else:
        values = {name: row.content.get(name) for name in source.fields if name in granted}
    if aged.state is FreshnessState.STALE:
        _note_stale(source, context)
    context.values.update(values)
    context.parts.append(
        ContextPart(
            product=source.product,
            key=entity,
            state=aged.state.value,
            contract=contract,
            as_of=to_rfc3339(row.as_of_ms) if row else None,
            age_ms=aged.age_ms,
            batch=row.batch_id if row else None,
            fields=values,
            withheld=denied,
        )
    )


def _note_stale(source: ContextSource, context: Context) -> None:
    if source.on_stale is OnStale.WITHHOLD:
        context.failures.append(Reason.STALE_DATA)
    elif source.on_stale is OnStale.REVIEW:
        context.doubts.append(Reason.STALE_DATA)
    else:
        context.flags.append(f"stale:{source.product}")
