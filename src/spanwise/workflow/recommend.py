"""Asks the pinned release for recommendations. Whatever fails becomes a reason, not an error."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from spanwise.engine.recommendations import EngineFailed, Recommendation
from spanwise.engine.together import Answer, recommend_together
from spanwise.governance.releases import Pinned
from spanwise.routing.routes import Reason
from spanwise.spec.models.decision_points import Stage
from spanwise.workflow.context import Context
from spanwise.workflow.policies import Policy


@dataclass(frozen=True, kw_only=True, slots=True)
class Advice:
    """A recommendation, or why there is none.

    Attributes:
        failures: reasons to withhold.
        doubts: reasons to ask a person although there is a recommendation.
        failure: what exactly failed, for the record.
        compute_us: microseconds spent, on this case and those that ran together with it.
    """

    recommendation: Recommendation | None = None
    failures: tuple[Reason, ...] = ()
    doubts: tuple[Reason, ...] = ()
    failure: str | None = None
    compute_us: int = 0


def recommend(policy: Policy, contexts: Sequence[Context]) -> list[Advice]:
    """Runs the pinned release on cases together, within the function's latency budget."""
    if policy.stage is Stage.SUSPENDED:
        return [Advice()] * len(contexts)  # the switch stops the model, not only what is seen of it
    pinned = policy.pinned
    if pinned is None:
        reason = Reason.MODEL_FAILED if policy.pinned_digest else Reason.NOT_PINNED
        return [Advice(failures=(reason,), failure=policy.pin_failure)] * len(contexts)
    started_ns = time.perf_counter_ns()
    whole = [context.values for context in contexts if not context.failures]
    answers = iter(recommend_together(pinned.engine, whole) if whole else [])
    compute_us = (time.perf_counter_ns() - started_ns) // 1_000
    return [
        Advice()
        if context.failures
        else _advice(policy, pinned, context, next(answers), compute_us=compute_us)
        for context in contexts
    ]


def _advice(
    policy: Policy, pinned: Pinned, context: Context, answer: Answer, *, compute_us: int
) -> Advice:
    if isinstance(answer, EngineFailed):
        return _failed(str(answer))
    options = policy.point.listed_options
    if options is not None and answer.option not in options:
        failure = f"The model recommended '{answer.option}', which is not an option."
        return _failed(failure, compute_us)
    guard = pinned.review_when
    try:
        doubts = (Reason.RULE_REQUIRES_REVIEW,) if guard and guard.holds(context.values) else ()
    except EngineFailed as error:
        return _failed(str(error))
    late = compute_us > policy.function.latency_budget_ms * 1_000
    return Advice(
        recommendation=answer,
        failures=(Reason.TIMEOUT,) if late else (),
        doubts=doubts,
        compute_us=compute_us,
    )


def _failed(failure: str, compute_us: int = 0) -> Advice:
    return Advice(failures=(Reason.MODEL_FAILED,), failure=failure, compute_us=compute_us)
