"""The stage and the certificate decide how far a case may go without a person; who may ask."""

import pytest
from tests.support.models import lookup_model
from tests.support.operations import (
    GROUPS,
    HIDDEN,
    NETWORK,
    SCORES,
    Operations,
    shown,
)
from tests.support.people import DANA, DESK, LEE_OF_FINANCE, NADIA, person

from spanwise.core.actor import PLATFORM, Actor, Role
from spanwise.core.clock import HOUR_MS, FixedClock
from spanwise.core.errors import Forbidden, NotFound
from spanwise.demo.incidents import INPUTS
from spanwise.routing.stages import MoveKind
from spanwise.spec.models.decision_points import Stage
from spanwise.store import standing
from spanwise.store.database import Store
from spanwise.wire.decisions import DecisionRequest

UNCALIBRATED = lookup_model(SCORES, labels=GROUPS, inputs=INPUTS, by="category")


def test_in_shadow_it_runs_and_nobody_sees_it(operations: Operations) -> None:
    reply = operations.decide()
    assert (reply.route, reply.reasons) == ("withheld", ["stage_shadow"])
    assert (shown(reply), reply.task) == (HIDDEN, None)
    assert operations.record(reply).recommendation == NETWORK
    assert not operations.messages("decision.taken")


def test_a_failure_in_shadow_is_noted_and_troubles_nobody(operations: Operations) -> None:
    reply = operations.decide("INC-unheard")
    assert reply.reasons == ["stage_shadow", "model_failed"]
    assert reply.task is None


def test_at_assist_a_person_decides_with_the_recommendation(operations: Operations) -> None:
    operations.earn(Stage.ASSIST)
    reply = operations.decide()
    assert (reply.route, reply.reasons) == ("review", ["stage_assist"])
    assert shown(reply) == (NETWORK, None, 0.96875)
    task = operations.task_of(reply)
    assert (task.kind, task.blind, task.team) == ("review", False, "service-desk")
    assert task.due_at_ms == operations.clock.now_ms() + 4 * HOUR_MS


def test_guarded_it_decides_alone_where_that_is_certified(operations: Operations) -> None:
    operations.guard()
    reply = operations.decide()
    assert (reply.route, reply.reasons) == ("automatic", ["certified"])
    assert (shown(reply), reply.task) == ((NETWORK, None, 0.96875), None)


def test_exactly_at_the_threshold_is_certified(operations: Operations) -> None:
    operations.guard()
    reply = operations.decide("INC-password")
    assert (reply.route, reply.confidence) == ("automatic", 0.875)


def test_below_the_threshold_a_person_decides(operations: Operations) -> None:
    operations.guard()
    reply = operations.decide("INC-email")
    assert (reply.route, reply.reasons) == ("review", ["confidence_below_threshold"])
    assert not operations.task_of(reply).blind


def test_the_ceiling_in_the_workspace_holds_whatever_was_earned(operations: Operations) -> None:
    operations.guard()
    operations.apply(("stage: guarded ", "stage: assist "))
    assert operations.decide().reasons == ["stage_assist"]


def test_what_was_lost_must_be_earned_again(operations: Operations) -> None:
    operations.guard()
    operations.move(MoveKind.DEMOTED, Stage.ASSIST)
    assert operations.decide().reasons == ["stage_assist"]
    operations.earn(Stage.GUARDED)
    assert operations.decide().route == "automatic"


def test_an_open_alarm_ends_automatic_decisions_before_anybody_demotes(
    operations: Operations,
) -> None:
    operations.guard()
    alarm = operations.raise_alarm()
    assert operations.decide().reasons == ["stage_assist"]
    unit = operations.store.unit(DANA)
    standing.clear_alarm(unit, alarm.id, now_ms=unit.clock.now_ms(), cleared_by=DANA.id)
    unit.commit()
    assert operations.decide().route == "automatic"


def test_suspended_people_decide_without_it_and_no_case_is_lost(operations: Operations) -> None:
    operations.guard()
    operations.move(MoveKind.SUSPENDED, Stage.SUSPENDED)
    reply = operations.decide()
    assert (reply.route, reply.reasons) == ("withheld", ["suspended"])
    assert shown(reply) == HIDDEN
    assert operations.task_of(reply).blind


def test_suspended_the_model_does_not_even_run(operations: Operations) -> None:
    operations.guard()
    operations.move(MoveKind.SUSPENDED, Stage.SUSPENDED)
    record = operations.record(operations.decide())
    assert (record.recommendation, record.score, record.compute_us) == (None, None, 0)


def test_what_was_resumed_stands_where_it_stood(operations: Operations) -> None:
    operations.guard()
    operations.move(MoveKind.SUSPENDED, Stage.SUSPENDED)
    operations.move(MoveKind.RESUMED, Stage.GUARDED)
    assert operations.decide().route == "automatic"


def test_there_is_none(operations: Operations) -> None:
    operations.earn(Stage.GUARDED)
    reply = operations.decide()
    assert (reply.route, reply.reasons) == ("review", ["not_certified"])
    assert operations.record(reply).threshold is None


def test_it_is_of_another_release(operations: Operations) -> None:
    operations.earn(Stage.GUARDED)
    operations.certify(release_digest="0" * 64)
    assert operations.decide().reasons == ["not_certified"]


def test_it_ends_to_the_millisecond(operations: Operations, clock: FixedClock) -> None:
    operations.earn(Stage.GUARDED)
    operations.certify(expires_at_ms=clock.now_ms() + 4)
    operations.clock.advance(1)
    assert operations.decide().route == "automatic"
    assert operations.decide().reasons == ["not_certified"]


def test_it_is_revoked(operations: Operations) -> None:
    operations.earn(Stage.GUARDED)
    certificate = operations.certify()
    unit = operations.store.unit(PLATFORM)
    standing.revoke_certificate(unit, certificate.id, now_ms=operations.clock.now_ms())
    unit.commit()
    assert operations.decide().reasons == ["not_certified"]


def test_a_newer_attempt_could_not_certify(operations: Operations) -> None:
    operations.guard()
    operations.certify(threshold=None)
    assert operations.decide().reasons == ["not_certified"]


def test_the_model_does_not_know_how_sure_it_is(operations: Operations) -> None:
    operations.apply(model=UNCALIBRATED)
    operations.guard()
    reply = operations.decide()
    assert (reply.reasons, reply.confidence) == (["not_certified"], None)
    assert operations.record(reply).score == 0.96875


@pytest.mark.parametrize("caller", [NADIA, DANA])
def test_whoever_reviews_does_not_ask(operations: Operations, caller: Actor) -> None:
    with pytest.raises(Forbidden):
        operations.decide(actor=caller)


def test_elsewhere_there_is_no_such_function(operations: Operations) -> None:
    with pytest.raises(NotFound):
        operations.decide(actor=person("ida", Role.INTEGRATOR, "finance"))
    with pytest.raises(NotFound):
        operations.decide(actor=LEE_OF_FINANCE)


def test_there_is_no_such_decision_point(operations: Operations) -> None:
    request = DecisionRequest(entity="INC-vpn")
    with pytest.raises(NotFound, match="no decision point"):
        operations.decider.decide_now(DESK, "operations.fly", request, None)


def test_no_workspace_is_applied(sqlite_url: str, clock: FixedClock) -> None:
    store = Store.open(sqlite_url, clock=clock)
    with pytest.raises(NotFound, match="No workspace"):
        Operations(store, clock).decide()
    store.close()
