"""What happens by itself: leases end, tasks escalate, and nothing is decided by waiting."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.support.operations import Operations
from tests.support.people import DANA, EMIL, NADIA

from spanwise.core.clock import DAY_MS, HOUR_MS
from spanwise.runtime.timers import fire_due_timers
from spanwise.spec.models.decision_points import Stage
from spanwise.store import decisions as stored
from spanwise.store.tasks import Task
from spanwise.tasks.work import LEASE_MS
from spanwise.workflow.resolve import Answer, Verb

TWO_LEVELS = (
    "escalate: [{after: 4h, to: owner}]",
    "escalate: [{after: 4h, to: deputy}, {after: 24h, to: owner}]",
)


@pytest.fixture
def task(operations: Operations) -> Task:
    """A task that escalates to the deputy after four hours, and to the owner after a day."""
    operations.apply(TWO_LEVELS)
    operations.earn(Stage.ASSIST)
    return operations.open_task()


def fire(operations: Operations, *, after_ms: int) -> int:
    """Lets time pass, then carries out what is due."""
    operations.clock.advance(after_ms)
    return fire_due_timers(operations.store, operations.policies)


def levels(operations: Operations) -> list[str]:
    """To whom tasks were escalated, oldest first."""
    return [json.loads(entry.body)["to"] for entry in operations.entries("task.escalated")]


def test_a_lease_ends_and_the_task_is_open_again(operations: Operations, task: Task) -> None:
    operations.resolver.claim(NADIA, task.id)
    assert fire(operations, after_ms=LEASE_MS - 1) == 0
    assert operations.task(task.id).assignee == NADIA.id
    assert fire(operations, after_ms=1) == 1
    opened = operations.task(task.id)
    assert (opened.state, opened.assignee, opened.lease_until_ms) == ("open", None, None)
    assert len(operations.entries("task.lease_ended")) == 1


def test_a_renewed_lease_is_not_ended_by_its_first_timer(
    operations: Operations, task: Task
) -> None:
    operations.resolver.claim(NADIA, task.id)
    operations.clock.advance(LEASE_MS - 1)
    operations.resolver.claim(NADIA, task.id)
    assert fire(operations, after_ms=1) == 1
    assert operations.task(task.id).assignee == NADIA.id
    fire(operations, after_ms=LEASE_MS - 1)
    assert operations.task(task.id).assignee is None


def test_the_timer_of_a_claim_that_was_given_back_takes_nothing_from_the_next_one(
    operations: Operations, task: Task
) -> None:
    operations.resolver.claim(NADIA, task.id)
    operations.resolver.release(NADIA, task.id)
    operations.clock.advance(LEASE_MS - 1)
    operations.resolver.claim(EMIL, task.id)
    fire(operations, after_ms=1)
    assert operations.task(task.id).assignee == EMIL.id


def test_levels_follow_each_other_at_their_times(operations: Operations, task: Task) -> None:
    assert fire(operations, after_ms=4 * HOUR_MS - 1) == 0
    fire(operations, after_ms=1)
    assert operations.task(task.id).team == "deputy"
    fire(operations, after_ms=20 * HOUR_MS - 1)
    assert operations.task(task.id).team == "deputy"
    fire(operations, after_ms=1)
    assert (operations.task(task.id).team, operations.task(task.id).escalation_level) == (
        "owner",
        2,
    )
    assert levels(operations) == ["deputy", "owner"]


def test_after_a_long_silence_they_still_follow_in_order(
    operations: Operations, task: Task
) -> None:
    for _ in range(4):
        fire(operations, after_ms=7 * DAY_MS)
    assert levels(operations) == ["deputy", "owner"]
    assert operations.task(task.id).team == "owner"


def test_nothing_is_approved_by_waiting(operations: Operations, task: Task) -> None:
    operations.resolver.claim(NADIA, task.id)
    for _ in range(12):
        fire(operations, after_ms=30 * DAY_MS)
    waiting = operations.task(task.id)
    assert (waiting.state, waiting.ended_at_ms) == ("open", None)
    assert stored.resolutions_of(operations.store, task.decision_id) == []
    assert operations.messages("decision.resolved") == []
    resolution = operations.resolver.answer(
        DANA, task.id, Answer(verb=Verb.ACCEPT, version=waiting.version)
    )
    assert resolution is not None


def test_a_task_that_ended_is_left_alone(operations: Operations, task: Task) -> None:
    operations.resolver.claim(NADIA, task.id)
    operations.resolver.answer(NADIA, task.id, Answer(verb=Verb.ACCEPT, version=2))
    ended = operations.task(task.id)
    assert fire(operations, after_ms=30 * DAY_MS) == 0
    assert operations.task(task.id) == ended


def test_a_timer_fires_once(operations: Operations, task: Task) -> None:
    assert fire(operations, after_ms=4 * HOUR_MS) == 1
    assert fire(operations, after_ms=0) == 0
    assert levels(operations) == ["deputy"]


def test_levels_are_those_of_the_workspace_in_force(operations: Operations, task: Task) -> None:
    operations.apply(
        ("escalate: [{after: 4h, to: owner}]", "escalate: [{after: 3h, to: nadia.haddad}]")
    )
    fire(operations, after_ms=4 * HOUR_MS)
    assert levels(operations) == ["nadia.haddad"]


def test_a_level_that_a_person_asked_for_before_its_time_is_not_disturbed(
    operations: Operations, task: Task
) -> None:
    operations.resolver.answer(NADIA, task.id, Answer(verb=Verb.ESCALATE, version=1))
    operations.clock.advance(4 * HOUR_MS - 10)
    claimed = operations.resolver.claim(DANA, task.id)
    fire(operations, after_ms=10)
    assert operations.task(task.id) == claimed
    fire(operations, after_ms=20 * HOUR_MS)
    assert levels(operations) == ["deputy", "owner"]


def test_a_task_outlives_its_decision_point(operations: Operations, task: Task) -> None:
    operations.apply((": operations.route-incident", ": operations.send-incident"))
    assert fire(operations, after_ms=4 * HOUR_MS) == 1
    assert (operations.task(task.id).state, levels(operations)) == ("open", [])


def test_many_are_carried_out_a_bounded_number_at_a_time(operations: Operations) -> None:
    operations.earn(Stage.ASSIST)
    tasks = [operations.open_task() for _ in range(210)]
    assert fire(operations, after_ms=4 * HOUR_MS) == 200
    assert fire(operations, after_ms=0) == 10
    assert {operations.task(task.id).team for task in tasks} == {"owner"}


def test_two_threads_that_fire_the_same_timers_escalate_once(
    operations: Operations, task: Task
) -> None:
    tasks = [task, *(operations.open_task() for _ in range(9))]
    operations.clock.advance(4 * HOUR_MS + 10)
    start = threading.Barrier(2)

    def run(_: int) -> int:
        start.wait(timeout=30)
        return fire_due_timers(operations.store, operations.policies)

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(run, range(2))) == len(tasks)
    assert levels(operations) == ["deputy"] * len(tasks)
    assert {operations.task(one.id).escalation_level for one in tasks} == {1}


def test_two_processes_that_fire_the_same_timers_escalate_once(
    two_processes: tuple[Operations, Operations],
) -> None:
    one, other = two_processes
    one.earn(Stage.ASSIST)
    tasks = [one.open_task() for _ in range(10)]
    one.clock.advance(4 * HOUR_MS)
    start = threading.Barrier(2)

    def run(operations: Operations) -> int:
        start.wait(timeout=30)
        return fire_due_timers(operations.store, operations.policies)

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(run, (one, other))) == len(tasks)
    assert levels(one) == ["owner"] * len(tasks)
    assert {other.task(task.id).escalation_level for task in tasks} == {1}
