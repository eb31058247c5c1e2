"""The API around cases: what was decided, who decides it, and what turned out to be right."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from spanwise.access.permissions import Action, authorise
from spanwise.core.actor import Actor
from spanwise.core.clock import from_rfc3339, to_rfc3339
from spanwise.core.errors import InvalidInput, NotFound
from spanwise.measurement.outcomes import Observation, record_outcomes
from spanwise.runtime.platform import Platform
from spanwise.server.api.bodies import read_body
from spanwise.server.authentication import api_actor
from spanwise.server.disclosure import concealed
from spanwise.store import decisions as stored
from spanwise.store import tasks as stored_tasks
from spanwise.store.tasks import Task
from spanwise.wire.cases import ObservedOutcome, TaskAnswer
from spanwise.wire.decisions import decode_record
from spanwise.workflow.resolve import Answer, ReasonCode, Verb

router = APIRouter(prefix="/v1")
Caller = Annotated[Actor, Depends(api_actor)]
_MAX_PAGE = 500


@router.get("/decisions/{decision_id}")
def get_decision(request: Request, caller: Caller, decision_id: str) -> Response:
    """One decision with its resolutions and outcomes.

    What the AI said is left out for whoever is still to judge the case without it.
    """
    platform: Platform = request.app.state.platform
    decision = stored.by_id(platform.store, decision_id)
    if decision is None:
        raise NotFound(f"There is no decision {decision_id[:60]}.", "Check the id.")
    authorise(
        caller,
        Action.VIEW_DECISION,
        function=decision.function,
        decision_point=decision.decision_point,
    )
    tasks = stored_tasks.of_decision(platform.store, decision_id)
    if concealed(caller, decision, tasks):
        record = msgspec.structs.replace(
            decode_record(decision.record),
            recommendation=None,
            score=None,
            confidence=None,
            action=None,
        )
        return _json({"record": record, "concealed": True})
    found = stored.outcomes_of(platform.store, decision.decision_point, decision.entity_id)
    return _json(
        {
            "record": msgspec.Raw(decision.record.encode()),
            "concealed": False,
            "resolutions": stored.resolutions_of(platform.store, decision_id),
            "outcomes": found,
        }
    )


@router.post("/outcomes/{decision_point}", status_code=202)
async def post_outcomes(request: Request, caller: Caller, decision_point: str) -> Response:
    """Outcomes of cases, as a list; the same one again changes nothing."""
    platform: Platform = request.app.state.platform
    observed = await read_body(request, list[ObservedOutcome])
    point = platform.policies.of(decision_point).point
    authorise(caller, Action.RECORD_OUTCOME, function=point.function, decision_point=decision_point)
    observations = [_observation(item) for item in observed]

    def record() -> int:
        return record_outcomes(
            platform.store, caller, decision_point, observations, source=caller.id
        )

    return _json({"received": await run_in_threadpool(record)}, status=202)


@router.get("/tasks")
def get_tasks(
    request: Request,
    caller: Caller,
    function: str,
    limit: Annotated[int, Query(ge=1, le=_MAX_PAGE)] = 100,
) -> Response:
    """Live tasks of a function, the most urgent first. Recommendations stand in the decision."""
    authorise(caller, Action.VIEW_INBOX, function=function)
    platform: Platform = request.app.state.platform
    tasks = stored_tasks.live(platform.store, function, limit)
    return _json({"tasks": [_task(task) for task in tasks]})


@router.post("/tasks/{task_id}/claim")
def post_claim(request: Request, caller: Caller, task_id: str) -> Response:
    """Holds a task for the caller."""
    return _json(_task(request.app.state.platform.resolver.claim(caller, task_id)))


@router.post("/tasks/{task_id}/release")
def post_release(request: Request, caller: Caller, task_id: str) -> Response:
    """Gives a task back."""
    return _json(_task(request.app.state.platform.resolver.release(caller, task_id)))


@router.post("/tasks/{task_id}/{verb}")
async def post_answer(request: Request, caller: Caller, task_id: str, verb: Verb) -> Response:
    """Accepts, changes, declines or escalates a task."""
    body = await read_body(request, TaskAnswer)
    answer = Answer(
        verb=verb,
        version=body.version,
        choice=body.choice,
        reason_code=ReasonCode(body.reason_code) if body.reason_code else None,
        note=body.note,
        touch_ms=body.touch_ms,
    )
    resolver = request.app.state.platform.resolver
    resolution = await run_in_threadpool(resolver.answer, caller, task_id, answer)
    return _json({"resolution": resolution})


def _observation(item: ObservedOutcome) -> Observation:
    try:
        observed_at_ms = from_rfc3339(item.observed_at)
    except ValueError as error:
        raise InvalidInput(
            f"'{item.observed_at[:40]}' is not a time with an offset.",
            "Write it as 2026-03-01T09:30:00Z.",
        ) from error
    return Observation(entity=item.entity, label=item.label, observed_at_ms=observed_at_ms)


def _task(task: Task) -> dict[str, Any]:
    return {
        "id": task.id,
        "decision": task.decision_id,
        "decision_point": task.decision_point,
        "entity": task.entity_id,
        "kind": task.kind,
        "state": task.state,
        "team": task.team,
        "assignee": task.assignee,
        "due_at": to_rfc3339(task.due_at_ms),
        "escalation_level": task.escalation_level,
        "blind": task.blind,
        "version": task.version,
    }


def _json(content: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status, media_type="application/json")
