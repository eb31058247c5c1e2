"""A person decides: accept, change, decline or escalate, and what each of them asks for."""

import json

import pytest
from tests.support.operations import ACCESS, NETWORK, PAYMENTS, Operations
from tests.support.people import DANA, EMIL, NADIA

from spanwise.core.clock import HOUR_MS
from spanwise.core.errors import Conflict, InvalidInput
from spanwise.spec.models.decision_points import Stage
from spanwise.store import decisions as stored
from spanwise.store import tasks as stored_tasks
from spanwise.store.decisions import Resolution
from spanwise.store.tasks import Task
from spanwise.workflow.resolve import MAX_NOTE, Answer, ReasonCode, Verb

ACCEPT = Answer(verb=Verb.ACCEPT, version=1)
CHANGE = Answer(verb=Verb.CHANGE, version=1, choice=ACCESS, reason_code=ReasonCode.WRONG_OPTION)
DECLINE = Answer(verb=Verb.DECLINE, version=1, reason_code=ReasonCode.DUPLICATE_CASE)
ESCALATE = Answer(verb=Verb.ESCALATE, version=1)


def answer(verb: Verb, **said: object) -> Answer:
    return Answer(verb=verb, **{"version": 1, **said})  # type: ignore[arg-type]


@pytest.fixture
def task(operations: Operations) -> Task:
    """A task with the recommendation `network`."""
    operations.earn(Stage.ASSIST)
    return operations.open_task()


@pytest.fixture
def blind(operations: Operations) -> Task:
    """A task that hides the recommendation `network`."""
    operations.apply(("holdout_rate: 0%", "holdout_rate: 99%"))
    operations.earn(Stage.ASSIST)
    return operations.open_task()


def resolutions(operations: Operations, task: Task) -> list[Resolution]:
    return stored.resolutions_of(operations.store, task.decision_id)


def test_accept_takes_what_was_recommended(operations: Operations, task: Task) -> None:
    resolution = operations.resolver.answer(NADIA, task.id, answer(Verb.ACCEPT, touch_ms=4_000))
    assert resolution is not None
    assert (resolution.verb, resolution.choice) == ("accept", NETWORK)
    assert (resolution.resolved_by, resolution.touch_ms) == (NADIA.id, 4_000)
    assert resolution.resolved_at_ms == operations.clock.now_ms()
    assert resolutions(operations, task) == [resolution]
    ended = operations.task(task.id)
    assert (ended.state, ended.ended_at_ms) == ("decided", operations.clock.now_ms())


def test_it_ends_the_timers_of_the_task(operations: Operations, task: Task) -> None:
    operations.resolver.claim(NADIA, task.id)
    operations.resolver.answer(NADIA, task.id, answer(Verb.ACCEPT, version=2))
    much_later_ms = operations.clock.now_ms() + 1_000 * HOUR_MS
    assert stored_tasks.due_timers(operations.store, much_later_ms, 100) == []


def test_change_takes_another_option_for_a_reason(operations: Operations, task: Task) -> None:
    resolution = operations.resolver.answer(NADIA, task.id, CHANGE)
    assert resolution is not None
    assert (resolution.verb, resolution.choice) == ("change", ACCESS)
    assert resolution.reason_code == "wrong_option"


def test_decline_takes_none_for_a_reason(operations: Operations, task: Task) -> None:
    resolution = operations.resolver.answer(NADIA, task.id, DECLINE)
    assert resolution is not None
    assert (resolution.verb, resolution.choice) == ("decline", None)
    assert resolution.reason_code == "duplicate_case"


def test_escalate_asks_the_next_level_and_decides_nothing(
    operations: Operations, task: Task
) -> None:
    assert operations.resolver.answer(NADIA, task.id, ESCALATE) is None
    moved = operations.task(task.id)
    assert (moved.state, moved.team, moved.escalation_level) == ("open", "owner", 1)
    assert resolutions(operations, task) == []
    (message,) = operations.messages("task.escalated")
    assert json.loads(message.payload)["reason"] == "asked by the reviewer"


def test_what_the_reviewer_says_is_the_reason_of_an_escalation(
    operations: Operations, task: Task
) -> None:
    operations.resolver.answer(NADIA, task.id, answer(Verb.ESCALATE, note=" too hard \n"))
    (entry,) = operations.entries("task.escalated")
    assert json.loads(entry.body) == {"reason": "too hard", "to": "owner"}


def test_a_claimed_task_that_is_escalated_opens_for_those_above(
    operations: Operations, task: Task
) -> None:
    operations.resolver.claim(NADIA, task.id)
    operations.resolver.answer(NADIA, task.id, answer(Verb.ESCALATE, version=2))
    assert operations.task(task.id).assignee is None
    assert operations.resolver.claim(DANA, task.id).assignee == DANA.id


def test_whoever_waits_for_the_case_is_told_what_was_decided(
    operations: Operations, task: Task
) -> None:
    operations.resolver.answer(NADIA, task.id, CHANGE)
    (message,) = operations.messages("decision.resolved")
    assert json.loads(message.payload) == {
        "decision": task.decision_id,
        "entity": "INC-vpn",
        "choice": ACCESS,
        "verb": "change",
    }


