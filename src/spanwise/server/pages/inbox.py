"""The inbox: review tasks by due time and risk."""

from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Query
from starlette.responses import Response

from spanwise.access.permissions import Action, authorise, may
from spanwise.core.actor import Actor
from spanwise.runtime.platform import Platform
from spanwise.server.pages.frame import Visit, Visitor, functions_of, inbox_count, show
from spanwise.server.pages.people import name_of
from spanwise.server.views.inbox import InboxCounts, InboxPage, TaskLine
from spanwise.store import decisions, tasks
from spanwise.store.decisions import Decision
from spanwise.store.tasks import Task

router = APIRouter()
_PAGE = 50
_MOST = 1_000
Show = Literal["mine", "open", "team"]


@router.get("/inbox")
def inbox(
    visit: Visitor,
    shown: Annotated[Show, Query(alias="show")] = "team",
    page: Annotated[int, Query(ge=1, le=_MOST // _PAGE)] = 1,
) -> Response:
    """Live tasks of the reader's functions, the most urgent first."""
    live = live_tasks(visit.platform, visit.actor)
    lists = {
        "mine": [task for task in live if task.assignee == visit.actor.id],
        "open": [task for task in live if task.state == "open"],
        "team": live,
    }
    start = (page - 1) * _PAGE
    chosen = lists[shown][start : start + _PAGE]
    more = len(lists[shown]) > start + _PAGE
    counts = InboxCounts(**{name: len(found) for name, found in lists.items()})
    view = InboxPage(
        show=shown,
        counts=counts,
        tasks=tuple(_line(visit, task) for task in chosen),
        next_url=f"/inbox?show={shown}&page={page + 1}" if more else None,
    )
    return show(visit, "inbox", view)


@router.get("/inbox/count")
def count(visit: Visitor) -> Response:
    """How many tasks are live, for the number beside the inbox."""
    number = inbox_count(visit.platform, visit.session)
    return Response(msgspec.json.encode({"count": number}), media_type="application/json")


def live_tasks(platform: Platform, actor: Actor) -> list[Task]:
    """Live tasks of every function that the actor reviews for."""
    if not may(actor, Action.VIEW_INBOX):
        authorise(actor, Action.VIEW_INBOX, function=next(iter(actor.functions or ()), ""))
    found = [
        task
        for function in functions_of(platform, actor)
        for task in tasks.live(platform.store, function, _MOST)
    ]
    return sorted(found, key=lambda task: (task.due_at_ms, -task.priority, task.id))


def risk_of(task: Task, decision: Decision | None) -> str:
    """How likely the recommendation is wrong, by its own confidence: half, a fifth, or less."""
    if task.blind or decision is None or decision.confidence is None:
        return "unknown"
    wrong = 1 - decision.confidence
    return "high" if wrong >= 0.5 else "medium" if wrong >= 0.2 else "low"


def _line(visit: Visit, task: Task) -> TaskLine:
    platform = visit.platform
    decision = decisions.by_id(platform.store, task.decision_id)
    shown = None if task.blind or decision is None else decision.recommendation
    point = platform.policies.workspace.decision_points.get(task.decision_point)
    action = point.actions.get(shown, shown) if point and shown else shown
    return TaskLine(
        id=task.id,
        title=task.entity_id,
        function=task.function,
        decision_point=task.decision_point,
        action=action,
        confidence=decision.confidence if decision and not task.blind else None,
        reason=decision.reasons.split()[-1 if task.kind == "audit" else 0] if decision else "",
        risk=risk_of(task, decision),
        state=task.state,
        assignee=name_of(platform, task.assignee),
        mine=task.assignee == visit.actor.id,
        due_at_ms=task.due_at_ms,
        escalation_level=task.escalation_level,
        blind=task.blind and task.kind == "audit",
    )
