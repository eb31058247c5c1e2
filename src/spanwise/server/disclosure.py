"""Who may see what the AI said, while a person is still to judge the case without it."""

from collections.abc import Sequence

from spanwise.access.permissions import Action, may
from spanwise.core.actor import Actor, Role
from spanwise.spec.models.decision_points import Stage
from spanwise.store.decisions import Decision
from spanwise.store.tasks import Task
from spanwise.tasks.states import LIVE

_OVERSEERS = (Role.FUNCTION_OWNER, Role.PLATFORM_LEAD, Role.AUDITOR)


def concealed(actor: Actor, decision: Decision, tasks: Sequence[Task]) -> bool:
    """Whether the recommendation, and all that tells it, is kept from the actor.

    In shadow only those who oversee the decision point see it. Where it was withheld, or a task
    is blind, whoever could resolve the task sees it once every task of the decision has ended.
    """
    if decision.stage == Stage.SHADOW:
        return not actor.has(*_OVERSEERS)
    unhelped = decision.route == "withheld" or any(task.blind for task in tasks)
    if not unhelped or (all(task.state not in LIVE for task in tasks) and tasks):
        return False
    return may(actor, Action.RESOLVE) or not actor.has(*_OVERSEERS)