def test_the_audit_log_says_who_decided_what(operations: Operations, task: Task) -> None:
    operations.resolver.answer(NADIA, task.id, CHANGE)
    (entry,) = operations.entries("task.resolved")
    assert (entry.actor, entry.subject) == (NADIA.id, task.id)
    assert json.loads(entry.body) == {
        "choice": ACCESS,
        "decision": task.decision_id,
        "verb": "change",
    }


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (answer(Verb.CHANGE, choice=ACCESS), "reason is missing"),
        (answer(Verb.DECLINE), "reason is missing"),
        (answer(Verb.DECLINE, note="because"), "reason is missing"),
        (answer(Verb.CHANGE, reason_code=ReasonCode.OTHER), "not one of the options"),
        (answer(Verb.CHANGE, choice="  ", reason_code=ReasonCode.OTHER), "not one of"),
        (answer(Verb.CHANGE, choice="g" * 201, reason_code=ReasonCode.OTHER), "not one of"),
        (answer(Verb.CHANGE, choice=NETWORK, reason_code=ReasonCode.OTHER), "recommended"),
        (answer(Verb.ACCEPT, note="n" * (MAX_NOTE + 1)), "longer than"),
        (answer(Verb.ESCALATE, note="n" * (MAX_NOTE + 1)), "longer than"),
    ],
)
def test_something_is_missing(operations: Operations, task: Task, said: Answer, says: str) -> None:
    with pytest.raises(InvalidInput, match=says) as raised:
        operations.resolver.answer(NADIA, task.id, said)
    assert raised.value.fix
    assert operations.task(task.id) == task
    assert resolutions(operations, task) == []


def test_every_reason_is_named_where_one_is_missing(operations: Operations, task: Task) -> None:
    with pytest.raises(InvalidInput) as raised:
        operations.resolver.answer(NADIA, task.id, answer(Verb.DECLINE))
    assert all(code in raised.value.fix for code in ReasonCode)


def test_listed_options_are_the_only_ones(operations: Operations) -> None:
    operations.apply(("options: {from: model} ", "options: [access, network, payments] "))
    operations.earn(Stage.ASSIST)
    task = operations.open_task()
    invented = answer(Verb.CHANGE, choice="catering", reason_code=ReasonCode.OTHER)
    with pytest.raises(InvalidInput, match="not one of the options"):
        operations.resolver.answer(NADIA, task.id, invented)
    operations.resolver.answer(NADIA, task.id, CHANGE)


def test_a_case_that_was_withheld_has_nothing_to_accept(operations: Operations) -> None:
    operations.earn(Stage.ASSIST)
    task = operations.open_task("INC-gone")
    with pytest.raises(InvalidInput, match="no recommendation to accept"):
        operations.resolver.answer(NADIA, task.id, ACCEPT)
    chosen = operations.resolver.answer(NADIA, task.id, answer(Verb.CHANGE, choice=PAYMENTS))
    assert chosen is not None
    assert (chosen.verb, chosen.choice, chosen.blind) == ("change", PAYMENTS, True)


def test_there_is_nothing_to_accept(operations: Operations, blind: Task) -> None:
    assert blind.blind
    with pytest.raises(InvalidInput, match="no recommendation to accept"):
        operations.resolver.answer(NADIA, blind.id, ACCEPT)


@pytest.mark.parametrize(("choice", "verb"), [(NETWORK, "accept"), (ACCESS, "change")])
def test_a_choice_needs_no_reason_and_tells_whether_they_agree(
    operations: Operations, blind: Task, choice: str, verb: str
) -> None:
    said = answer(Verb.CHANGE, choice=choice)
    resolution = operations.resolver.answer(NADIA, blind.id, said)
    assert resolution is not None
    assert (resolution.verb, resolution.choice, resolution.blind) == (verb, choice, True)


def test_declining_still_needs_one(operations: Operations, blind: Task) -> None:
    with pytest.raises(InvalidInput, match="reason is missing"):
        operations.resolver.answer(NADIA, blind.id, answer(Verb.DECLINE))


def test_an_audit_changes_nothing_for_whoever_had_the_case(operations: Operations) -> None:
    operations.apply(("audit_rate: 5%", "audit_rate: 100%"))
    operations.guard()
    task = operations.open_task()
    assert task.kind == "audit"
    operations.resolver.answer(NADIA, task.id, answer(Verb.CHANGE, choice=ACCESS))
    assert operations.messages("decision.resolved") == []
    assert [one.verb for one in resolutions(operations, task)] == ["change"]


@pytest.mark.parametrize("said", [ACCEPT, CHANGE, DECLINE, ESCALATE])
def test_what_was_decided_stays_decided(operations: Operations, task: Task, said: Answer) -> None:
    operations.resolver.answer(NADIA, task.id, ACCEPT)
    with pytest.raises(Conflict) as raised:
        operations.resolver.answer(EMIL, task.id, said)
    assert (raised.value.code, raised.value.status) == ("wrong_state", 409)
    assert [one.resolved_by for one in resolutions(operations, task)] == [NADIA.id]


def test_a_case_is_not_lost_when_its_decision_point_leaves_the_workspace(
    operations: Operations, task: Task
) -> None:
    operations.apply((": operations.route-incident", ": operations.send-incident"))
    assert operations.resolver.answer(NADIA, task.id, ACCEPT) is not None
    assert operations.task(task.id).state == "decided"
