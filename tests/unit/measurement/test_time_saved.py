"""Time saved: over all cases on which the AI had a say, against those kept from it at random."""

from dataclasses import replace

import pytest

from spanwise.core.clock import DAY_MS, MINUTE_MS
from spanwise.measurement.baselines import Baseline, BaselineKind
from spanwise.measurement.counts import Counts
from spanwise.measurement.figures import Observed
from spanwise.measurement.time_saved import minutes, time_saved
from spanwise.measurement.verdicts import Verdict
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.stats.moments import Moments
from spanwise.stats.sequences import mean_sequence
from spanwise.store.measurements import Tally

TODAY = 20_000


def point(holdout_rate: str = "10%") -> DecisionPoint:
    return DecisionPoint.model_validate(
        {
            "decision_point": "desk.triage",
            "moment": {"surface": "desk", "object": "case", "event": "opened"},
            "context": [{"product": "desk.cases", "fields": ["amount"]}],
            "uses": {"rule": "triage"},
            "options": ["left", "right"],
            "routing": {"holdout_rate": holdout_rate},
            "review": {"team": "day", "due": "4h"},
            "outcome": {"label": "side", "matures": "10d"},
        }
    )


def tally(
    part: str,
    cases: int,
    mean_min: float = 0.0,
    *,
    timed: int | None = None,
    days_ago: int = 3,
    spread_min: float = 1.0,
) -> Tally:
    """Cases of which half took a spread more than the mean, and half a spread less."""
    timed = cases if timed is None else timed
    mean_ms = mean_min * MINUTE_MS
    spread_ms = spread_min * MINUTE_MS if mean_min else 0.0
    return Tally(
        day=TODAY - days_ago,
        part=part,
        result="no_outcome",
        wrong_choice=None,
        cases=cases,
        outcomes=0,
        judged=0,
        model_right=0,
        timed=timed,
        touch_ms=timed * mean_ms,
        touch_ms2=timed * (mean_ms**2 + spread_ms**2),
        least_audited=0.1,
    )


def observe(*tallies: Tally, holdout_rate: str = "10%") -> Observed:
    rows = tuple(sorted(tallies, key=lambda one: one.day))
    counts = Counts(first_day=TODAY - 59, last_day=TODAY, tallies=rows)
    return Observed(point=point(holdout_rate), counts=counts, now_ms=TODAY * DAY_MS + 1)


def before(mean_min: float, n: int = 1_000) -> Baseline:
    sample = Moments(n=n, mean=mean_min, variance=1.0)
    return Baseline(
        kind=BaselineKind.MEASURED,
        estimate=mean_sequence(sample, tightest_at=n),
        moments=sample,
        source="a time study",
        recorded_at_ms=1,
    )


def test_automatic_cases_count_at_no_time() -> None:
    """Comparing reviewed with withheld cases alone would say 3 minutes."""
    metric = time_saved(
        observe(tally("automatic", 900), tally("reviewed", 900, 3.0), tally("holdout", 200, 6.0)),
        [],
    )

    assert metric.estimate.value == pytest.approx(4.5)
    assert metric.verdict is Verdict.BETTER
    assert metric.n == 2_000
    assert [part.estimate.value for part in metric.parts] == pytest.approx([6.0, 1.5])
    assert metric.explanation.startswith(
        "Over all cases on which the AI had a say, a gain of 4.5 min ("
    )
    assert metric.explanation.endswith(") a case against the holdout of this period.")


def test_before_the_ai_nothing_was_saved_and_the_source_says_what_a_case_took() -> None:
    metric = time_saved(observe(tally("automatic", 900), tally("holdout", 100, 6.0)), [])

    assert metric.baseline is not None
    assert metric.baseline.estimate.value == 0.0
    assert metric.baseline.source == ("6.0 min a case without the AI: the holdout of this period")


def test_missing_times_of_reviewed_cases_do_not_look_like_time_saved() -> None:
    cases = [tally("automatic", 900), tally("reviewed", 900, 3.0, timed=90)]

    known = minutes(observe(*cases).counts, ("automatic", "reviewed"))

    assert known.mean == pytest.approx(1.5)
    # 90 known times carry half of the mean: (1/2)² · s²/90, and 1.5²/1800 for the mix.
    assert known.squared_error == pytest.approx(0.25 * (90 / 89) / 90 + 1.5**2 / 1_800)


def test_cases_from_before_the_first_holdout_are_left_out() -> None:
    metric = time_saved(
        observe(
            tally("reviewed", 900, 30.0, days_ago=40),
            tally("reviewed", 900, 3.0),
            tally("holdout", 100, 6.0),
        ),
        [],
    )

    assert metric.estimate.value == pytest.approx(3.0)


def test_cases_that_broke_stand_on_neither_side() -> None:
    cases = [tally("reviewed", 900, 3.0), tally("holdout", 100, 6.0)]

    without = time_saved(observe(*cases), [])
    with_broken = time_saved(observe(*cases, tally("withheld", 500, 60.0)), [])

    assert with_broken.estimate == without.estimate


def test_a_measured_baseline_serves_where_the_holdout_is_too_small() -> None:
    cases = [tally("reviewed", 900, 3.0), tally("holdout", 49, 100.0)]

    metric = time_saved(observe(*cases), [before(5.0)])
    larger = time_saved(observe(*cases, tally("holdout", 1, 100.0)), [before(5.0)])

    assert metric.estimate.value == pytest.approx(2.0)
    assert "against a time study" in metric.explanation
    assert larger.estimate.value == pytest.approx(97.0)


def test_slower_with_the_ai_is_worse() -> None:
    metric = time_saved(observe(tally("reviewed", 900, 7.0), tally("holdout", 100, 6.0)), [])

    assert metric.verdict is Verdict.WORSE
    assert "a loss of 1.0 min (" in metric.explanation


class TestUnknown:
    """What cannot be known says why, and what to do about it."""

    def test_without_a_holdout(self) -> None:
        metric = time_saved(observe(tally("reviewed", 900, 3.0), holdout_rate="0%"), [])

        assert metric.verdict is Verdict.UNKNOWN
        assert metric.explanation == "Unknown: no holdout: set routing.holdout_rate."

    def test_with_a_holdout_that_is_only_beginning(self) -> None:
        metric = time_saved(observe(tally("reviewed", 900, 3.0, days_ago=1)), [])

        assert metric.verdict is Verdict.CANNOT_TELL
        # 10% of 900 cases a day: 50 are there within a day.
        assert metric.until_ms == TODAY * DAY_MS + 1 + DAY_MS

    def test_without_the_ai(self) -> None:
        metric = time_saved(observe(tally("shadow", 900, timed=0)), [])

        assert metric.explanation == "Unknown: the AI had no say in any case of this period."

    @pytest.mark.parametrize("silent", ["reviewed", "holdout"])
    def test_without_touch_times(self, silent: str) -> None:
        cases = [tally("automatic", 9), tally("reviewed", 900, 3.0), tally("holdout", 100, 6.0)]
        timed = [
            replace(case, timed=0, touch_ms=0.0, touch_ms2=0.0) if case.part == silent else case
            for case in cases
        ]

        metric = time_saved(observe(*timed), [])

        assert metric.verdict is Verdict.UNKNOWN
        assert "send touch_ms with the resolutions" in metric.explanation
