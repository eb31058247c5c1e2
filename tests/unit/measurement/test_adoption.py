"""Adoption: people are counted, not clicks."""

import pytest

from spanwise.core.clock import DAY_MS
from spanwise.measurement.adoption import adoption_rate
from spanwise.measurement.counts import Counts
from spanwise.measurement.figures import Metric, Observed
from spanwise.measurement.verdicts import Verdict
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.store.measurements import Use

TODAY = 20_000
POINT = DecisionPoint.model_validate(
    {
        "decision_point": "desk.triage",
        "moment": {"surface": "desk", "object": "case", "event": "opened"},
        "context": [{"product": "desk.cases", "fields": ["amount"]}],
        "uses": {"rule": "triage"},
        "options": ["left", "right"],
        "review": {"team": "day", "due": "4h"},
        "outcome": {"label": "side", "matures": "10d"},
    }
)
TEAMS = {"day": ("ana", "ben"), "night": ("cem",), "idle": ("dia",)}


def use(person: str, used: int, eligible: int, *, days_ago: int = 1) -> Use:
    return Use(day=TODAY - days_ago, person=f"user:{person}", eligible=eligible, used=used)


def adoption(*uses: Use) -> Metric:
    counts = Counts(
        first_day=TODAY - 13, last_day=TODAY, uses=tuple(sorted(uses, key=lambda one: one.day))
    )
    observed = Observed(point=POINT, counts=counts, now_ms=TODAY * DAY_MS + 1)
    return adoption_rate(observed, TEAMS)


def test_one_busy_person_does_not_decide_the_rate() -> None:
    metric = adoption(
        use("ana", 500, 500), use("ana", 490, 500, days_ago=2), use("ben", 2, 10), use("cem", 3, 10)
    )

    assert metric.estimate.value == pytest.approx((0.99 + 0.2 + 0.3) / 3)
    assert metric.n == 3
    assert metric.method == "t over people"
    assert metric.explanation.startswith("On average 49.7% of the recommendations")


def test_by_team_with_those_who_stand_in_none() -> None:
    metric = adoption(use("ana", 1, 2), use("ben", 2, 2), use("cem", 0, 4), use("eve", 3, 4))

    teams = {team.name: team for team in metric.teams}
    assert list(teams) == ["day", "night", "idle", "outside any team"]
    assert teams["day"].estimate.value == pytest.approx(0.75)
    assert teams["day"].cases == 4
    assert teams["night"].estimate.value == 0.0
    assert teams["idle"].estimate.reason == "nobody had an eligible case"
    assert teams["outside any team"].estimate.value == pytest.approx(0.75)


def test_there_was_nothing_to_adopt_before() -> None:
    metric = adoption(use("ana", 1, 2), use("ben", 2, 2))

    assert metric.verdict is Verdict.CANNOT_TELL
    assert metric.baseline is None
    assert metric.until_ms is None
    assert "no baseline" in metric.explanation


def test_nobody_saw_a_recommendation() -> None:
    metric = adoption()

    assert metric.verdict is Verdict.UNKNOWN
    assert metric.explanation == "Unknown: nobody had an eligible case."


def test_the_trend_is_by_week() -> None:
    metric = adoption(use("ana", 1, 2), use("ana", 1, 1, days_ago=10))

    assert metric.trend == (1.0, 0.5)
