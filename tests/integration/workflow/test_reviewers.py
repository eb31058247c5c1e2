"""Who may work on a task: one at a time, of the right function, and never on their own case."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.support.operations import Operations
from tests.support.people import (
    DANA,
    DESK,
    EMIL,
    LEAD,
    LEE_OF_FINANCE,
    NADIA,
    UMA_THE_AUDITOR,
)

from spanwise.core.actor import Actor, ActorKind, Role
from spanwise.core.errors import Conflict, Forbidden, NotFound
from spanwise.spec.models.decision_points import Stage
from spanwise.store import decisions as stored
from spanwise.store.tasks import Task
from spanwise.tasks.work import LEASE_MS
from spanwise.workflow.resolve import Answer, ReasonCode, Verb


def accept(version: int) -> Answer:
    return Answer(verb=Verb.ACCEPT, version=version)


@pytest.fixture
def task(operations: Operations) -> Task:
    operations.earn(Stage.ASSIST)
    return operations.open_task()


def test_a_claim_holds_the_task_and_says_which_version_it_is_now(
    operations: Operations, task: Task
) -> None:
    claimed = operations.resolver.claim(NADIA, task.id)
    assert claimed == operations.task(task.id)
    assert (claimed.state, claimed.assignee) == ("claimed", NADIA.id)
    assert claimed.lease_until_ms == operations.clock.now_ms() + LEASE_MS


def test_whoever_claims_can_answer_by_what_the_claim_told_them(
    operations: Operations, task: Task
) -> None:
    claimed = operations.resolver.claim(NADIA, task.id)
    assert operations.resolver.answer(NADIA, task.id, accept(claimed.version)) is not None


def test_claiming_again_renews_the_lease(operations: Operations, task: Task) -> None:
    first = operations.resolver.claim(NADIA, task.id)
    operations.clock.advance(LEASE_MS - 1)
    again = operations.resolver.claim(NADIA, task.id)
    assert again.lease_until_ms == operations.clock.now_ms() + LEASE_MS
    assert again.claimed_at_ms == first.claimed_at_ms


def test_nobody_takes_a_task_that_somebody_holds(operations: Operations, task: Task) -> None:
    version = operations.resolver.claim(NADIA, task.id).version
    for attempt in (
        lambda: operations.resolver.claim(EMIL, task.id),
        lambda: operations.resolver.release(EMIL, task.id),
        lambda: operations.resolver.answer(EMIL, task.id, accept(operations.task(task.id).version)),
    ):
        with pytest.raises(Conflict, match=r"nadia\.haddad holds this task"):
            attempt()
    assert operations.task(task.id).assignee == NADIA.id
    assert operations.task(task.id).version == version


def test_a_claim_that_has_run_out_holds_nobody_up(operations: Operations, task: Task) -> None:
    operations.resolver.claim(NADIA, task.id)
    operations.clock.advance(LEASE_MS)
    taken = operations.resolver.claim(EMIL, task.id)
    assert (taken.assignee, taken.claimed_at_ms) == (EMIL.id, operations.clock.now_ms())


def test_a_task_that_was_given_back_is_open_to_all(operations: Operations, task: Task) -> None:
    operations.resolver.claim(NADIA, task.id)
    released = operations.resolver.release(NADIA, task.id)
    assert released == operations.task(task.id)
    assert (released.state, released.assignee, released.lease_until_ms) == ("open", None, None)
    assert operations.resolver.claim(EMIL, task.id).assignee == EMIL.id


def test_nobody_gives_back_what_nobody_holds(operations: Operations, task: Task) -> None:
    with pytest.raises(Conflict):
        operations.resolver.release(NADIA, task.id)


def test_who_saw_an_older_version_looks_again(operations: Operations, task: Task) -> None:
    operations.resolver.claim(NADIA, task.id)
    operations.resolver.release(NADIA, task.id)
    with pytest.raises(Conflict, match="Look at it again"):
        operations.resolver.answer(NADIA, task.id, accept(task.version))
    assert stored.resolutions_of(operations.store, task.decision_id) == []


def test_of_those_who_answer_at_the_same_moment_one_is_heard(
    operations: Operations, task: Task
) -> None:
    start = threading.Barrier(4)

    def answer(person: Actor) -> bool:
        start.wait(timeout=30)
        try:
            return operations.resolver.answer(person, task.id, accept(1)) is not None
        except (Conflict, Forbidden):  # it has ended, or the same person has answered already
            return False

    with ThreadPoolExecutor(4) as threads:
        heard = list(threads.map(answer, (NADIA, EMIL, DANA, NADIA)))
    assert heard.count(True) == 1
    assert len(stored.resolutions_of(operations.store, task.decision_id)) == 1
    assert len(operations.entries("task.resolved")) == 1


def test_nobody_resolves_what_they_submitted(operations: Operations) -> None:
    operations.earn(Stage.ASSIST)
    both = Actor(
        id="user:grace.obi",
        kind=ActorKind.PERSON,
        roles=frozenset({Role.INTEGRATOR, Role.REVIEWER}),
        functions=frozenset({"operations"}),
    )
    task = operations.task_of(operations.decide(actor=both))
    with pytest.raises(Forbidden, match="You submitted this case"):
        operations.resolver.answer(both, task.id, accept(1))
    assert operations.resolver.answer(NADIA, task.id, accept(1)) is not None


DECLINE = Answer(verb=Verb.DECLINE, version=1, reason_code=ReasonCode.OTHER)


@pytest.mark.parametrize("task_id", [None, "tsk_that_never_was"])
def test_elsewhere_the_task_does_not_exist(
    operations: Operations, task: Task, task_id: str | None
) -> None:
    for attempt in (
        lambda: operations.resolver.task(LEE_OF_FINANCE, task_id or task.id),
        lambda: operations.resolver.claim(LEE_OF_FINANCE, task_id or task.id),
        lambda: operations.resolver.release(LEE_OF_FINANCE, task_id or task.id),
        lambda: operations.resolver.answer(LEE_OF_FINANCE, task_id or task.id, DECLINE),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert operations.task(task.id) == task


@pytest.mark.parametrize("who", [UMA_THE_AUDITOR, LEAD, DESK])
def test_whoever_does_not_review_does_not_see_the_inbox(
    operations: Operations, task: Task, who: Actor
) -> None:
    with pytest.raises(Forbidden):
        operations.resolver.task(who, task.id)
    with pytest.raises(Forbidden):
        operations.resolver.answer(who, task.id, accept(1))
    assert operations.task(task.id) == task


def test_the_owner_of_the_function_may_review_too(operations: Operations, task: Task) -> None:
    assert operations.resolver.task(DANA, task.id) == task
    assert operations.resolver.answer(DANA, task.id, accept(1)) is not None
