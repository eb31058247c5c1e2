"""Every route has reasons, and nothing that is broken or uncertified goes out alone."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spanwise.routing.routes import IN_WORDS, Reason, Route, Situation, route
from spanwise.spec.models.decision_points import Stage

situations = st.builds(
    Situation,
    stage=st.sampled_from(Stage),
    failures=st.lists(st.sampled_from(Reason), max_size=2).map(tuple),
    doubts=st.lists(st.sampled_from(Reason), max_size=2).map(tuple),
    confidence=st.none() | st.floats(allow_nan=True),
    threshold=st.none() | st.floats(0, 1),
    holdout=st.booleans(),
    audit_sample=st.booleans(),
)


@given(situations)
def test_a_case_is_automatic_only_where_everything_allows_it(situation: Situation) -> None:
    if route(situation).route is Route.AUTOMATIC:
        assert situation.stage is Stage.GUARDED
        assert not situation.failures
        assert not situation.doubts
        assert not situation.holdout
        assert situation.confidence is not None
        assert situation.threshold is not None
        assert situation.confidence >= situation.threshold


@given(situations)
def test_every_route_has_reasons_and_a_person_unless_automatic_or_shadow(
    situation: Situation,
) -> None:
    routing = route(situation)
    assert routing.reasons
    if routing.route is not Route.AUTOMATIC and situation.stage is not Stage.SHADOW:
        assert routing.task


@given(situations)
def test_a_failure_never_shows_a_recommendation(situation: Situation) -> None:
    if situation.failures:
        assert route(situation).route is Route.WITHHELD


@pytest.mark.parametrize(
    ("confidence", "expected"),
    [
        (0.95, Route.AUTOMATIC),
        (0.90, Route.AUTOMATIC),
        (0.8999, Route.REVIEW),
        (math.nan, Route.REVIEW),
        (None, Route.REVIEW),
    ],
)
def test_the_threshold_itself_is_certified(confidence: float | None, expected: Route) -> None:
    situation = Situation(stage=Stage.GUARDED, confidence=confidence, threshold=0.9)
    assert route(situation).route is expected


def test_an_audited_case_is_automatic_and_checked_blind() -> None:
    routing = route(
        Situation(stage=Stage.GUARDED, confidence=0.95, threshold=0.9, audit_sample=True)
    )
    assert routing.route is Route.AUTOMATIC
    assert routing.reasons == (Reason.CERTIFIED, Reason.AUDIT_SAMPLE)
    assert routing.task
    assert routing.blind


def test_every_reason_can_be_said_in_words() -> None:
    assert set(IN_WORDS) == set(Reason)
