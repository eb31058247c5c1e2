"""Verdicts and costs keep their promises: daily looks, small samples, days that differ."""

import numpy as np
import pytest

from spanwise.core.clock import DAY_MS
from spanwise.measurement.costs import cost_per_automated_workflow
from spanwise.measurement.counts import Counts
from spanwise.measurement.figures import Observed
from spanwise.measurement.verdicts import Pace, Verdict, compare, share_moments
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.store.measurements import Tally

PACE = Pace(from_ms=0, per_day=10.0)
TODAY = 20_000
POINT = DecisionPoint.model_validate(
    {
        "decision_point": "desk.triage",
        "moment": {"surface": "desk", "object": "case", "event": "opened"},
        "context": [{"product": "desk.cases", "fields": ["amount"]}],
        "uses": {"rule": "triage"},
        "options": ["left", "right"],
        "review": {"team": "day", "due": "4h"},
        "outcome": {"label": "side", "matures": "1d"},
        "costs": {"reviewer_per_hour": "60 EUR", "wrong": "5 EUR"},
    }
)


@pytest.mark.parametrize(("quality", "before"), [(0.65, 5_000), (0.9, 400), (0.98, 2_000)])
def test_without_a_difference_daily_looks_rarely_find_one(quality: float, before: int) -> None:
    rng = np.random.default_rng(before)
    wrong = 0
    for _ in range(300):
        baseline = share_moments(int(rng.binomial(before, quality)), before)
        right = np.cumsum(rng.binomial(20, quality, size=120))
        wrong += any(
            compare(
                share_moments(int(right[day]), 20 * (day + 1)),
                baseline,
                margin=0.0,
                higher_is_better=True,
                pace=PACE,
            ).verdict
            in {Verdict.BETTER, Verdict.NO_WORSE, Verdict.WORSE}
            for day in range(2, 120)
        )

    assert wrong / 300 <= 0.05


@pytest.mark.parametrize("days", [14, 30, 90])
def test_the_interval_of_the_cost_covers(days: int) -> None:
    """Days share a part of their error, as weeks with a hard kind of case do."""
    rng = np.random.default_rng(days)
    covered = 0
    for _ in range(400):
        rows: list[Tally] = []
        for day in range(days):
            error = rng.beta(6, 34)
            wrong = int(rng.binomial(40, error))
            touch_ms = float(rng.gamma(2.0, 90_000.0, size=40).sum())
            rows += (_tally(day, "right", 40 - wrong, touch_ms), _tally(day, "wrong", wrong, 0.0))
        estimate = _cost(rows, days)
        assert estimate is not None
        # 3 EUR of people's time a case, .15 of them wrong at 5 EUR; .85 right.
        covered += estimate[0] <= (3.0 + 0.15 * 5) / 0.85 <= estimate[1]

    assert covered / 400 >= 0.9


def _tally(day: int, result: str, cases: int, touch_ms: float) -> Tally:
    return Tally(
        day=TODAY - 2 - day,
        part="reviewed",
        result=result,
        wrong_choice="left" if result == "wrong" else None,
        cases=cases,
        outcomes=cases,
        judged=cases,
        model_right=0,
        timed=cases,
        touch_ms=touch_ms,
        touch_ms2=0.0,
        least_audited=0.1,
    )


def _cost(rows: list[Tally], days: int) -> tuple[float, float] | None:
    counts = Counts(
        first_day=TODAY - 2 - days,
        last_day=TODAY,
        tallies=tuple(sorted(rows, key=lambda row: row.day)),
    )
    observed = Observed(point=POINT, counts=counts, now_ms=TODAY * DAY_MS)
    estimate = cost_per_automated_workflow(observed, []).estimate
    if estimate.low is None or estimate.high is None:
        return None
    return estimate.low, estimate.high
