"""A verdict follows from the interval of a difference; where it cannot be told, a date does."""

import pytest

from spanwise.core.clock import DAY_MS
from spanwise.measurement.verdicts import Comparison, Pace, Verdict, compare, share_moments
from spanwise.stats.moments import Moments

NOW_MS = 1_000 * DAY_MS


def judge(
    right: int,
    n: int,
    baseline: Moments | float,
    *,
    margin: float = 0.02,
    per_day: float = 10.0,
    baseline_per_day: float = 0.0,
) -> Comparison:
    pace = Pace(from_ms=NOW_MS, per_day=per_day, baseline_per_day=baseline_per_day)
    return compare(
        share_moments(right, n), baseline, margin=margin, higher_is_better=True, pace=pace
    )


@pytest.mark.parametrize(
    ("right", "n", "verdict"),
    [
        (900, 1_000, Verdict.BETTER),
        (1_600, 2_000, Verdict.CANNOT_TELL),
        (16_000, 20_000, Verdict.NO_WORSE),
        (700, 1_000, Verdict.WORSE),
    ],
)
def test_an_interval_against_a_measured_baseline(right: int, n: int, verdict: Verdict) -> None:
    assert judge(right, n, share_moments(8_000, 10_000)).verdict is verdict


def test_a_loss_within_the_margin_is_no_worse_even_where_it_is_certain() -> None:
    judged = judge(79_000, 100_000, 0.80, margin=0.05)

    assert judged.gain.high is not None
    assert judged.gain.high < 0
    assert judged.verdict is Verdict.NO_WORSE


def test_lower_is_better_turns_the_sign() -> None:
    fast = Moments(n=400, mean=2.0, variance=1.0)
    slow = Moments(n=400, mean=5.0, variance=1.0)
    pace = Pace(from_ms=NOW_MS, per_day=1.0)

    judged = compare(fast, slow, margin=0.1, higher_is_better=False, pace=pace)
    against_number = compare(fast, 5.0, margin=0.1, higher_is_better=False, pace=pace)

    assert judged.verdict is against_number.verdict is Verdict.BETTER
    assert judged.gain.value == against_number.gain.value == pytest.approx(3.0)
    assert against_number.gain.low is not None
    assert against_number.gain.low < 3.0 < (against_number.gain.high or 0.0)


def test_all_of_a_few_right_is_not_proof() -> None:
    """Without a spread of its own, 50 of 50 would beat 98% of 5,000."""
    assert judge(50, 50, share_moments(4_900, 5_000)).verdict is Verdict.CANNOT_TELL


def test_the_date_comes_true() -> None:
    first = judge(650, 1_000, 0.64)
    assert first.verdict is Verdict.CANNOT_TELL
    assert first.until_ms is not None
    days = (first.until_ms - NOW_MS) // DAY_MS
    n, sooner = 1_000 + days * 10, 1_000 + (days - 2) * 10

    assert judge(round(0.65 * n), n, 0.64).verdict is Verdict.NO_WORSE
    assert judge(round(0.65 * sooner), sooner, 0.64).verdict is Verdict.CANNOT_TELL
    assert "cannot tell yet" in first.reason
    assert f"about {days} days at 10 a day" in first.reason


def test_both_sides_grow_where_the_baseline_is_a_holdout() -> None:
    holdout = share_moments(64, 100)

    growing = judge(585, 900, holdout, per_day=90, baseline_per_day=10)
    finished = judge(585, 900, holdout, per_day=90)

    assert growing.until_ms is not None
    assert finished.until_ms is None
    assert "against a baseline of 100" in finished.reason


def test_the_first_fifty_cases_come_first() -> None:
    young = judge(8, 10, share_moments(80, 100), per_day=4)
    thin_baseline = judge(80, 100, share_moments(8, 10))

    assert young.until_ms == NOW_MS + 10 * DAY_MS
    assert thin_baseline.until_ms is None
    assert "none arrive" in thin_baseline.reason


def test_the_slower_side_sets_the_date() -> None:
    young = judge(8, 10, share_moments(1, 2), per_day=4, baseline_per_day=1)

    assert young.until_ms == NOW_MS + 48 * DAY_MS


def test_without_cases_there_is_no_date_and_a_reason() -> None:
    empty = judge(0, 0, 0.8, per_day=0)

    assert empty.verdict is Verdict.CANNOT_TELL
    assert empty.until_ms is None
    assert "none arrive" in empty.reason


def test_a_wait_of_decades_is_called_never() -> None:
    slow = judge(80_000, 100_000, 0.8, margin=0.0001, per_day=1)

    assert slow.until_ms is None
    assert slow.reason == "cannot tell within ten years at 1 cases a day"


def test_no_difference_and_no_margin_can_never_be_told() -> None:
    even = judge(50, 100, 0.5, margin=0.0)

    assert even.verdict is Verdict.CANNOT_TELL
    assert even.until_ms is None


def test_values_that_never_vary_say_so() -> None:
    pace = Pace(from_ms=NOW_MS, per_day=1.0)
    constant = Moments(n=100, mean=2.0, variance=0.0)

    judged = compare(constant, 3.0, margin=0.1, higher_is_better=False, pace=pace)

    assert judged.verdict is Verdict.CANNOT_TELL
    assert "no variation" in judged.reason
