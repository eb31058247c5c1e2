"""A decision that nobody should take alone is taken when two people have chosen alike."""

import pytest
from tests.support.operations import ACCESS, NETWORK, PAYMENTS, Operations
from tests.support.people import DANA, EMIL, NADIA

from spanwise.core.actor import Actor
from spanwise.core.errors import Conflict, Forbidden
from spanwise.spec.models.decision_points import Stage
from spanwise.store import decisions as stored
from spanwise.store.decisions import Resolution
from spanwise.store.tasks import Task
from spanwise.workflow.resolve import Answer, ReasonCode, Verb


@pytest.fixture
def task(operations: Operations) -> Task:
    """A task with the recommendation `network`, which two people must agree on."""
    operations.apply(("  due: 4h", "  required_reviewers: 2\n  due: 4h"))
    operations.earn(Stage.ASSIST)
    return operations.open_task()


def choose(operations: Operations, task: Task, person: Actor, choice: str) -> Resolution | None:
    """What somebody says who looks at the task as it is now."""
    version = operations.task(task.id).version
    if choice == NETWORK:
        answer = Answer(verb=Verb.ACCEPT, version=version)
    else:
        reason = ReasonCode.WRONG_OPTION
        answer = Answer(verb=Verb.CHANGE, version=version, choice=choice, reason_code=reason)
    return operations.resolver.answer(person, task.id, answer)


def choices(operations: Operations, task: Task) -> list[str | None]:
    return [one.choice for one in stored.resolutions_of(operations.store, task.decision_id)]


def test_one_is_not_enough(operations: Operations, task: Task) -> None:
    operations.resolver.claim(NADIA, task.id)
    choose(operations, task, NADIA, NETWORK)
    waiting = operations.task(task.id)
    assert (waiting.state, waiting.assignee, waiting.ended_at_ms) == ("open", None, None)
    assert operations.messages("decision.resolved") == []


def test_two_who_choose_alike_decide(operations: Operations, task: Task) -> None:
    choose(operations, task, NADIA, ACCESS)
    choose(operations, task, EMIL, ACCESS)
    assert operations.task(task.id).state == "decided"
    assert choices(operations, task) == [ACCESS, ACCESS]
    assert len(operations.messages("decision.resolved")) == 1


def test_nobody_is_two_people(operations: Operations, task: Task) -> None:
    choose(operations, task, NADIA, NETWORK)
    with pytest.raises(Forbidden, match="You have answered this task"):
        choose(operations, task, NADIA, NETWORK)
    assert operations.task(task.id).state == "open"
    assert choices(operations, task) == [NETWORK]


def test_two_who_disagree_ask_the_next_level(operations: Operations, task: Task) -> None:
    choose(operations, task, NADIA, NETWORK)
    operations.clock.advance(1)
    choose(operations, task, EMIL, ACCESS)
    above = operations.task(task.id)
    assert (above.state, above.team, above.escalation_level) == ("open", "owner", 1)
    assert operations.messages("decision.resolved") == []
    operations.clock.advance(1)
    choose(operations, task, DANA, ACCESS)
    assert operations.task(task.id).state == "decided"
    assert choices(operations, task) == [NETWORK, ACCESS, ACCESS]


def test_three_who_all_disagree_have_not_decided(operations: Operations, task: Task) -> None:
    for person, choice in ((NADIA, NETWORK), (EMIL, ACCESS), (DANA, PAYMENTS)):
        choose(operations, task, person, choice)
    assert operations.task(task.id).state == "open"


def test_two_who_answer_at_once_do_not_count_as_two_who_agreed(
    operations: Operations, task: Task
) -> None:
    accept = Answer(verb=Verb.ACCEPT, version=task.version)
    operations.resolver.answer(NADIA, task.id, accept)
    with pytest.raises(Conflict, match="Look at it again"):
        operations.resolver.answer(EMIL, task.id, accept)
    assert operations.task(task.id).state == "open"


def test_asking_the_next_level_is_no_answer(operations: Operations, task: Task) -> None:
    operations.resolver.answer(NADIA, task.id, Answer(verb=Verb.ESCALATE, version=1))
    choose(operations, task, NADIA, NETWORK)
    assert operations.task(task.id).state == "open"
    choose(operations, task, EMIL, NETWORK)
    assert operations.task(task.id).state == "decided"
