"""The life of a review task on a real store: claims and leases, escalation, and its end."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.operations import open_copy
from tests.support.people import EMIL, NADIA

from spanwise.core.actor import PLATFORM
from spanwise.core.clock import HOUR_MS, FixedClock
from spanwise.core.errors import Conflict, NotFound
from spanwise.store import tasks as stored
from spanwise.store.database import Store
from spanwise.store.tasks import Task
from spanwise.tasks import work
from spanwise.tasks.states import Event, State
from spanwise.tasks.work import ESCALATION_TIMER, LEASE_MS, LEASE_TIMER, EscalationStep

STEPS = (
    EscalationStep(after_ms=4 * HOUR_MS, to="deputy"),
    EscalationStep(after_ms=8 * HOUR_MS, to="owner"),
)


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Iterator[Store]:
    with open_copy(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def task(store: Store, clock: FixedClock) -> Task:
    """A task that is open, with two levels of escalation."""
    unit = store.unit(PLATFORM)
    opened = Task(
        id=unit.ids.new("tsk"),
        decision_id="dec_1",
        decision_point="operations.route-incident",
        function="operations",
        entity_id="INC1",
        kind="review",
        team="service-desk",
        state=State.OPEN,
        assignee=None,
        lease_until_ms=None,
        due_at_ms=clock.now_ms() + 4 * HOUR_MS,
        priority=1,
        escalation_level=0,
        blind=False,
        created_at_ms=clock.now_ms(),
        claimed_at_ms=None,
        ended_at_ms=None,
        version=1,
    )
    work.open_task(unit, opened, STEPS)
    unit.commit()
    return opened


def claim(store: Store, task: Task) -> Task:
    unit = store.unit(NADIA)
    claimed = work.claim(unit, task, NADIA)
    unit.commit()
    return claimed


def timers(store: Store) -> list[tuple[str, int]]:
    """Kind and due time of every timer that is still running."""
    due = stored.due_timers(store, store.clock.now_ms() + 1_000 * HOUR_MS, 100)
    return sorted((timer.kind, timer.due_at_ms) for timer in due)


def test_every_level_of_escalation_has_a_timer_from_the_opening_on(
    store: Store, task: Task
) -> None:
    assert timers(store) == [
        (ESCALATION_TIMER, task.created_at_ms + 4 * HOUR_MS),
        (ESCALATION_TIMER, task.created_at_ms + 8 * HOUR_MS),
    ]
    assert work.find_task(store, task.id) == task


def test_there_is_no_such_task(store: Store) -> None:
    with pytest.raises(NotFound, match="no task tsk_none"):
        work.find_task(store, "tsk_none")


def test_a_claim_holds_the_task_for_one_person_until_its_lease_ends(
    store: Store, task: Task, clock: FixedClock
) -> None:
    claimed = claim(store, task)
    assert claimed == work.find_task(store, task.id)
    assert (claimed.state, claimed.assignee, claimed.version) == ("claimed", NADIA.id, 2)
    assert claimed.claimed_at_ms == clock.now_ms()
    assert (LEASE_TIMER, clock.now_ms() + LEASE_MS) in timers(store)
    clock.advance(LEASE_MS - 1)
    assert work.held_by_other(claimed, EMIL, clock.now_ms())
    assert not work.held_by_other(claimed, NADIA, clock.now_ms())
    assert not work.held_by_other(claimed, EMIL, clock.now_ms() + 1)


def test_an_open_task_is_held_by_nobody(task: Task, clock: FixedClock) -> None:
    assert not work.held_by_other(task, EMIL, clock.now_ms())


def test_a_renewed_claim_keeps_its_beginning_and_gets_a_later_end(
    store: Store, task: Task, clock: FixedClock
) -> None:
    first = claim(store, task)
    clock.advance(LEASE_MS - 1)
    second = claim(store, first)
    assert second.claimed_at_ms == first.claimed_at_ms
    assert second.lease_until_ms == clock.now_ms() + LEASE_MS


def test_who_takes_over_after_the_lease_begins_anew(
    store: Store, task: Task, clock: FixedClock
) -> None:
    claimed = claim(store, task)
    clock.advance(LEASE_MS)
    unit = store.unit(EMIL)
    taken = work.claim(unit, claimed, EMIL)
    unit.commit()
    assert (taken.assignee, taken.claimed_at_ms) == (EMIL.id, clock.now_ms())


def test_a_claim_of_somebody_else_is_told_who_holds_it(store: Store, task: Task) -> None:
    claimed = claim(store, task)
    unit = store.unit(EMIL)
    for attempt in (work.claim, work.release):
        with pytest.raises(Conflict, match=r"nadia\.haddad holds"):
            attempt(unit, claimed, EMIL)


def test_of_two_who_claim_at_once_one_is_told(store: Store, task: Task) -> None:
    first, second = store.unit(NADIA), store.unit(EMIL)
    work.claim(first, task, NADIA)
    work.claim(second, task, EMIL)
    first.commit()
    with pytest.raises(Conflict):
        second.commit()
    assert work.find_task(store, task.id).assignee == NADIA.id
    assert [kind for kind, _ in timers(store)].count(LEASE_TIMER) == 1


@pytest.mark.parametrize("give_back", [lambda u, t: work.release(u, t, NADIA), work.end_lease])
def test_a_task_that_comes_back_is_as_open_as_before(
    store: Store, task: Task, give_back: Callable[..., Task]
) -> None:
    unit = store.unit(NADIA)
    opened = give_back(unit, claim(store, task))
    unit.commit()
    assert opened == work.find_task(store, task.id) == replace(task, version=3)


def test_escalation_moves_the_task_and_leaves_it_undecided(store: Store, task: Task) -> None:
    unit = store.unit(PLATFORM)
    moved = work.escalate(unit, claim(store, task), to="deputy", reason="too long")
    unit.commit()
    assert moved == work.find_task(store, task.id)
    assert moved == replace(task, team="deputy", escalation_level=1, version=3)
    assert timers(store)[0] == (ESCALATION_TIMER, task.created_at_ms + 4 * HOUR_MS)


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (Event.DECIDE, State.DECIDED),
        (Event.WITHDRAW, State.WITHDRAWN),
        (Event.SUPERSEDE, State.SUPERSEDED),
    ],
)
def test_an_end_is_final_and_stops_every_timer(
    store: Store, task: Task, clock: FixedClock, event: Event, state: State
) -> None:
    unit = store.unit(NADIA)
    ended = work.end(unit, claim(store, task), event)
    unit.commit()
    assert ended == work.find_task(store, task.id)
    assert (ended.state, ended.ended_at_ms, ended.lease_until_ms) == (state, clock.now_ms(), None)
    assert timers(store) == []
    unit = store.unit(NADIA)
    attempts: list[Callable[[], Task]] = [
        lambda: work.claim(unit, ended, NADIA),
        lambda: work.release(unit, ended, NADIA),
        lambda: work.end_lease(unit, ended),
        lambda: work.escalate(unit, ended, to="owner", reason=""),
        lambda: work.end(unit, ended, Event.DECIDE),
    ]
    for again in attempts:
        with pytest.raises(Conflict) as raised:
            again()
        assert raised.value.code == "wrong_state"
