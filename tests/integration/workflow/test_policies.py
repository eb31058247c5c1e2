"""What is in force is held in memory, and never for longer than a second."""

import pytest
from tests.support.operations import THRESHOLD, Operations
from tests.support.people import NADIA

from spanwise.core.clock import SECOND_MS
from spanwise.core.errors import NotFound
from spanwise.demo.organisation import DECISION_POINT, PRODUCT
from spanwise.routing.stages import MoveKind
from spanwise.spec.models.decision_points import Stage
from spanwise.workflow.policies import ai_actor


def test_a_policy_says_what_holds_for_the_next_case(operations: Operations) -> None:
    operations.guard()
    policy = operations.policies.of(DECISION_POINT)
    assert (policy.stage, policy.threshold) == (Stage.GUARDED, THRESHOLD)
    assert policy.pinned is not None
    assert policy.pinned.digest == policy.pinned_digest == operations.release
    assert policy.contracts == {PRODUCT: "ok"}
    assert "assignment_group" not in policy.columns[PRODUCT]


def test_nothing_is_read_again_while_nothing_changes(operations: Operations) -> None:
    policy = operations.policies.of(DECISION_POINT)
    assert operations.policies.of(DECISION_POINT) is policy
    operations.earn(Stage.ASSIST)
    assert operations.policies.of(DECISION_POINT).stage is Stage.ASSIST


def test_the_ai_is_an_actor_of_its_own_with_no_role(operations: Operations) -> None:
    reader = ai_actor(operations.policies.of(DECISION_POINT).point)
    assert (reader.id, reader.roles) == ("ai:operations.route-incident", frozenset())
    assert reader.covers("operations")
    assert not reader.covers("finance")


def test_grants_are_those_of_the_workspace_in_force(operations: Operations) -> None:
    assert "assignment_group" in operations.policies.grants.columns(NADIA, PRODUCT, "audit")
    operations.apply(
        ("columns: [routing, outcome], purpose: [review", "columns: [routing], purpose: [review")
    )
    assert "assignment_group" not in operations.policies.grants.columns(NADIA, PRODUCT, "audit")


def test_a_decision_point_that_left_the_workspace_is_gone_at_once(operations: Operations) -> None:
    operations.apply((": operations.route-incident", ": operations.send-incident"))
    with pytest.raises(NotFound):
        operations.policies.of(DECISION_POINT)


def test_what_another_process_changed_holds_within_a_second(
    two_processes: tuple[Operations, Operations],
) -> None:
    one, other = two_processes
    other.guard()
    one.clock.advance(SECOND_MS)
    assert one.decide().route == "automatic"
    other.move(MoveKind.SUSPENDED, Stage.SUSPENDED)
    one.clock.advance(SECOND_MS)
    assert one.decide().reasons == ["suspended"]
