"""Baselines: measured and stated are kept apart, and the newest of each counts."""

from typing import TYPE_CHECKING

import pytest

from spanwise.core.actor import PLATFORM
from spanwise.core.errors import InvalidInput
from spanwise.measurement.baselines import (
    BaselineKind,
    Before,
    baselines_of,
    record_mean,
    record_share,
    record_stated,
)
from spanwise.stats import binomial
from spanwise.stats.moments import Moments
from spanwise.store import audit

if TYPE_CHECKING:
    from tests.integration.measurement.conftest import World

STATED = "baseline: {stated: {error_rate: 35%, source: the audit of 2025}}\n"


def record(world: "World", successes: int, n: int) -> None:
    unit = world.store.unit(PLATFORM)
    record_share(unit, world.point.name, successes=successes, n=n, source=" the log of 2025 ")
    unit.commit()


def test_the_newest_measured_one_counts_before_what_is_stated(world: "World") -> None:
    world.declare(STATED)
    record(world, 5_000, 8_312)
    world.clock.advance(1)
    record(world, 5_366, 8_312)

    measured, stated = baselines_of(world.store, world.point, Before.DECISION_QUALITY)

    assert measured.kind is BaselineKind.MEASURED
    assert measured.estimate == binomial.proportion(5_366, 8_312)
    assert measured.moments is not None
    assert measured.moments.n == 8_312
    assert measured.source == "the log of 2025"
    assert measured.recorded_at_ms == world.clock.now_ms()
    assert stated.kind is BaselineKind.STATED
    assert stated.comparable == pytest.approx(0.65)
    assert stated.estimate.reason == "nobody measured it"
    assert stated.recorded_at_ms is None


def test_what_the_workspace_states_is_recorded_once_and_again_when_it_changes(
    world: "World",
) -> None:
    world.declare(STATED)

    said = [state(world) for _ in range(2)]
    recorded_at_ms = world.clock.now_ms()
    world.clock.advance(1_000)
    (stated,) = baselines_of(world.store, world.point, Before.DECISION_QUALITY)
    world.declare(STATED.replace("35%", "30%"))
    (changed,) = baselines_of(world.store, world.point, Before.DECISION_QUALITY)

    assert said == [True, False]
    assert stated.recorded_at_ms == recorded_at_ms
    assert changed.comparable == pytest.approx(0.7)
    assert changed.recorded_at_ms is None
    assert state(world)


def test_what_the_workspace_no_longer_states_does_not_count(world: "World") -> None:
    world.declare(STATED)
    state(world)
    world.declare()

    assert baselines_of(world.store, world.point, Before.DECISION_QUALITY) == []
    assert not state(world)


def test_a_mean_keeps_its_sample(world: "World") -> None:
    sample = Moments(n=400, mean=6.5, variance=4.0)
    unit = world.store.unit(PLATFORM)
    record_mean(unit, world.point.name, Before.TIME_PER_CASE, sample=sample, source="a study")
    unit.commit()

    (baseline,) = baselines_of(world.store, world.point, Before.TIME_PER_CASE)

    assert baseline.comparable == sample
    assert baseline.estimate.value == 6.5
    assert baselines_of(world.store, world.point, Before.COST) == []


def test_each_is_in_the_audit_log(world: "World") -> None:
    record(world, 5_366, 8_312)

    (entry,) = audit.unchained(world.store, since="", limit=10)

    assert entry.action == "baseline.recorded"
    assert entry.subject == "decision_point:desk.triage"
    assert '"n":8312' in entry.body


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (3, 2), (-1, 5)])
def test_impossible_counts_are_refused(world: "World", successes: int, n: int) -> None:
    with pytest.raises(InvalidInput, match="cannot be a baseline"):
        record(world, successes, n)


def test_a_baseline_without_a_source_or_cases_is_refused(world: "World") -> None:
    unit = world.store.unit(PLATFORM)
    sample = Moments(n=0, mean=0.0, variance=0.0)

    with pytest.raises(InvalidInput, match="source"):
        record_share(unit, world.point.name, successes=1, n=2, source="  ")
    with pytest.raises(InvalidInput, match="0 cases"):
        record_mean(unit, world.point.name, Before.COST, sample=sample, source="x")


def state(world: "World") -> bool:
    unit = world.store.unit(PLATFORM)
    recorded = record_stated(world.store, unit, world.point)
    unit.commit()
    return recorded
