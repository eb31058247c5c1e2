"""Monitors: a rise of the error of automatic cases is found, said once, and watched anew."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spanwise.core.actor import PLATFORM
from spanwise.core.clock import DAY_MS
from spanwise.measurement.monitors import RISK, Monitors
from spanwise.store import audit, standing
from spanwise.store.database import Store
from spanwise.store.decisions import Decision
from spanwise.store.outbox import due

if TYPE_CHECKING:
    from tests.integration.measurement.conftest import World

POINT = "desk.triage"


@pytest.fixture
def monitors(store: Store) -> Monitors:
    return Monitors(store)


def audited(world: "World", wrong: int, right: int) -> None:
    """Automatic cases of the last hour, with their blind answers."""
    for i in range(wrong + right):
        decision = world.decide(days_ago=0.04, audit=True)
        world.answer(decision, "right" if i < wrong else "left", after_ms=60_000)
    world.commit()


def settle(world: "World", days: float = 1.0) -> None:
    world.clock.advance(round(days * DAY_MS))


def test_audits_that_disagree_raise_one_alarm(world: "World", monitors: Monitors) -> None:
    world.certify()
    settle(world)
    audited(world, wrong=60, right=20)
    settle(world)

    (alarm,) = monitors.check(world.workspace)

    assert (alarm.kind, alarm.decision_point) == (RISK, POINT)
    assert alarm.detail == (
        "60 of 80 automatic cases since 2026-03-02 were wrong, where 10% is tolerated: "
        "80 were judged by a blind audit, 0 by their outcome."
    )
    assert standing.open_alarms(world.store, POINT) == [alarm]
    entries = audit.unchained(world.store, since="", limit=10)
    assert [entry.action for entry in entries] == ["alarm.raised"]
    messages = due(world.store, world.clock.now_ms(), 10)
    assert [message.topic for message in messages] == ["alarm.raised"]
    assert monitors.check(world.workspace) == []
    assert Monitors(world.store).check(world.workspace) == []


def test_an_error_within_the_tolerated_one_raises_none(world: "World", monitors: Monitors) -> None:
    world.certify()
    settle(world)
    audited(world, wrong=16, right=184)
    settle(world)

    assert monitors.check(world.workspace) == []
    watch = monitors.watch(POINT)
    assert watch is not None
    assert (watch.monitor.audits, watch.monitor.errors, watch.audits) == (200, 16, 200)


class TestOutcomes:
    """An outcome counts when it is there and has matured, which takes three days here."""

    def test_before_it_has_matured_it_does_not(self, world: "World", monitors: Monitors) -> None:
        world.certify()
        settle(world)
        for _ in range(60):
            world.observe(world.decide(days_ago=0.5), "right")
        world.commit()
        settle(world, 1.0)
        before = monitors.check(world.workspace)
        settle(world, 2.0)
        after = monitors.check(world.workspace)

        assert before == []
        assert [alarm.kind for alarm in after] == [RISK]
        assert "0 were judged by a blind audit, 60 by their outcome" in after[0].detail

    def test_a_late_one_counts_when_it_comes(self, world: "World", monitors: Monitors) -> None:
        world.certify()
        settle(world)
        decisions = [world.decide(days_ago=0.5) for _ in range(60)]
        world.commit()
        settle(world, 30.0)
        assert monitors.check(world.workspace) == []

        for decision in decisions:
            world.observe(decision, "right")
        world.commit()
        settle(world)

        assert len(monitors.check(world.workspace)) == 1

    def test_a_case_counts_once(self, world: "World", monitors: Monitors) -> None:
        """By its audit, though its outcome comes, and is corrected, later."""
        world.certify()
        settle(world)
        decision = world.decide(days_ago=0.5, audit=True)
        world.answer(decision, "right")
        world.observe(world.decide(days_ago=0.5), "left")
        world.commit()
        for label in ("left", "right"):
            settle(world, 4.0)
            monitors.check(world.workspace)
            world.observe(decision, label)
            world.commit()
        settle(world, 4.0)
        monitors.check(world.workspace)
        fresh = Monitors(world.store)
        fresh.check(world.workspace)

        for each in (monitors, fresh):
            watch = each.watch(POINT)
            assert watch is not None
            assert (watch.monitor.audits, watch.monitor.errors, watch.audits) == (2, 1, 1)


class TestStartingAnew:
    """A cleared alarm or a new certificate starts a monitor that knows nothing of before."""

    def test_after_an_alarm_is_cleared(self, world: "World", monitors: Monitors) -> None:
        world.certify()
        settle(world)
        audited(world, wrong=60, right=20)
        settle(world)
        (alarm,) = monitors.check(world.workspace)
        clear(world, alarm.id)
        settle(world)

        assert monitors.check(world.workspace) == []
        assert Monitors(world.store).check(world.workspace) == []

        settle(world)
        audited(world, wrong=60, right=20)
        settle(world)

        assert len(monitors.check(world.workspace)) == 1

    def test_with_a_new_certificate(self, world: "World", monitors: Monitors) -> None:
        world.certify()
        settle(world)
        audited(world, wrong=16, right=184)
        settle(world)
        monitors.check(world.workspace)

        world.certify()
        settle(world)
        monitors.check(world.workspace)

        watch = monitors.watch(POINT)
        assert watch is not None
        assert watch.monitor.audits == 0

    def test_with_another_tolerance(self, world: "World", monitors: Monitors) -> None:
        world.certify()
        settle(world)
        audited(world, wrong=20, right=180)
        settle(world)
        assert monitors.check(world.workspace) == []

        stricter = world.declare(was="max_error: 10%", now="max_error: 1%")

        assert len(monitors.check(stricter)) == 1


def test_nothing_is_watched_where_nothing_is_promised(world: "World", monitors: Monitors) -> None:
    audited(world, wrong=60, right=20)
    settle(world)
    uncertified = monitors.check(world.workspace)
    world.certify()
    monitors.check(world.declare(was="stage: guarded", now="stage: assist"))

    assert uncertified == []
    assert monitors.watch(POINT) is None


def test_cases_from_before_the_certificate_do_not_count(world: "World", monitors: Monitors) -> None:
    audited(world, wrong=60, right=20)
    world.certify()
    settle(world)

    assert monitors.check(world.workspace) == []


def test_two_workers_raise_one_alarm(world: "World", monitors: Monitors) -> None:
    world.certify()
    settle(world)
    audited(world, wrong=60, right=20)
    settle(world)
    other = Monitors(world.store)

    raised = [*monitors.check(world.workspace), *other.check(world.workspace)]

    assert len(raised) == 1
    assert len(standing.open_alarms(world.store, POINT)) == 1


def clear(world: "World", alarm_id: str) -> None:
    unit = world.store.unit(PLATFORM)
    standing.clear_alarm(unit, alarm_id, now_ms=world.clock.now_ms(), cleared_by="user:dana.ito")
    unit.commit()


days = st.none() | st.integers(0, 9)
cases = st.tuples(st.integers(0, 4), days, days, st.booleans())


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(cases, max_size=12))
def test_looking_often_or_once_sees_the_same(
    world: "World",
    monitors: Monitors,
    planned: list[tuple[int, int | None, int | None, bool]],
) -> None:
    """Each case once, in the same order, whichever of its audit and its outcome comes first."""
    world.certify()
    audits: list[tuple[int, Decision, str]] = []
    outcomes: list[tuple[int, Decision, str]] = []
    for day in range(16):
        settle(world)
        for decided, answered, settled, wrong in planned:
            if decided == day:
                decision, label = world.decide(days_ago=0, audit=True), "right" if wrong else "left"
                if answered is not None:
                    audits.append((day + answered, decision, label))
                if settled is not None:
                    outcomes.append((day + settled, decision, label))
        for due_day, decision, label in audits:
            if due_day == day:
                age_ms = world.clock.now_ms() - decision.decided_at_ms
                world.answer(decision, label, after_ms=age_ms)
        for due_day, decision, label in outcomes:
            if due_day == day:
                world.observe(decision, label)
        world.commit()
        monitors.check(world.workspace)
    fresh = Monitors(world.store)
    settle(world)
    monitors.check(world.workspace)
    fresh.check(world.workspace)

    often, once = monitors.watch(POINT), fresh.watch(POINT)
    assert often is not None
    assert once is not None
    known = [wrong for _, answered, settled, wrong in planned if {answered, settled} != {None}]
    assert (often.monitor.audits, often.monitor.errors) == (len(known), sum(known))
    assert often.monitor.statistics == pytest.approx(once.monitor.statistics)
    assert often.audits == once.audits
