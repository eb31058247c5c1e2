"""What a caller sees of a decision is all that its route allows, and nothing more."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spanwise.wire.decisions import DecisionRecord, RouteName
from spanwise.workflow.replies import reply_of

RECORD = DecisionRecord(
    decision="dec_1",
    decision_point="operations.route-incident",
    function="operations",
    entity="INC1",
    requested_by="token:desk",
    decided_at="2026-03-02T09:00:00.000Z",
    stage="guarded",
    release="a" * 64,
    context=[],
    recommendation="network",
    score=0.9,
    confidence=0.8,
    certificate="crt_1",
    threshold=0.75,
    route="automatic",
    reasons=["certified"],
    flags=["stale:operations.incidents"],
    failure="told to nobody outside",
    audit_probability=0.05,
    holdout_probability=0.1,
    compute_us=12,
    task="tsk_1",
    action="Call the network team",
)


@pytest.mark.parametrize("route", ["automatic", "review"])
def test_a_recommendation_is_shown_with_its_action_and_confidence(route: RouteName) -> None:
    reply = reply_of(msgspec.structs.replace(RECORD, route=route))
    assert (reply.recommendation, reply.action, reply.confidence) == (
        "network",
        "Call the network team",
        0.8,
    )


@given(st.sampled_from(["network", None]), st.floats(0, 1) | st.none())
def test_a_withheld_reply_shows_nothing_of_it(
    recommendation: str | None, confidence: float | None
) -> None:
    record = msgspec.structs.replace(
        RECORD, route="withheld", recommendation=recommendation, confidence=confidence
    )
    reply = reply_of(record)
    assert (reply.recommendation, reply.action, reply.confidence) == (None, None, None)
    assert reply.task == "tsk_1"


@pytest.mark.parametrize("route", ["automatic", "review", "withheld"])
def test_no_reply_tells_how_cases_are_drawn_or_what_the_ai_read(route: RouteName) -> None:
    names = msgspec.to_builtins(reply_of(msgspec.structs.replace(RECORD, route=route))).keys()
    told = {"context", "score", "audit_probability", "holdout_probability", "failure", "flags"}
    assert not told & names
