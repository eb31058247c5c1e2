"""Review tasks and timers. A task changes only by compare-and-set on its version."""

from dataclasses import dataclass, replace

from sqlalchemy import bindparam, func, select, update

from spanwise.store import tables
from spanwise.store.database import Store
from spanwise.store.records import Records
from spanwise.store.statements import Statement
from spanwise.store.unit import UnitOfWork

_t = tables.tasks.c
_m = tables.timers.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """A durable piece of human work.

    Attributes:
        kind: `review`, or `audit` for a blind check of an automatic case.
        priority: higher is more urgent among equal due times.
        escalation_level: how many escalations have fired.
        blind: the recommendation is hidden from who decides.
        version: rises by one with each change.
    """

    id: str
    decision_id: str
    decision_point: str
    function: str
    entity_id: str
    kind: str
    team: str
    state: str
    assignee: str | None
    lease_until_ms: int | None
    due_at_ms: int
    priority: int
    escalation_level: int
    blind: bool
    created_at_ms: int
    claimed_at_ms: int | None
    ended_at_ms: int | None
    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Timer:
    """Something that must happen at a time, unless it is ended before."""

    id: str
    kind: str
    subject_id: str
    due_at_ms: int
    ended_at_ms: int | None = None


tasks = Records(tables.tasks, Task)
timers = Records(tables.timers, Timer)

_BY_ID = tasks.where(_t.id == bindparam("id"))
_BY_DECISION = tasks.where(_t.decision_id == bindparam("decision_id"), order_by=_t.id)
_CHANGE = Statement(
    update(tables.tasks)
    .where(_t.id == bindparam("task_id"), _t.version == bindparam("was_version"))
    .values(
        state=bindparam("state"),
        assignee=bindparam("assignee"),
        team=bindparam("team"),
        lease_until_ms=bindparam("lease_until_ms"),
        due_at_ms=bindparam("due_at_ms"),
        escalation_level=bindparam("escalation_level"),
        claimed_at_ms=bindparam("claimed_at_ms"),
        ended_at_ms=bindparam("ended_at_ms"),
        version=bindparam("version"),
    )
)
_LIVE = (_t.state == "open") | (_t.state == "claimed")
_INBOX = tasks.where(
    _t.function == bindparam("function"),
    _LIVE,
    order_by=(_t.due_at_ms, _t.priority.desc(), _t.id),
    limit=0,
)
_COUNT_LIVE = Statement(
    select(func.count())
    .select_from(tables.tasks)
    .where(_t.function == bindparam("function"), _LIVE)
)
_DUE_TIMERS = timers.where(
    _m.ended_at_ms.is_(None), _m.due_at_ms <= bindparam("now_ms"), order_by=_m.due_at_ms, limit=0
)
_END_TIMER = Statement(
    update(tables.timers)
    .where(_m.id == bindparam("timer_id"), _m.ended_at_ms.is_(None))
    .values(ended_at_ms=bindparam("now_ms"))
)
_END_TIMERS_OF = Statement(
    update(tables.timers)
    .where(_m.subject_id == bindparam("task_id"), _m.ended_at_ms.is_(None))
    .values(ended_at_ms=bindparam("now_ms"))
)


def by_id(store: Store, task_id: str) -> Task | None:
    return tasks.first(store, _BY_ID, id=task_id)


def of_decision(store: Store, decision_id: str) -> list[Task]:
    return tasks.all(store, _BY_DECISION, decision_id=decision_id)


def live(store: Store, function: str, limit: int) -> list[Task]:
    """Open and claimed tasks of a function, the most urgent first."""
    return tasks.all(store, _INBOX, function=function, limit=limit)


def count_live(store: Store, function: str) -> int:
    row = store.row(_COUNT_LIVE, function=function)
    return int(row[0]) if row else 0


def change(unit: UnitOfWork, was: Task, now: Task) -> Task:
    """Writes the changed task; a conflict if anybody changed it since `was` was read.

    Returns:
        The task as it will stand.
    """
    unit.write(
        _CHANGE,
        expect=1,
        task_id=was.id,
        was_version=was.version,
        state=now.state,
        assignee=now.assignee,
        team=now.team,
        lease_until_ms=now.lease_until_ms,
        due_at_ms=now.due_at_ms,
        escalation_level=now.escalation_level,
        claimed_at_ms=now.claimed_at_ms,
        ended_at_ms=now.ended_at_ms,
        version=was.version + 1,
    )
    return replace(now, version=was.version + 1)


def due_timers(store: Store, now_ms: int, limit: int) -> list[Timer]:
    return timers.all(store, _DUE_TIMERS, now_ms=now_ms, limit=limit)


def end_timer(unit: UnitOfWork, timer_id: str, now_ms: int) -> None:
    """Ends one timer; a conflict if it has ended already."""
    unit.write(_END_TIMER, expect=1, timer_id=timer_id, now_ms=now_ms)


def end_timers_of(unit: UnitOfWork, task_id: str, now_ms: int) -> None:
    unit.write(_END_TIMERS_OF, task_id=task_id, now_ms=now_ms)
