"""Counts held in memory are those that a fresh look at the database gives."""

from typing import TYPE_CHECKING

import pytest

from spanwise.core.clock import DAY_MS, HOUR_MS, MINUTE_MS
from spanwise.measurement.counts import Counts
from spanwise.measurement.daily_counts import DailyCounts
from spanwise.store.database import Store

if TYPE_CHECKING:
    from tests.integration.measurement.conftest import World

POINT = "desk.triage"


@pytest.fixture
def held(store: Store) -> DailyCounts:
    return DailyCounts(store)


def both(world: "World", held: DailyCounts) -> tuple[Counts, Counts]:
    """What is held, and what somebody finds who looks for the first time; it must be the same."""
    today = world.clock.now_ms() // DAY_MS
    return (
        held.of(POINT, today - 20, today),
        DailyCounts(world.store).of(POINT, today - 20, today),
    )


def test_what_is_recorded_later_is_seen(world: "World", held: DailyCounts) -> None:
    old, young = world.decide(days_ago=15), world.decide("review", days_ago=2)
    world.commit()
    assert held.of(POINT, 0, 0).cases() == 0
    first, fresh = both(world, held)
    assert first == fresh
    assert first.cases() == 2

    world.clock.advance(HOUR_MS)
    world.observe(old)
    world.answer(young)
    world.decide(days_ago=0.01)
    world.decide(days_ago=12)  # a prediction of the past, imported now
    world.commit()
    second, fresh = both(world, held)

    assert second == fresh
    assert second.cases() == 4
    assert second.cases("right") == 1
    assert second.cases("undecided") == 0


def test_a_corrected_outcome_is_seen(world: "World", held: DailyCounts) -> None:
    decision = world.decide(days_ago=15)
    world.observe(decision, "left")
    world.commit()
    assert both(world, held)[0].cases("right") == 1

    world.clock.advance(DAY_MS)
    world.observe(decision, "right")
    world.commit()
    corrected, fresh = both(world, held)

    assert corrected == fresh
    assert corrected.cases("wrong") == 1


def test_what_was_committed_a_little_late_is_seen(world: "World", held: DailyCounts) -> None:
    world.decide(days_ago=3)
    world.decide(days_ago=3)
    world.clock.advance(MINUTE_MS)
    assert both(world, held)[0].cases() == 0

    world.commit()

    assert both(world, held)[0].cases() == 2


def test_decision_points_are_apart(world: "World", held: DailyCounts) -> None:
    world.decide(days_ago=3)
    world.decide(days_ago=3, point="desk.other")
    world.commit()

    assert both(world, held)[0].cases() == 1
