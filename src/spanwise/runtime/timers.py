"""What happens when a timer is due: leases end, tasks escalate. Nothing is approved by waiting."""

from spanwise.core.actor import PLATFORM
from spanwise.core.errors import Conflict, NotFound
from spanwise.store import tasks as stored
from spanwise.store.database import Store
from spanwise.store.tasks import Task, Timer
from spanwise.store.unit import UnitOfWork
from spanwise.tasks import work
from spanwise.tasks.states import LIVE, State
from spanwise.workflow.policies import Policies

_AT_ONCE = 200


def fire_due_timers(store: Store, policies: Policies) -> int:
    """Carries out the timers that are due; each in a transaction of its own.

    Returns:
        How many fired. A timer that another process fired first does not count.
    """
    due = stored.due_timers(store, store.clock.now_ms(), _AT_ONCE)
    return sum(_fire(store, policies, timer) for timer in due)


def _fire(store: Store, policies: Policies, timer: Timer) -> bool:
    unit = store.unit(PLATFORM)
    stored.end_timer(unit, timer.id, store.clock.now_ms())
    task = stored.by_id(store, timer.subject_id)
    if task is not None and task.state in LIVE:
        if timer.kind == work.LEASE_TIMER:
            _end_lease(unit, task)
        elif timer.kind == work.ESCALATION_TIMER:
            _escalate(unit, task, timer, policies)
    try:
        unit.commit()
    except Conflict:  # somebody acted on the task just now: the timer fires again if still due
        return False
    return True


def _end_lease(unit: UnitOfWork, task: Task) -> None:
    # A claim that was renewed has a later timer of its own.
    if task.state == State.CLAIMED and (task.lease_until_ms or 0) <= unit.clock.now_ms():
        work.end_lease(unit, task)


def _escalate(unit: UnitOfWork, task: Task, timer: Timer, policies: Policies) -> None:
    try:
        steps = policies.of(task.decision_point).point.review.escalate
    except NotFound:  # the decision point is gone from the workspace; the task still stands
        return
    after_ms = timer.due_at_ms - task.created_at_ms
    # The last step that is due: a workspace that changed meanwhile still finds its level.
    reached = [step for step in steps if step.after_ms <= after_ms]
    # A level that somebody asked for before its time is not asked again: they may be at work.
    if len(reached) > task.escalation_level:
        work.escalate(unit, task, to=reached[-1].to, reason="nobody decided in time")
