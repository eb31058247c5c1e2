"""What probes find in a company that has not begun, has begun badly, or has begun well."""

from typing import TYPE_CHECKING

import pytest

from spanwise.core.actor import PLATFORM, Actor
from spanwise.core.clock import DAY_MS, HOUR_MS
from spanwise.core.errors import Forbidden
from spanwise.readiness.answers import start_drill
from spanwise.readiness.assess import (
    assess_decision_point,
    assess_function,
    record_evidence,
    recorded_readiness,
)
from spanwise.readiness.criteria import Criterion, Finding, Found, ReadyState
from spanwise.readiness.ownership import accept_ownership
from spanwise.store import audit

if TYPE_CHECKING:
    from tests.integration.readiness.conftest import World


def findings(world: "World") -> dict[str, Finding]:
    """The last finding of each probe."""
    readiness = assess_function(world.store, world.workspace, world.finance)
    return {finding.probe: finding for finding in readiness.findings}


def states(world: "World") -> dict[str, str]:
    return {probe: finding.found.value for probe, finding in findings(world).items()}


def test_a_function_that_only_stands_in_files_is_not_ready(world: "World") -> None:
    readiness = assess_function(world.store, world.workspace, world.finance)
    assert readiness.state is ReadyState.NOT_READY
    assert [criterion.criterion for criterion in readiness.criteria] == list(Criterion)
    assert states(world) == {
        "contract_valid": "pass",
        "batch_published": "fail",
        "batch_in_order": "unknown",
        "contract_kept": "unknown",
        "rows_present": "fail",
        "access_granted": "pass",
        "data_fresh": "unknown",
        "labels_arrive": "unknown",
        "declared": "pass",
        "moment_bound": "pass",
        "release_loads": "pass",
        "options_known": "pass",
        "reviewers_active": "pass",
        "cases_complete": "unknown",
        "deputy_named": "pass",
        "can_act": "pass",
        "accepted": "fail",
        "answers": "unknown",
    }


def test_every_finding_says_what_was_seen_and_every_gap_how_to_mend_it(world: "World") -> None:
    readiness = assess_function(world.store, world.workspace, world.finance)
    assert all(finding.seen.endswith(".") for finding in readiness.findings)
    assert all(gap.fix for gap in readiness.gaps)
    assert not any(f.fix for f in readiness.findings if f not in readiness.gaps)
    assert readiness.gaps[0].found is Found.FAILED


def test_shadow_brings_all_the_evidence_that_readiness_asks_for(world: "World") -> None:
    world.make_ready()
    readiness = assess_function(world.store, world.workspace, world.finance)
    assert readiness.gaps == ()
    assert readiness.ready
    kept = findings(world)["contract_kept"]
    assert kept.seen == (
        "40 of 40 rows of the last batches keep the contract: 100.0%, at least 92.8%; "
        "the bar is 90%."
    )


def test_thin_evidence_does_not_look_ready(world: "World") -> None:
    world.ingest(n=20)
    kept = findings(world)["contract_kept"]
    assert kept.found is Found.UNKNOWN
    assert kept.rate is not None
    assert kept.rate.needed == 29
    assert kept.fix.startswith(
        "Too few to tell: 9 more rows of the last batches like these are needed, at this pace by "
    )


def test_rows_that_break_the_contract_fail_both_the_batch_and_the_rate(world: "World") -> None:
    world.ingest(n=200, broken=60)
    found = states(world)
    assert found["contract_kept"] == "fail"
    assert found["batch_in_order"] == "fail"
    assert found["batch_published"] == "pass"


def test_a_contract_must_cover_what_is_read(world: "World") -> None:
    world.edit("finance", "fields: [amount, note]", "fields: [amount, colour]")
    valid = findings(world)["contract_valid"]
    assert valid.found is Found.FAILED
    assert valid.seen == "The contract of 'finance.cases' does not promise colour."


def test_a_contract_that_cannot_be_checked_is_not_valid(world: "World") -> None:
    world.edit("finance", "logicalType: integer, required: true", "logicalType: integr")
    valid = findings(world)["contract_valid"]
    assert valid.found is Found.FAILED
    assert "integr" in valid.seen


def test_the_ai_is_asked_for_by_its_own_name_and_purpose(world: "World") -> None:
    world.edit("finance", "purpose: [inference]", "purpose: [reporting]")
    access = findings(world)["access_granted"]
    assert access.found is Found.FAILED
    assert access.seen == "The AI may not read amount, note."


def test_a_rule_that_does_not_compile_grants_nothing(world: "World") -> None:
    world.edit("finance", "columns: [input]", "columns: [inptu]")
    access = findings(world)["access_granted"]
    assert access.found is Found.FAILED
    assert "inptu" in access.seen


def test_products_that_are_read_together_must_know_the_same_cases(world: "World") -> None:
    world.add_function("support")
    world.edit(
        "finance", "max_age: 24h}", "max_age: 24h}\n  - {product: support.cases, fields: [note]}"
    )
    world.ingest("finance", n=60)
    world.ingest("support", n=40)
    join = findings(world)["keys_join"]
    assert join.about == "finance.cases → support.cases"
    assert join.found is Found.FAILED
    assert join.seen.startswith("40 of 60 keys are found in the other product: 66.7%")


def test_data_that_was_old_when_it_was_used_was_not_fresh(world: "World") -> None:
    world.ingest()
    world.clock.advance(2 * DAY_MS)
    world.decide()
    assert states(world)["data_fresh"] == "fail"


