"""What readiness counts is counted alike on both databases."""

import os
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import insert

from spanwise.core.actor import PLATFORM
from spanwise.core.clock import FixedClock
from spanwise.core.errors import Conflict
from spanwise.core.ids import Ids
from spanwise.store import readiness, tables
from spanwise.store.database import Store
from spanwise.store.decisions import ADD_OUTCOME, Decision, decisions
from spanwise.store.standing import Alarm, StageMove, alarms, moves_of
from spanwise.store.statements import Statement

POINT = "finance.approve"
ADD_ROW = Statement(insert(tables.product_rows))


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, clock: FixedClock) -> Iterator[Store]:
    """A store on each database that Spanwise supports."""
    if request.param == "sqlite":
        url = str(request.getfixturevalue("sqlite_url"))
    else:
        server = str(request.getfixturevalue("postgres_server"))
        name = f"spanwise_{uuid4().hex[:12]}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        url = server.replace("/postgres?", f"/{name}?", 1)
    opened = Store.open(url, clock=clock, ids=Ids(clock, os.urandom))
    yield opened
    opened.close()


def decide(
    store: Store, entity: str, at_ms: int, recommendation: str | None, release: str | None
) -> None:
    unit = store.unit(PLATFORM)
    decision = Decision(
        id=f"dec_{at_ms:09}",
        decision_point=POINT,
        function="finance",
        entity_id=entity,
        idempotency_key=None,
        request_sha256="",
        decided_at_ms=at_ms,
        release_digest=release,
        stage="shadow",
        recommendation=recommendation,
        confidence=None,
        route="withheld",
        reasons="",
        audit_probability=0.0,
        audit_sampled=False,
        record="{}",
    )
    decisions.add(unit, decision)
    unit.commit()


def observe(store: Store, entity: str, label: str, at_ms: int) -> None:
    unit = store.unit(PLATFORM)
    unit.write(
        ADD_OUTCOME,
        id=f"out_{at_ms:09}",
        decision_point=POINT,
        entity_id=entity,
        label=label,
        observed_at_ms=at_ms,
        received_at_ms=at_ms,
        source="test",
    )
    unit.commit()


def count(store: Store, *, until_ms: int = 100, release: str | None = None) -> readiness.Cases:
    return readiness.count_cases(
        store, POINT, since_ms=0, until_ms=until_ms, release_digest=release
    )


def test_a_case_counts_once_by_its_newest_decision_and_its_last_outcome(store: Store) -> None:
    decide(store, "C1", 10, "approve", "r1")
    decide(store, "C1", 20, "reject", "r1")
    decide(store, "C2", 30, None, None)
    decide(store, "C3", 40, "approve", "r2")
    observe(store, "C1", "approve", 50)
    observe(store, "C1", "reject", 60)
    observe(store, "C2", "approve", 70)
    assert count(store) == readiness.Cases(n=3, labelled=2, judged=1, right=1, first_at_ms=20)
    assert count(store, until_ms=15) == readiness.Cases(1, 1, 1, 0, 10)
    assert count(store, release="r2") == readiness.Cases(1, 0, 0, 0, 40)
    assert count(store, release="r3") == readiness.Cases(0, 0, 0, 0, None)


def test_keys_of_one_product_are_looked_for_in_the_other(store: Store) -> None:
    unit = store.unit(PLATFORM)
    for product, keys in {"a.one": "1234", "b.two": "3456"}.items():
        for key in keys:
            unit.write(
                ADD_ROW, product=product, row_key=key, as_of_ms=0, batch_id="bat", content="{}"
            )
    unit.commit()
    assert readiness.count_keys_found(store, "a.one", "b.two") == (4, 2)
    assert readiness.count_keys_found(store, "a.none", "b.two") == (0, 0)


def move(store: Store, kind: str) -> StageMove:
    return StageMove(
        id=store.ids.new("mov"),
        decision_point=POINT,
        stage="assist",
        kind=kind,
        reason="Because.",
        moved_at_ms=1,
        moved_by="platform",
    )


def test_a_move_is_added_only_to_the_history_that_was_seen(store: Store) -> None:
    unit = store.unit(PLATFORM)
    first = move(store, "earned")
    readiness.add_move(unit, first, seen=0)
    unit.commit()
    late = store.unit(PLATFORM)
    readiness.add_move(late, move(store, "demoted"), seen=0)
    with pytest.raises(Conflict):
        late.commit()
    assert moves_of(store, POINT) == [first]


def test_an_open_alarm_stops_a_promotion_and_nothing_else(store: Store) -> None:
    unit = store.unit(PLATFORM)
    alarm = Alarm(id="alm_1", decision_point=POINT, kind="risk", detail="", raised_at_ms=1)
    alarms.add(unit, alarm)
    unit.commit()
    assert readiness.alarm_by_id(store, "alm_1") == alarm
    refused = store.unit(PLATFORM)
    readiness.add_move(refused, move(store, "earned"), seen=0)
    with pytest.raises(Conflict):
        refused.commit()
    unit = store.unit(PLATFORM)
    readiness.add_move(unit, move(store, "demoted"), seen=0)
    unit.commit()


def test_a_move_is_seen_by_whoever_holds_the_stage_in_memory(store: Store) -> None:
    before = store.governed_version
    unit = store.unit(PLATFORM)
    readiness.add_move(unit, move(store, "suspended"), seen=0)
    unit.commit()
    assert store.governed_version > before


def test_audit_entries_about_a_subject_are_found_from_a_time_on(
    store: Store, clock: FixedClock
) -> None:
    for drill in ("drl_1", "drl_2"):
        unit = store.unit(PLATFORM)
        unit.audit("drill.started", "function:finance", drill=drill)
        unit.commit()
        clock.advance(1_000)
    now_ms = clock.now_ms()
    found = readiness.entries_about(store, "function:finance", since_ms=now_ms - 1_000)
    assert [entry.body for entry in found] == ['{"drill":"drl_2"}']
    assert readiness.escalated_tasks(store, "finance", since_ms=0) == []
