"""Data that is old, missing, forbidden or broken is noticed at the moment of inference."""

from tests.support.operations import (
    HIDDEN,
    NETWORK,
    Operations,
    shown,
)

from spanwise.core.clock import DAY_MS, HOUR_MS, FixedClock
from spanwise.demo.incidents import INPUTS
from spanwise.spec.models.decision_points import Stage
from spanwise.store.database import Store

FRESH_FOR_A_DAY = ("max_age: 3650d", "max_age: 24h")


def test_data_is_fresh_exactly_until_its_limit(operations: Operations) -> None:
    operations.apply(FRESH_FOR_A_DAY)
    operations.guard()
    (as_of_ms,) = {part.as_of for part in operations.record(operations.decide()).context}
    assert as_of_ms is not None
    operations.clock.move_to(operations.clock.now_ms() + DAY_MS - HOUR_MS)
    assert operations.decide().route == "automatic"
    operations.clock.advance(HOUR_MS)
    assert operations.decide().reasons == ["stale_data"]


def test_old_data_asks_for_a_person(operations: Operations) -> None:
    operations.apply(FRESH_FOR_A_DAY)
    operations.guard()
    operations.clock.advance(DAY_MS)
    reply = operations.decide()
    assert (reply.route, reply.reasons) == ("review", ["stale_data"])
    assert shown(reply)[0] == NETWORK
    (part,) = operations.record(reply).context
    assert part.state == "stale"
    assert part.age_ms is not None
    assert part.age_ms > DAY_MS


def test_old_data_is_withheld_where_the_decision_point_says_so(operations: Operations) -> None:
    operations.apply(FRESH_FOR_A_DAY, ("on_stale: review", "on_stale: withhold"))
    operations.guard()
    operations.clock.advance(DAY_MS)
    reply = operations.decide()
    assert (reply.route, reply.reasons, shown(reply)) == ("withheld", ["stale_data"], HIDDEN)
    assert operations.record(reply).recommendation is None


def test_old_data_is_only_flagged_where_the_decision_point_says_so(operations: Operations) -> None:
    operations.apply(FRESH_FOR_A_DAY, ("on_stale: review", "on_stale: flag"))
    operations.guard()
    operations.clock.advance(DAY_MS)
    reply = operations.decide()
    assert reply.route == "automatic"
    assert operations.record(reply).flags == ["stale:operations.incidents"]


def test_at_assist_old_data_is_told_beside_the_stage(operations: Operations) -> None:
    operations.apply(FRESH_FOR_A_DAY)
    operations.earn(Stage.ASSIST)
    operations.clock.advance(DAY_MS)
    assert operations.decide().reasons == ["stage_assist", "stale_data"]


def test_a_case_without_a_row_goes_to_a_person(operations: Operations) -> None:
    operations.guard()
    reply = operations.decide("INC-nobody-sent-it")
    assert (reply.route, reply.reasons) == ("withheld", ["entity_unknown"])
    assert operations.task_of(reply).entity_id == "INC-nobody-sent-it"
    (part,) = operations.record(reply).context
    assert (part.state, part.fields, part.as_of) == ("missing", {}, None)


def test_what_the_ai_may_not_read_it_does_not_get(operations: Operations) -> None:
    operations.apply(("ai}, columns: [outcome]}", "ai}, columns: [outcome, opened_by]}"))
    operations.guard()
    reply = operations.decide()
    assert (reply.route, reply.reasons, shown(reply)) == (
        "withheld",
        ["access_denied"],
        HIDDEN,
    )
    (part,) = operations.record(reply).context
    assert part.withheld == ["opened_by"]
    assert "opened_by" not in part.fields
    assert "ines.rocha" not in operations.decision(reply).record


def test_a_column_that_nobody_asked_for_never_stands_in_a_record(operations: Operations) -> None:
    operations.guard()
    operations.ingest(operations.incident("vpn", closed_code="a secret", made_sla="true"))
    reply = operations.decide()
    assert reply.route == "automatic"
    assert "a secret" not in operations.decision(reply).record
    assert set(operations.record(reply).context[0].fields) == set(INPUTS)


def test_a_delivery_that_breaks_the_contract_stops_it_and_a_good_one_lets_it_go_on(
    operations: Operations,
) -> None:
    operations.guard()
    huge = [operations.incident("vpn", number=f"INC-{n}", impact="huge") for n in range(20)]
    assert operations.ingest(operations.incident("vpn"), *huge).quarantined == 20
    reply = operations.decide()
    assert (reply.route, reply.reasons, shown(reply)) == (
        "withheld",
        ["contract_broken"],
        HIDDEN,
    )
    assert operations.record(reply).context[0].contract == "broken"
    operations.ingest(*(operations.incident("vpn", number=f"INC-{n}") for n in range(20)))
    assert operations.decide().route == "automatic"


def test_before_any_delivery_the_contract_is_unknown_and_that_is_not_enough(
    sqlite_url: str, clock: FixedClock
) -> None:
    store = Store.open(sqlite_url, clock=clock)
    operations = Operations(store, clock)
    operations.apply()
    operations.guard()
    reply = operations.decide()
    assert (reply.route, reply.reasons) == ("withheld", ["contract_broken", "entity_unknown"])
    assert operations.record(reply).context[0].contract == "unknown"
    store.close()
