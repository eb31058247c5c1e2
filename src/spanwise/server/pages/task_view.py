"""Builds the view of a review task from its records."""

from secrets import token_hex

from spanwise.access.permissions import Action, may
from spanwise.core.errors import NotFound
from spanwise.measurement.baselines import Before, baselines_of
from spanwise.routing.routes import Reason as RouteReason
from spanwise.server.pages.frame import Visit
from spanwise.server.pages.inbox import risk_of
from spanwise.server.pages.people import name_of
from spanwise.server.views.parts import Choice, Figure, InputField, Reason
from spanwise.server.views.task import EscalationStep, Recommendation, TaskEvent, TaskPage
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.store import decisions
from spanwise.store.decisions import Decision
from spanwise.store.readiness import entries_about
from spanwise.store.tasks import Task
from spanwise.tasks.states import LIVE
from spanwise.tasks.work import held_by_other
from spanwise.wire.decisions import ContextPart, DecisionRecord, decode_record
from spanwise.workflow.resolve import ReasonCode

_REVIEW = "review"
_MANY_EVENTS = 50
_REASONS = {
    ReasonCode.WRONG_OPTION: "Another option is right",
    ReasonCode.MISSING_INFORMATION: "Information is missing",
    ReasonCode.POLICY_EXCEPTION: "An exception to the policy",
    ReasonCode.DUPLICATE_CASE: "The case is a duplicate",
    ReasonCode.OTHER: "Another reason, in the note",
}
_EVENTS = {
    "task.claimed": "claimed it",
    "task.released": "released it",
    "task.lease_ended": "ended the claim: it ran out",
    "task.escalated": "escalated it",
    "task.resolved": "decided it",
}


def task_page(visit: Visit, task: Task) -> TaskPage:
    """The page of a task, for whoever visits.

    Raises:
        NotFound: its decision is gone.
    """
    platform = visit.platform
    decision = decisions.by_id(platform.store, task.decision_id)
    if decision is None:
        raise NotFound("The decision of this task is gone.", "Tell whoever runs Spanwise.")
    record = decode_record(decision.record)
    policy = platform.policies.of(task.decision_point)
    point = policy.point
    allowed, blocked = _allowed(visit, task, decision)
    reasons = tuple(Choice(value=code, text=text) for code, text in _REASONS.items())
    options = point.listed_options or (policy.pinned.engine.options if policy.pinned else ())
    return TaskPage(
        id=task.id,
        version=task.version,
        idempotency_key=token_hex(8),
        state=task.state,
        function=task.function,
        decision_point=task.decision_point,
        decision_id=task.decision_id,
        title=task.entity_id,
        question=point.title,
        team=task.team,
        risk=risk_of(task, decision),
        blind=task.blind and task.kind == "audit",
        recommendation=_recommendation(task, record, point),
        reasons=tuple(_reason(code, record) for code in record.reasons),
        inputs=tuple(field for part in record.context for field in _inputs(visit, part, point)),
        options=tuple(Choice(value=o, text=point.actions.get(o, o)) for o in options),
        change_reasons=reasons,
        decline_reasons=reasons,
        allowed=allowed,
        blocked=blocked,
        created_at_ms=task.created_at_ms,
        due_at_ms=task.due_at_ms,
        escalation_level=task.escalation_level,
        escalation=tuple(
            EscalationStep(at_ms=task.created_at_ms + step.after_ms, to=step.to)
            for step in point.review.escalate
        ),
        last_resort=_last_resort(point),
        assignee=name_of(platform, task.assignee),
        mine=task.assignee == visit.actor.id,
        lease_until_ms=task.lease_until_ms,
        people_error=_people_error(visit, point),
        events=_events(visit, task),
    )


def _recommendation(
    task: Task, record: DecisionRecord, point: DecisionPoint
) -> Recommendation | None:
    option = None if task.blind else record.recommendation
    if option is None:
        return None
    return Recommendation(
        option=option,
        action=point.actions.get(option, option),
        confidence=record.confidence,
        threshold=record.threshold,
    )


def _reason(code: str, record: DecisionRecord) -> Reason:
    """A reason, with what was seen in this case where that says more than the code."""
    detail = ""
    if code == RouteReason.CONFIDENCE_BELOW_THRESHOLD and record.threshold is not None:
        detail = f"{record.confidence:.1%} is below {record.threshold:.1%}."
    elif code == RouteReason.MODEL_FAILED and record.failure:
        detail = record.failure
    return Reason(code=code, detail=detail)


def _inputs(visit: Visit, part: ContextPart, point: DecisionPoint) -> list[InputField]:
    """The fields that this person may read; the AI's view of the others stays hidden."""
    readable = visit.platform.policies.grants.columns(visit.actor, part.product, _REVIEW)
    source = next((s for s in point.context if s.product == part.product), None)
    limit_ms = source.max_age_ms if source else None
    table = visit.platform.policies.workspace.table(part.product).by_name
    return [
        InputField(
            name=name,
            value=None if value is None else str(value),
            product=part.product,
            known=(table[name].known_at if name in table else None) or "",
            age_s=None if part.age_ms is None else part.age_ms // 1_000,
            max_age_s=None if limit_ms is None else limit_ms // 1_000,
            freshness=part.state if part.state != "missing" else "unknown",
            withheld=name not in readable,
        )
        for name, value in part.fields.items()
        if name in readable
    ]


def _allowed(visit: Visit, task: Task, decision: Decision) -> tuple[frozenset[str], str]:
    """What the reader may do now, and why nothing where they may not."""
    now_ms = visit.platform.clock.now_ms()
    if not may(visit.actor, Action.RESOLVE):
        return frozenset(), "Only reviewers and owners decide tasks."
    if task.state not in LIVE:
        return frozenset(), f"This task is {task.state}."
    if held_by_other(task, visit.actor, now_ms):
        who = name_of(visit.platform, task.assignee)
        return frozenset(), f"{who} holds it. It opens again when they release it."
    verbs = {"change", "decline", "escalate"}
    verbs.add("release" if task.assignee == visit.actor.id else "claim")
    if not task.blind and decision.recommendation is not None:
        verbs.add("accept")
    return frozenset(verbs), ""


def _last_resort(point: DecisionPoint) -> str:
    if point.review.finally_ == "owner":
        return "Then it stands with the owner; nothing is approved by waiting."
    return "Then it holds; nothing is approved by waiting."


def _people_error(visit: Visit, point: DecisionPoint) -> Figure | None:
    """How often people were wrong before the AI, where that was measured."""
    known = baselines_of(visit.platform.store, point, Before.DECISION_QUALITY)
    measured = next((b for b in known if b.estimate.value is not None), None)
    if measured is None or measured.estimate.value is None:
        return None
    quality = measured.estimate
    return Figure(
        value=1 - measured.estimate.value,
        low=None if quality.high is None else 1 - quality.high,
        high=None if quality.low is None else 1 - quality.low,
        n=quality.n,
        method=quality.method,
        reason=quality.reason,
    )


def _events(visit: Visit, task: Task) -> tuple[TaskEvent, ...]:
    entries = entries_about(visit.platform.store, task.id, since_ms=task.created_at_ms)
    happened = [
        TaskEvent(
            at_ms=entry.at_ms,
            actor=name_of(visit.platform, entry.actor) or "",
            text=_EVENTS.get(entry.action, entry.action),
        )
        for entry in entries[:_MANY_EVENTS]
    ]
    opened = TaskEvent(at_ms=task.created_at_ms, actor="Spanwise", text="opened it")
    return (*happened, opened)
