"""What is acknowledged is there, whole; what fails leaves nothing and fails alone."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from spanwise.core.actor import PLATFORM
from spanwise.core.errors import Conflict, Unavailable
from spanwise.store import outbox, tables, tasks
from spanwise.store.database import Store
from spanwise.store.statements import Statement
from spanwise.store.tasks import Task

ENTRIES = Statement(select(tables.audit_entries).order_by(tables.audit_entries.c.id))


def a_task(store: Store, **changes: object) -> Task:
    task = Task(
        id=store.ids.new("tsk"),
        decision_id="dec_1",
        decision_point="operations.route-incident",
        function="operations",
        entity_id="INC1",
        kind="review",
        team="service-desk",
        state="open",
        assignee=None,
        lease_until_ms=None,
        due_at_ms=store.clock.now_ms() + 1_000,
        priority=1,
        escalation_level=0,
        blind=False,
        created_at_ms=store.clock.now_ms(),
        claimed_at_ms=None,
        ended_at_ms=None,
        version=1,
    )
    return replace(task, **changes)  # type: ignore[arg-type]


def test_a_record_its_audit_entry_and_its_message_arrive_together(store: Store) -> None:
    unit = store.unit(PLATFORM)
    task = a_task(store, blind=True)
    tasks.tasks.add(unit, task)
    unit.audit("task.opened", task.id, team=task.team)
    unit.publish("task.opened", task.id, {"task": task.id})
    unit.commit()

    assert tasks.by_id(store, task.id) == task
    assert [row[4] for row in store.rows(ENTRIES)] == [task.id]
    (message,) = outbox.due(store, store.clock.now_ms(), limit=10)
    assert message.subject_id == task.id


def test_a_unit_that_fails_half_way_leaves_nothing(store: Store) -> None:
    task = a_task(store)
    unit = store.unit(PLATFORM)
    unit.audit("task.opened", task.id)
    tasks.tasks.add(unit, task)
    tasks.tasks.add(unit, task)
    with pytest.raises(Conflict):
        unit.commit()
    assert tasks.by_id(store, task.id) is None
    assert store.rows(ENTRIES) == []


def test_of_two_who_change_the_same_version_one_is_told(store: Store) -> None:
    task = a_task(store)
    unit = store.unit(PLATFORM)
    tasks.tasks.add(unit, task)
    unit.commit()

    first, second = store.unit(PLATFORM), store.unit(PLATFORM)
    tasks.change(first, task, replace(task, assignee="user:lee.park"))
    tasks.change(second, task, replace(task, assignee="user:ana.silva"))
    first.commit()
    with pytest.raises(Conflict, match="Somebody else"):
        second.commit()
    found = tasks.by_id(store, task.id)
    assert found is not None
    assert (found.assignee, found.version) == ("user:lee.park", 2)


def test_a_conflict_fails_only_its_own_unit_of_a_group(store: Store) -> None:
    taken = a_task(store)
    unit = store.unit(PLATFORM)
    tasks.tasks.add(unit, taken)
    unit.commit()

    results: dict[str, Exception | None] = {}
    finished = threading.Barrier(9)

    def submit(task: Task) -> None:
        unit = store.unit(PLATFORM)
        tasks.tasks.add(unit, task)
        try:
            unit.commit()
            results[task.id] = None
        except Conflict as error:
            results[task.id] = error
        finished.wait(timeout=30)

    new = [a_task(store) for _ in range(7)]
    for task in [taken, *new]:
        threading.Thread(target=submit, args=(task,)).start()
    finished.wait(timeout=30)

    assert isinstance(results[taken.id], Conflict)
    assert all(results[task.id] is None for task in new)
    assert all(tasks.by_id(store, task.id) == task for task in new)


def test_a_closed_store_takes_nothing(store: Store) -> None:
    unit = store.unit(PLATFORM)
    unit.audit("tested", "x")
    store.close()
    with pytest.raises(Unavailable):
        unit.commit()


def test_rows_come_in_the_order_of_urgency(store: Store) -> None:
    now_ms = store.clock.now_ms()
    late, urgent, later = (
        a_task(store, due_at_ms=now_ms + 1),
        a_task(store, due_at_ms=now_ms + 1, priority=2),
        a_task(store, due_at_ms=now_ms + 2),
    )
    unit = store.unit(PLATFORM)
    for task in (later, late, urgent):
        tasks.tasks.add(unit, task)
    unit.commit()
    assert tasks.live(store, "operations", limit=10) == [urgent, late, later]
    assert tasks.live(store, "finance", limit=10) == []
    assert tasks.count_live(store, "operations") == 3
