"""Asks the pinned release for its recommendation. Whatever fails becomes a reason, not an error."""

import time
from dataclasses import dataclass

from spanwise.engine.recommendations import EngineFailed, Recommendation
from spanwise.routing.routes import Reason
from spanwise.workflow.context import Context
from spanwise.workflow.policies import Policy


@dataclass(frozen=True, kw_only=True, slots=True)
class Advice:
    """A recommendation, or why there is none.

    Attributes:
        failures: reasons to withhold.
        doubts: reasons to ask a person although there is a recommendation.
        failure: what exactly failed, for the record.
        compute_us: microseconds spent.
    """

    recommendation: Recommendation | None = None
    failures: tuple[Reason, ...] = ()
    doubts: tuple[Reason, ...] = ()
    failure: str | None = None
    compute_us: int = 0


def recommend(policy: Policy, context: Context) -> Advice:
    """Runs the pinned release on the context, within the function's latency budget."""
    if policy.pinned is None:
        reason = Reason.MODEL_FAILED if policy.pinned_digest else Reason.NOT_PINNED
        return Advice(failures=(reason,), failure=policy.pin_failure)
    if context.failures:
        return Advice()
    started_ns = time.perf_counter_ns()
    try:
        recommendation = policy.pinned.engine.recommend(context.values)
        guard = policy.pinned.review_when
        doubts = (Reason.RULE_REQUIRES_REVIEW,) if guard and guard.holds(context.values) else ()
    except EngineFailed as error:
        return Advice(failures=(Reason.MODEL_FAILED,), failure=str(error))
    compute_us = (time.perf_counter_ns() - started_ns) // 1_000
    options = policy.point.listed_options
    if options is not None and recommendation.option not in options:
        failure = f"The model recommended '{recommendation.option}', which is not an option."
        return Advice(failures=(Reason.MODEL_FAILED,), failure=failure, compute_us=compute_us)
    late = compute_us > policy.function.latency_budget_ms * 1_000
    return Advice(
        recommendation=recommendation,
        failures=(Reason.TIMEOUT,) if late else (),
        doubts=doubts,
        compute_us=compute_us,
    )
