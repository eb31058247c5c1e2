"""Cost per automated workflow: everything the cases took, per case completed right."""

import pytest

from spanwise.core.clock import DAY_MS, MINUTE_MS
from spanwise.measurement.costs import cost_per_automated_workflow
from spanwise.measurement.counts import Counts
from spanwise.measurement.figures import Metric, Observed
from spanwise.measurement.verdicts import Verdict
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.store.measurements import Tally

TODAY = 20_000
COSTS: dict[str, object] = {"reviewer_per_hour": "60 EUR", "wrong": "5 EUR"}


def point(costs: dict[str, object], kind: str, holdout_rate: str) -> DecisionPoint:
    return DecisionPoint.model_validate(
        {
            "decision_point": "desk.triage",
            "moment": {"surface": "desk", "object": "case", "event": "opened"},
            "context": [{"product": "desk.cases", "fields": ["amount"]}],
            "uses": {"rule": "triage"},
            "kind": kind,
            "options": ["left", "right"],
            "routing": {"holdout_rate": holdout_rate},
            "review": {"team": "day", "due": "4h"},
            "outcome": {"label": "side", "matures": "10d"},
            "costs": costs,
        }
    )


def tally(
    part: str,
    cases: int,
    result: str = "right",
    *,
    minutes: float = 0.0,
    timed: int | None = None,
    days_ago: int = 20,
    wrong_choice: str = "left",
) -> Tally:
    timed = cases if timed is None else timed
    known = result in {"right", "wrong"}
    return Tally(
        day=TODAY - days_ago,
        part=part,
        result=result,
        wrong_choice=wrong_choice if result == "wrong" else None,
        cases=cases,
        outcomes=cases if known else 0,
        judged=cases if known else 0,
        model_right=0,
        timed=timed,
        touch_ms=timed * minutes * MINUTE_MS,
        touch_ms2=timed * (minutes * MINUTE_MS) ** 2,
        least_audited=0.1,
    )


def cost(
    *tallies: Tally,
    costs: dict[str, object] | None = None,
    kind: str = "classification",
    holdout_rate: str = "10%",
) -> Metric:
    counts = Counts(
        first_day=TODAY - 99,
        last_day=TODAY,
        tallies=tuple(sorted(tallies, key=lambda one: one.day)),
    )
    declared = point(COSTS if costs is None else costs, kind, holdout_rate)
    observed = Observed(point=declared, counts=counts, now_ms=TODAY * DAY_MS + 1)
    return cost_per_automated_workflow(observed, [])


def days(count: int, *, extra_min: float = 0.0, newest: int = 11) -> list[Tally]:
    """Days that differ a little, with a holdout that takes longer; matured from 11 days ago."""
    return [
        row
        for i in range(newest, newest + count)
        for row in (
            tally("automatic", 80 + i % 5, days_ago=i),
            tally("reviewed", 10, minutes=3 + i % 3 + extra_min, days_ago=i),
            tally("reviewed", 3 + i % 2, "wrong", minutes=3, days_ago=i),
            tally("holdout", 8 + i % 3, minutes=6, days_ago=i),
            tally("holdout", 2, "wrong", minutes=6, days_ago=i),
        )
    ]


def test_reviews_audits_and_errors_over_cases_completed_right() -> None:
    metric = cost(
        tally("automatic", 80),
        tally("automatic", 10, "wrong"),
        tally("automatic", 10, minutes=2.0),
        tally("reviewed", 10, minutes=3.0),
        tally("reviewed", 5, "declined", minutes=4.0),
    )

    # Audits 20 EUR, reviews 30 + 20 EUR, errors 50 EUR; 100 cases right.
    assert metric.estimate.value == pytest.approx(1.20)
    assert metric.unit == "EUR"
    assert metric.n == 100
    values = {part.name: part.estimate.value for part in metric.parts}
    assert values == {
        "reviews": pytest.approx(0.5),
        "audits": pytest.approx(0.2),
        "errors": pytest.approx(0.5),
        "inference": None,
    }


def test_an_error_costs_what_its_option_costs() -> None:
    costs: dict[str, object] = {
        "reviewer_per_hour": "60 EUR",
        "wrong": {"left": "1 EUR", "right": "9 EUR"},
    }

    metric = cost(
        tally("automatic", 10),
        tally("automatic", 10, "wrong", wrong_choice="left"),
        tally("automatic", 10, "wrong", wrong_choice="right"),
        costs=costs,
    )

    assert metric.estimate.value == pytest.approx(10.0)


def test_a_case_of_unknown_time_counts_as_the_mean_of_its_part() -> None:
    known = cost(tally("automatic", 10), tally("reviewed", 10, minutes=3.0))
    partly = cost(tally("automatic", 10), tally("reviewed", 10, minutes=3.0, timed=4))

    assert partly.estimate.value == pytest.approx(known.estimate.value)


def test_the_interval_needs_two_weeks_of_days() -> None:
    few, enough = cost(*days(13)), cost(*days(14))

    assert few.estimate.low is None
    assert few.estimate.reason == "there are 13 days with cases; the interval starts at 14"
    assert enough.estimate.known
    assert enough.method == "log-delta over 14 days"


def test_against_the_holdout_by_the_same_formula() -> None:
    metric = cost(*days(60))

    assert metric.baseline is not None
    assert metric.baseline.estimate.value is not None
    assert metric.baseline.estimate.value == pytest.approx((11 * 6 + 2 * 5) / 9)
    assert metric.verdict is Verdict.BETTER
    assert "EUR for each of" in metric.explanation
    assert "on what it took without the AI" in metric.explanation


def test_a_month_of_holdout_is_not_enough_and_says_until_when() -> None:
    metric = cost(*days(40, newest=1))

    assert metric.verdict is Verdict.CANNOT_TELL
    assert metric.until_ms == TODAY * DAY_MS + 1 + 20 * DAY_MS
    assert "20 more days with cases are needed, about 20 days" in metric.explanation


def test_dearer_with_the_ai_is_worse() -> None:
    assert cost(*days(60, extra_min=200.0)).verdict is Verdict.WORSE


@pytest.mark.parametrize(
    ("costs", "reason"),
    [
        ({}, "costs.reviewer_per_hour is not declared"),
        ({"reviewer_per_hour": "60 EUR"}, "costs.wrong is not declared"),
        (
            {"reviewer_per_hour": "60 EUR", "wrong": {"right": "5 EUR"}},
            "costs.wrong says nothing of 'left'",
        ),
        ({"reviewer_per_hour": "60 EUR", "wrong": "5 USD"}, "costs are in USD and in EUR"),
    ],
)
def test_what_is_not_declared_is_unknown(costs: dict[str, object], reason: str) -> None:
    metric = cost(tally("automatic", 10), tally("automatic", 1, "wrong"), costs=costs)

    assert metric.verdict is Verdict.UNKNOWN
    assert metric.explanation == f"Unknown: {reason}."


def test_unknown_where_nothing_can_be_right() -> None:
    action = cost(tally("automatic", 10), kind="next_action")
    silent = cost(tally("automatic", 10), tally("reviewed", 10, timed=0))
    nothing = cost(tally("reviewed", 10, "declined", minutes=1.0))

    assert "a next action has no right answer" in action.explanation
    assert "send touch_ms" in silent.explanation
    assert "no matured case" in nothing.explanation


def test_without_a_holdout_the_figure_stands_alone() -> None:
    metric = cost(tally("automatic", 10), holdout_rate="0%")

    assert metric.verdict is Verdict.CANNOT_TELL
    assert metric.baseline is None
    assert "no holdout: set routing.holdout_rate" in metric.explanation
