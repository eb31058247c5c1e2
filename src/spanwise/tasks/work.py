"""The life of a review task: opened, claimed, released, escalated, ended."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from spanwise.core.actor import Actor
from spanwise.core.clock import MINUTE_MS
from spanwise.core.errors import Conflict, NotFound
from spanwise.store import tasks as stored
from spanwise.store.database import Store
from spanwise.store.tasks import Task, Timer
from spanwise.store.unit import UnitOfWork
from spanwise.tasks.states import Event, State, after

LEASE_MS = 30 * MINUTE_MS
ESCALATION_TIMER = "task_escalation"
LEASE_TIMER = "task_lease"


@dataclass(frozen=True, kw_only=True, slots=True)
class EscalationStep:
    """Who is asked next, how long after the task was opened."""

    after_ms: int
    to: str


def open_task(unit: UnitOfWork, task: Task, steps: Sequence[EscalationStep]) -> None:
    """Adds a task with one timer for each step of its escalation path."""
    stored.tasks.add(unit, task)
    for step in steps:
        timer = Timer(
            id=unit.ids.new("tmr"),
            kind=ESCALATION_TIMER,
            subject_id=task.id,
            due_at_ms=task.created_at_ms + step.after_ms,
        )
        stored.timers.add(unit, timer)


def find_task(store: Store, task_id: str) -> Task:
    """The task.

    Raises:
        NotFound: there is none with this id.
    """
    task = stored.by_id(store, task_id)
    if task is None:
        raise NotFound(f"There is no task {task_id}.", "Go back to the inbox.")
    return task


def claim(unit: UnitOfWork, task: Task, actor: Actor) -> Task:
    """Holds a task for one person until the lease ends; claiming again renews the lease.

    Raises:
        Conflict: somebody else holds it, or it has ended.
    """
    now_ms = unit.clock.now_ms()
    if held_by_other(task, actor, now_ms):
        raise Conflict(
            f"{task.assignee} holds this task.", "Take another one, or ask them to release it."
        )
    held = task.state == State.CLAIMED
    renewed = held and task.assignee == actor.id
    now = replace(
        task,
        state=State.CLAIMED if held else after(State(task.state), Event.CLAIM),
        assignee=actor.id,
        lease_until_ms=now_ms + LEASE_MS,
        claimed_at_ms=task.claimed_at_ms if renewed else now_ms,
    )
    claimed = stored.change(unit, task, now)
    timer = Timer(
        id=unit.ids.new("tmr"),
        kind=LEASE_TIMER,
        subject_id=task.id,
        due_at_ms=now_ms + LEASE_MS,
    )
    stored.timers.add(unit, timer)
    unit.audit("task.claimed", task.id)
    return claimed


def release(unit: UnitOfWork, task: Task, actor: Actor) -> Task:
    """Gives a claimed task back.

    Raises:
        Conflict: somebody else holds it, or nobody does.
    """
    if held_by_other(task, actor, unit.clock.now_ms()):
        raise Conflict(f"{task.assignee} holds this task.", "Only they can release it.")
    unit.audit("task.released", task.id)
    return _reopen(unit, task, Event.RELEASE)


def end_lease(unit: UnitOfWork, task: Task) -> Task:
    """Opens a task whose lease has run out."""
    unit.audit("task.lease_ended", task.id)
    return _reopen(unit, task, Event.LEASE_ENDED)


def hand_on(unit: UnitOfWork, task: Task) -> Task:
    """Opens a task that one person has answered for the next one who must."""
    unit.audit("task.handed_on", task.id)
    return _reopen(unit, task, Event.HAND_ON)


def escalate(unit: UnitOfWork, task: Task, *, to: str, reason: str) -> Task:
    """Asks the next ones on the escalation path; the task stays as undecided as it was."""
    unit.audit("task.escalated", task.id, to=to, reason=reason)
    unit.publish("task.escalated", task.id, {"task": task.id, "to": to, "reason": reason})
    moved = replace(task, team=to, escalation_level=task.escalation_level + 1)
    return _reopen(unit, task, Event.ESCALATE, moved)


def end(unit: UnitOfWork, task: Task, event: Event) -> Task:
    """Ends a task with its timers, by a decision or because it is not needed any more."""
    now_ms = unit.clock.now_ms()
    ended = replace(
        task, state=after(State(task.state), event), lease_until_ms=None, ended_at_ms=now_ms
    )
    stored.end_timers_of(unit, task.id, now_ms)
    return stored.change(unit, task, ended)


def held_by_other(task: Task, actor: Actor, now_ms: int) -> bool:
    """Whether another person's claim is still running."""
    return (
        task.state == State.CLAIMED
        and task.assignee != actor.id
        and (task.lease_until_ms or 0) > now_ms
    )


def _reopen(unit: UnitOfWork, was: Task, event: Event, moved: Task | None = None) -> Task:
    opened = replace(
        moved or was,
        state=after(State(was.state), event),
        assignee=None,
        lease_until_ms=None,
        claimed_at_ms=None,
    )
    return stored.change(unit, was, opened)
