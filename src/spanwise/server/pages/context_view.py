"""What a decision point reads: how old it is now, whether it keeps its contract, who granted it."""

from spanwise.core.clock import SECOND_MS
from spanwise.runtime.platform import Platform
from spanwise.server.views.decision_point import ContextProduct
from spanwise.spec.models.decision_points import ContextSource
from spanwise.store.products import extent
from spanwise.workflow.policies import Policy, ai_actor

_INFERENCE = "inference"


def context_products(platform: Platform, policy: Policy) -> tuple[ContextProduct, ...]:
    """Every product that the decision point reads, as it is now."""
    return tuple(_product(platform, policy, source) for source in policy.point.context)


def age_ms(platform: Platform, product: str) -> int | None:
    """The age of a product's newest row; None without any."""
    newest_ms = extent(platform.store, product).newest_ms
    return None if newest_ms is None else max(0, platform.clock.now_ms() - newest_ms)


def is_stale(age: int | None, source: ContextSource) -> bool:
    """Whether even the newest row is older than the decision point allows."""
    return age is not None and source.max_age_ms is not None and age > source.max_age_ms


def _product(platform: Platform, policy: Policy, source: ContextSource) -> ContextProduct:
    age = age_ms(platform, source.product)
    access, detail = _access(platform, policy, source)
    freshness = "unknown" if age is None else "stale" if is_stale(age, source) else "fresh"
    return ContextProduct(
        product=source.product,
        fields=source.fields,
        age_s=None if age is None else age // SECOND_MS,
        max_age_s=None if source.max_age_ms is None else source.max_age_ms // SECOND_MS,
        freshness=freshness,
        contract=policy.contracts[source.product],
        on_stale=source.on_stale,
        access=access,
        access_detail=detail,
    )


def _access(platform: Platform, policy: Policy, source: ContextSource) -> tuple[str, str]:
    """Whether the AI is granted every field, and by which rules, or which fields it is denied."""
    reader = ai_actor(policy.point)
    rulings = platform.policies.grants.rulings(reader, source.product, _INFERENCE)
    denied = [name for name in source.fields if name not in rulings or not rulings[name].allowed]
    if denied:
        return "denied", ", ".join(denied)
    rules = sorted({rule for name in source.fields for rule in rulings[name].rules})
    return "allowed", f"rule {', '.join(rules)}" if rules else ""
