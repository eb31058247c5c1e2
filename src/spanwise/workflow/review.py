"""Opens the review task that a route asks for."""

from spanwise.routing.routes import Route, Routing
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.store.tasks import Task
from spanwise.store.unit import UnitOfWork
from spanwise.tasks.states import State
from spanwise.tasks.work import EscalationStep, open_task
from spanwise.workflow.policies import Policy
from spanwise.workflow.recording import Case

# A case whose recommendation failed has had no help yet: it comes before one that has.
_PRIORITY = {Route.WITHHELD: 2, Route.REVIEW: 1, Route.AUTOMATIC: 0}


def open_review(unit: UnitOfWork, policy: Policy, case: Case, routing: Routing) -> str:
    """Adds the task with its due time and escalation path; returns its id."""
    point, now_ms = policy.point, case.at_ms
    task = Task(
        id=unit.ids.new("tsk"),
        decision_id=case.id,
        decision_point=point.name,
        function=point.function,
        entity_id=case.entity,
        kind="audit" if routing.route is Route.AUTOMATIC else "review",
        team=point.review.team,
        state=State.OPEN,
        assignee=None,
        lease_until_ms=None,
        due_at_ms=now_ms + point.review.due_ms,
        priority=_PRIORITY[routing.route],
        escalation_level=0,
        blind=routing.blind,
        created_at_ms=now_ms,
        claimed_at_ms=None,
        ended_at_ms=None,
        version=1,
    )
    open_task(unit, task, _steps(point))
    return task.id


def _steps(point: DecisionPoint) -> list[EscalationStep]:
    return [EscalationStep(after_ms=step.after_ms, to=step.to) for step in point.review.escalate]
