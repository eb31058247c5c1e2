"""One key is one decision, whoever asks again, however often, and at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from tests.support.operations import HIDDEN, Operations, shown
from tests.support.people import DESK

from spanwise.core.errors import Conflict, InvalidInput
from spanwise.demo.organisation import DECISION_POINT
from spanwise.routing.stages import MoveKind
from spanwise.spec.models.decision_points import Stage
from spanwise.store import decisions, tasks
from spanwise.store.unit import UnitOfWork
from spanwise.wire.decisions import DecisionReply, DecisionRequest
from spanwise.workflow.decide import MAX_IDEMPOTENCY_KEY, Asked, Decided

CASE = DecisionRequest(entity="INC-vpn")
ASKED = Asked(actor=DESK, request=CASE, key="order-1")


def take(operations: Operations) -> tuple[DecisionReply, UnitOfWork]:
    """A decision that is not durable yet."""
    (decided,) = operations.decider.decide(DECISION_POINT, [ASKED])
    assert isinstance(decided, Decided)
    assert decided.unit is not None
    return decided.reply, decided.unit


def count(operations: Operations) -> tuple[int, int, int]:
    """How many decisions, live tasks and messages there are."""
    return (
        len(decisions.latest(operations.store, DECISION_POINT, 1_000)),
        tasks.count_live(operations.store, "operations"),
        len(operations.messages("decision.taken")),
    )


@pytest.fixture
def assisted(operations: Operations) -> Operations:
    operations.earn(Stage.ASSIST)
    return operations


def test_the_same_key_gives_the_same_decision(assisted: Operations) -> None:
    first = assisted.decide(key="order-1")
    assert assisted.decide(key="order-1") == first
    assert count(assisted) == (1, 1, 1)


def test_it_stays_the_same_when_the_world_has_changed(assisted: Operations) -> None:
    first = assisted.decide(key="order-1")
    assisted.move(MoveKind.SUSPENDED, Stage.SUSPENDED)
    assisted.ingest(assisted.incident("email", number="INC-vpn"))
    assert assisted.decide(key="order-1") == first


def test_a_withheld_decision_still_shows_nothing_when_it_is_asked_for_again(
    operations: Operations,
) -> None:
    operations.decide(key="order-1")
    operations.guard()
    again = operations.decide(key="order-1")
    assert (again.route, shown(again)) == ("withheld", HIDDEN)


def test_another_case_with_the_same_key_is_a_conflict(assisted: Operations) -> None:
    assisted.decide(key="order-1")
    with pytest.raises(Conflict) as raised:
        assisted.decide("INC-password", key="order-1")
    assert (raised.value.code, raised.value.status) == ("idempotency_key_reused", 409)
    assert count(assisted) == (1, 1, 1)


def test_without_a_key_every_request_is_a_decision(assisted: Operations) -> None:
    assert assisted.decide().decision != assisted.decide().decision
    assert count(assisted) == (2, 2, 2)


@pytest.mark.parametrize("key", ["", "k" * (MAX_IDEMPOTENCY_KEY + 1)])
def test_a_key_has_a_length(assisted: Operations, key: str) -> None:
    with pytest.raises(InvalidInput, match="empty or too long"):
        assisted.decide(key=key)
    assert count(assisted) == (0, 0, 0)


@pytest.mark.parametrize("key", ["k" * MAX_IDEMPOTENCY_KEY, "é 漢字", "' OR 1=1 --"])
def test_any_text_of_that_length_is_a_key(assisted: Operations, key: str) -> None:
    assert assisted.decide(key=key) == assisted.decide(key=key)


def test_nothing_is_there_before_it_is_durable(assisted: Operations) -> None:
    reply, unit = take(assisted)
    assert count(assisted) == (0, 0, 0)
    unit.commit()
    assert assisted.decide(key="order-1") == reply


def test_of_twins_the_first_to_be_durable_counts_and_the_other_leaves_nothing(
    assisted: Operations,
) -> None:
    (reply, first), (_, second) = take(assisted), take(assisted)
    first.commit()
    with pytest.raises(Conflict):
        second.commit()
    assert assisted.decider.overtaken(DECISION_POINT, ASKED) == reply
    assert count(assisted) == (1, 1, 1)
    assert len(assisted.entries("decision.taken")) == 1


def test_whoever_was_overtaken_by_nobody_is_told_to_send_it_again(assisted: Operations) -> None:
    for key in (None, "order-1"):
        with pytest.raises(Conflict, match="exists already"):
            assisted.decider.overtaken(DECISION_POINT, replace(ASKED, key=key))


def test_threads_that_race_with_one_key_get_one_decision(assisted: Operations) -> None:
    racers = 8
    start = threading.Barrier(racers)

    def ask(_: int) -> DecisionReply:
        start.wait(timeout=30)
        return assisted.decider.decide_now(DESK, DECISION_POINT, CASE, "order-1")

    with ThreadPoolExecutor(racers) as threads:
        replies = list(threads.map(ask, range(racers)))
    assert len({reply.decision for reply in replies}) == 1
    assert count(assisted) == (1, 1, 1)


def test_of_two_processes_that_race_one_decides(
    two_processes: tuple[Operations, Operations],
) -> None:
    one, other = two_processes
    (_, late), (reply, early) = take(one), take(other)
    early.commit()
    with pytest.raises(Conflict):
        late.commit()
    assert one.decider.overtaken(DECISION_POINT, ASKED) == reply
    assert count(one) == count(other) == (1, 0, 0)
