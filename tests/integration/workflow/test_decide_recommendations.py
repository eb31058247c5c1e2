"""Whatever fails on the way to a recommendation becomes a reason; and some cases go by chance."""

import sys

import pytest
from tests.support.operations import (
    ACCESS,
    HIDDEN,
    NETWORK,
    Operations,
    example_workspace,
    shown,
)
from tests.support.people import DESK

from spanwise.core.actor import PLATFORM
from spanwise.store import releases
from spanwise.store.releases import WorkspaceVersion
from spanwise.wire.decisions import DecisionRequest


def rule_named(name: str, *branches: str) -> tuple[str, str]:
    """One more asset in the example's file: a rule that says `network` where no branch holds."""
    lines = [f"asset: {name}", "kind: rule", "owner: operations", "recommend:"]
    lines += [f'  - {{when: "{when}", option: access}}' for when in branches]
    lines += ["  - {otherwise: network}", "---", "asset: critical-incident"]
    return ("asset: critical-incident", "\n".join(lines))


# Ten thousand comparisons take longer than a millisecond on any machine.
SLOW_RULE = rule_named(
    "slow", *(f"category in {[f'{branch}-{n}' for n in range(180)]}" for branch in range(60))
)


def test_a_score_that_is_no_number(operations: Operations) -> None:
    operations.guard()
    reply = operations.decide("INC-unheard")
    assert (reply.route, reply.reasons, shown(reply)) == ("withheld", ["model_failed"], HIDDEN)
    assert "score nan" in (operations.record(reply).failure or "")
    assert operations.task_of(reply).blind


def test_a_model_that_does_not_load(operations: Operations) -> None:
    operations.apply(model=b"not a model")
    operations.guard()
    reply = operations.decide()
    assert (reply.route, reply.reasons) == ("withheld", ["model_failed"])
    assert "does not load" in (operations.record(reply).failure or "")
    assert reply.release == operations.release


def test_a_runtime_that_is_not_installed(
    operations: Operations, monkeypatch: pytest.MonkeyPatch
) -> None:
    operations.guard()
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    reply = operations.decide()
    assert (reply.route, reply.reasons) == ("withheld", ["model_failed"])
    assert "'onnx'" in (operations.record(reply).failure or "")


def test_a_recommendation_that_is_not_an_option(operations: Operations) -> None:
    operations.apply(("options: {from: model} ", "options: [access, payments] "))
    operations.guard()
    reply = operations.decide()
    assert (reply.route, reply.reasons, shown(reply)) == ("withheld", ["model_failed"], HIDDEN)
    assert "'network', which is not an option" in (operations.record(reply).failure or "")
    assert operations.decide("INC-password").recommendation == ACCESS


def test_no_release_is_pinned(operations: Operations) -> None:
    renamed = example_workspace(
        ("decision_point: operations.route-", "decision_point: operations.send-")
    )
    unit = operations.store.unit(PLATFORM)
    version = WorkspaceVersion(
        id=unit.ids.new("wsv"),
        digest=renamed.digest,
        documents=renamed.to_json(),
        applied_at_ms=unit.clock.now_ms(),
        applied_by=PLATFORM.id,
    )
    releases.workspace_versions.add(unit, version)
    unit.commit()
    request = DecisionRequest(entity="INC-vpn")
    reply = operations.decider.decide_now(DESK, "operations.send-incident", request, None)
    assert reply.reasons == ["stage_shadow", "not_pinned"]
    assert reply.release is None


def test_a_rule_asks_for_a_person_whatever_the_model_says(operations: Operations) -> None:
    operations.guard()
    reply = operations.decide("INC-critical")
    assert (reply.route, reply.reasons) == ("review", ["rule_requires_review"])
    assert shown(reply) == (NETWORK, None, 0.96875)


def test_a_recommendation_that_comes_too_late(operations: Operations) -> None:
    operations.apply(
        SLOW_RULE,
        ("uses: {model: incident-router}", "uses: {rule: slow}"),
        ("options: {from: model} ", "options: [access, network] "),
        ("latency_budget: 400ms", "latency_budget: 1ms"),
    )
    operations.guard()
    reply = operations.decide()
    assert (reply.route, reply.reasons, shown(reply)) == ("withheld", ["timeout"], HIDDEN)
    assert operations.record(reply).compute_us > 1_000


def test_a_rule_recommends_and_is_never_certain(operations: Operations) -> None:
    operations.apply(
        rule_named("by-category", "category == 'password'"),
        ("uses: {model: incident-router}", "uses: {rule: by-category}"),
        ("options: {from: model} ", "options: [access, network]\nactions: {network: Call} "),
    )
    operations.guard()
    reply = operations.decide()
    assert (reply.route, reply.reasons) == ("review", ["not_certified"])
    assert shown(reply) == (NETWORK, "Call", None)


def test_the_holdout_is_decided_without_the_ai(operations: Operations) -> None:
    operations.apply(("holdout_rate: 0%", "holdout_rate: 99%"))
    operations.guard()
    reply = operations.decide()
    assert (reply.route, reply.reasons, shown(reply)) == ("withheld", ["holdout"], HIDDEN)
    assert operations.task_of(reply).blind
    assert operations.record(reply).holdout_probability == 0.99


def test_a_case_stays_on_its_side_of_the_comparison(operations: Operations) -> None:
    operations.apply(("holdout_rate: 0%", "holdout_rate: 50%"))
    operations.guard()
    entities = ["INC-vpn", "INC-password", "INC-critical", "INC-email"]
    drawn = [
        [operations.decide(entity).reasons == ["holdout"] for entity in entities] for _ in range(3)
    ]
    assert drawn[0] == drawn[1] == drawn[2]
    assert set(drawn[0]) == {True, False}


def test_an_audited_case_is_done_and_checked_blind(operations: Operations) -> None:
    operations.apply(("audit_rate: 5%", "audit_rate: 100%"))
    operations.guard()
    reply = operations.decide()
    assert (reply.route, reply.reasons) == ("automatic", ["certified", "audit_sample"])
    assert shown(reply)[0] == NETWORK
    task = operations.task_of(reply)
    assert (task.kind, task.blind) == ("audit", True)
    decision = operations.decision(reply)
    assert (decision.audit_sampled, decision.audit_probability) == (True, 1.0)


def test_the_chance_of_an_audit_is_written_down_whether_or_not_it_was_drawn(
    operations: Operations,
) -> None:
    operations.guard()
    replies = [operations.decide() for _ in range(20)]
    assert {operations.decision(reply).audit_probability for reply in replies} == {0.05}


def test_only_automatic_cases_are_audited(operations: Operations) -> None:
    operations.apply(("audit_rate: 5%", "audit_rate: 100%"))
    operations.guard()
    reply = operations.decide("INC-email")
    assert reply.reasons == ["confidence_below_threshold"]
    assert not operations.decision(reply).audit_sampled
