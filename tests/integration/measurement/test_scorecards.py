"""Scorecards: from recorded cases to the four metrics, for each decision point by itself."""

from typing import TYPE_CHECKING

import pytest

from spanwise.core.actor import PLATFORM
from spanwise.core.clock import DAY_MS
from spanwise.core.errors import InvalidInput, NotFound
from spanwise.measurement.baselines import record_share
from spanwise.measurement.figures import Metric
from spanwise.measurement.metrics import recompute
from spanwise.measurement.scorecards import Scorecards
from spanwise.measurement.verdicts import Verdict
from spanwise.store.database import Store

if TYPE_CHECKING:
    from tests.integration.measurement.conftest import World

POINT = "desk.triage"


@pytest.fixture
def scorecards(store: Store) -> Scorecards:
    return Scorecards(store)


def month(world: "World") -> None:
    """Thirty days of cases: the AI is right in 9 of 10, people without it in 6 of 10."""
    for i in range(600):
        days_ago = 4 + i % 30
        truth = "left" if i % 10 else "right"
        if i % 3 == 0:
            decision = world.decide("automatic", days_ago=days_ago, audit=i % 30 == 0)
            if decision.audit_sampled:
                world.answer(decision, truth, touch_min=1.0)
        elif i % 3 == 1:
            decision = world.decide("review", days_ago=days_ago)
            by = ("ana", "ben", "dia")[i % 7 % 3]
            world.answer(decision, "right" if i % 11 == 0 else "left", by=by, touch_min=2 + i % 2)
        else:
            decision = world.decide("withheld", days_ago=days_ago, reasons="holdout")
            world.answer(decision, "left" if i % 5 < 3 else "right", touch_min=5 + i % 4)
        world.observe(decision, truth)
    world.commit()


def test_the_four_metrics_of_a_month(world: "World", scorecards: Scorecards) -> None:
    month(world)
    unit = world.store.unit(PLATFORM)
    record_share(unit, POINT, successes=600, n=1_000, source="the log of 2025")
    unit.commit()

    card = scorecards.of_point(world.workspace, POINT)
    quality, time, adoption, cost = card.metrics

    assert [metric.name for metric in card.metrics] == [
        "decision_quality",
        "time_saved",
        "adoption_rate",
        "cost_per_automated_workflow",
    ]
    assert card.volume.cases == card.volume.matured == 600
    assert quality.verdict is Verdict.BETTER
    assert part(quality, "automatic_by_audit") == pytest.approx(0.0)
    assert time.verdict is Verdict.BETTER
    assert time.estimate.value == pytest.approx(5.2, abs=0.5)
    assert adoption.estimate.value == pytest.approx(1 - 1 / 11, abs=0.03)
    assert {team.name for team in adoption.teams} == {"day", "night"}
    assert cost.baseline is not None
    assert cost.estimate.known
    assert all(metric.explanation.endswith(".") for metric in card.metrics)
    again = recompute(
        POINT,
        **world.rows,
        matures_ms=world.point.outcome.matures_ms,
        now_ms=card.measured_at_ms,
    )
    assert again.estimate == quality.estimate
    assert again.parts == quality.parts


def test_a_scorecard_with_nothing_in_it_is_unknown_and_not_green(
    world: "World", scorecards: Scorecards
) -> None:
    card = scorecards.of_point(world.workspace, POINT)

    assert card.volume.cases == 0
    for metric in card.metrics:
        assert metric.estimate.value is None
        assert metric.verdict in {Verdict.UNKNOWN, Verdict.CANNOT_TELL}
        assert metric.until_ms is None
        assert metric.explanation


def test_shadow_shows_the_model_alone(world: "World", scorecards: Scorecards) -> None:
    for i in range(80):
        decision = world.decide("withheld", stage="shadow", days_ago=5, reasons="stage_shadow")
        world.observe(decision, "left" if i % 4 else "right")
    world.commit()

    card = scorecards.of_point(world.workspace, POINT)

    assert card.metrics[0].estimate.value is None
    assert part(card.metrics[0], "shadow") == 0.75
    assert card.volume.undecided == 0


def test_functions_and_points_are_side_by_side(world: "World", scorecards: Scorecards) -> None:
    month(world)

    whole = scorecards.of_function(world.workspace, "desk")

    assert (whole.title, whole.owner) == ("The desk", "dana.ito")
    assert whole.points == (scorecards.of_point(world.workspace, POINT),)


def test_a_period_is_whole_days(world: "World", scorecards: Scorecards) -> None:
    month(world)
    now_ms = world.clock.now_ms()

    card = scorecards.of_point(
        world.workspace, POINT, from_ms=now_ms - 10 * DAY_MS, to_ms=now_ms - 5 * DAY_MS
    )

    assert card.volume.cases == 6 * 20
    assert card.from_ms == now_ms // DAY_MS * DAY_MS - 10 * DAY_MS
    assert card.to_ms - card.from_ms == 6 * DAY_MS


@pytest.mark.parametrize("days", [-1, 731])
def test_a_period_that_cannot_be_is_refused(
    world: "World", scorecards: Scorecards, days: int
) -> None:
    from_ms = world.clock.now_ms() - days * DAY_MS

    with pytest.raises(InvalidInput, match="cannot be measured"):
        scorecards.of_point(world.workspace, POINT, from_ms=from_ms)


def test_what_is_not_declared_has_no_scorecard(world: "World", scorecards: Scorecards) -> None:
    with pytest.raises(NotFound):
        scorecards.of_point(world.workspace, "desk.other")
    with pytest.raises(NotFound):
        scorecards.of_function(world.workspace, "sales")


def part(metric: Metric, name: str) -> float | None:
    return next(one.estimate.value for one in metric.parts if one.name == name)