def test_without_a_limit_on_age_nobody_knows_what_fresh_means(world: "World") -> None:
    world.edit("finance", ", max_age: 24h", "")
    world.make_ready()
    assert states(world)["data_fresh"] == "unknown"


def test_cases_without_data_are_not_complete(world: "World") -> None:
    world.ingest(n=20)
    world.decide(n=40)
    assert states(world)["cases_complete"] == "fail"
    fresh = findings(world)["data_fresh"].rate
    assert fresh is not None
    assert fresh.n == 20  # only where there was data can it be fresh


def test_outcomes_that_do_not_come_are_missed_once_the_cases_have_matured(world: "World") -> None:
    world.ingest()
    world.decide()
    world.clock.advance(HOUR_MS)
    assert states(world)["labels_arrive"] == "unknown"
    world.clock.advance(DAY_MS)
    world.outcomes(n=10)
    arrive = findings(world)["labels_arrive"]
    assert arrive.found is Found.FAILED
    assert arrive.rate is not None
    assert (arrive.rate.successes, arrive.rate.n) == (10, 40)


def test_a_case_that_was_decided_twice_counts_once(world: "World") -> None:
    world.ingest()
    world.decide()
    world.decide()
    world.clock.advance(2 * DAY_MS)
    arrive = findings(world)["labels_arrive"].rate
    assert arrive is not None
    assert arrive.n == 40


def test_a_field_that_is_known_later_unbinds_the_moment(world: "World") -> None:
    world.edit("finance", "fields: [amount, note]", "fields: [amount, approved]")
    moment = findings(world)["moment_bound"]
    assert moment.found is Found.FAILED
    assert moment.seen == "approved of 'finance.cases' is known only after 'opened'."


def test_a_moment_outside_the_life_of_the_data_is_not_bound(world: "World") -> None:
    world.edit("finance", "event: opened, at: opened", "event: opened")
    assert findings(world)["moment_bound"].fix == "Set moment.at to one of opened, decided."


def test_a_release_that_recommends_something_else_has_strange_options(world: "World") -> None:
    world.edit("finance", "options: [approve, reject]", "options: [approve, decline]")
    options = findings(world)["options_known"]
    assert options.seen == "The release can recommend 'reject', which is not an option."


def test_reviewers_need_accounts(world: "World") -> None:
    world.edit("finance", "desk: [lee.park]", "desk: [ana.silva]")
    reviewers = findings(world)["reviewers_active"]
    assert reviewers.found is Found.FAILED
    assert "0 of 1 in 'desk'" in reviewers.seen


def test_one_person_cannot_stand_in_for_themselves(world: "World") -> None:
    world.edit("finance", "deputy: sam.okafor", "deputy: dana.ito")
    assert states(world)["deputy_named"] == "fail"


def test_a_new_owner_has_not_accepted_what_the_old_one_did(world: "World") -> None:
    accept_ownership(world.store, world.dana, world.finance)
    accept_ownership(world.store, world.sam, world.finance)
    assert states(world)["accepted"] == "pass"
    world.edit("finance", "user: dana.ito", "user: lee.park")
    gaps = assess_function(world.store, world.workspace, world.finance).gaps
    assert "lee.park has not accepted." in [gap.seen for gap in gaps]
    assert "lee.park may not act for 'finance'." in [gap.seen for gap in gaps]


def test_a_sibling_that_has_only_been_declared_does_not_hold_a_decision_point_back(
    world: "World",
) -> None:
    world.make_ready()
    head, sibling = world.texts["finance"].split("decision_point: finance.approve")
    twin = f"decision_point: finance.twin{sibling}"
    world.texts["finance"] = f"{head}decision_point: finance.approve{sibling}\n---\n{twin}"
    world.apply()
    assert not assess_function(world.store, world.workspace, world.finance).ready
    assert assess_decision_point(world.store, world.workspace, world.point).ready


def test_evidence_is_kept_and_ends(world: "World") -> None:
    world.make_ready()
    found = record_evidence(world.store, world.workspace, PLATFORM, world.finance)
    assert recorded_readiness(world.store, "finance") == found
    (entry,) = [
        entry
        for entry in audit.unchained(world.store, since="", limit=5_000)
        if entry.action == "readiness.assessed"
    ]
    assert entry.subject == "function:finance"

    world.clock.advance(31 * DAY_MS)
    later = recorded_readiness(world.store, "finance")
    assert later is not None
    assert [gap.probe for gap in later.gaps] == ["answers"]
    assert later.gaps[0].found is Found.EXPIRED
    assert later.state is ReadyState.UNKNOWN

    world.clock.advance(60 * DAY_MS)
    latest = recorded_readiness(world.store, "finance")
    assert latest is not None
    assert {finding.found for finding in latest.findings} == {Found.EXPIRED}


def test_before_the_first_assessment_there_is_no_evidence(world: "World") -> None:
    assert recorded_readiness(world.store, "finance") is None


def test_what_is_too_old_does_not_count_in_a_new_look_either(world: "World") -> None:
    world.make_ready()
    world.clock.advance(91 * DAY_MS)
    found = states(world)
    assert found["batch_published"] == "expired"
    for rate in ("contract_kept", "data_fresh", "cases_complete", "labels_arrive"):
        assert found[rate] == "unknown"


def test_an_assessment_is_recorded_by_those_who_may_see_it(world: "World", stranger: Actor) -> None:
    reviewer = world.account("rea.kent")
    with pytest.raises(Forbidden):
        record_evidence(world.store, world.workspace, reviewer, world.finance)
    with pytest.raises(Forbidden):
        start_drill(world.store, stranger, world.finance)
