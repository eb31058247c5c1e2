import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spanwise.stats.clusters import difference_of_means
from spanwise.stats.moments import Moments
from spanwise.stats.sequences import (
    FEWEST,
    betting_interval,
    difference_sequence,
    mean_sequence,
)


def test_looking_all_the_time_costs_width() -> None:
    rng = np.random.default_rng(3)
    human, ai = Moments.of(rng.normal(36, 8, 400)), Moments.of(rng.normal(33, 8, 400))

    once = difference_of_means(human, ai).half_width
    always = difference_sequence(human, ai, tightest_at=800).half_width

    assert once is not None
    assert always is not None
    assert 1.2 * once < always < 2 * once


def test_the_interval_is_at_its_best_where_it_was_tuned() -> None:
    sample = Moments(n=1000, mean=0.0, variance=1.0)
    widths = [mean_sequence(sample, tightest_at=t).half_width for t in (100, 1000, 10_000)]

    assert min(width for width in widths if width) == widths[1]


@pytest.mark.parametrize(
    ("n", "variance", "reason"),
    [
        (0, 0.0, "no cases"),
        (FEWEST - 1, 1.0, f"starts at {FEWEST}"),
        (200, 0.0, "no variation"),
    ],
)
def test_too_little_is_unknown(n: int, variance: float, reason: str) -> None:
    thin = Moments(n=n, mean=0.5, variance=variance)

    assert reason in mean_sequence(thin, tightest_at=100).reason
    assert not difference_sequence(thin, thin, tightest_at=100).known


@given(st.lists(st.floats(0, 1), max_size=80), st.sampled_from([0.8, 0.95]))
@settings(max_examples=50)
def test_betting_stays_on_the_unit_interval(values: list[float], level: float) -> None:
    mean = betting_interval(values, level=level)

    assert mean.n == len(values)
    if mean.low is not None and mean.high is not None:
        assert 0 <= mean.low <= mean.high <= 1


@given(st.lists(st.floats(0, 1), min_size=1, max_size=80))
@settings(max_examples=50)
def test_more_cases_never_widen_a_betting_interval(values: list[float]) -> None:
    before, after = betting_interval(values[:-1]), betting_interval(values)

    if before.low is not None and after.low is not None:
        assert after.low >= before.low
    if before.high is not None and after.high is not None:
        assert after.high <= before.high


def test_betting_mirrors_when_the_values_do() -> None:
    values = np.random.default_rng(4).beta(2, 5, 300)
    there, back = betting_interval(values), betting_interval(1 - values)

    assert there.low is not None
    assert back.high is not None
    assert there.low == pytest.approx(1 - back.high, abs=1e-6)


def test_never_an_error_still_leaves_room_for_one() -> None:
    clean = betting_interval(np.zeros(300))

    assert (clean.value, clean.low) == (0.0, 0.0)
    assert clean.high is not None
    assert 0.01 < clean.high < 0.05


def test_a_mean_that_moved_is_not_one_mean() -> None:
    moved = betting_interval([0.0] * 2000 + [1.0] * 4000)

    assert not moved.known
    assert "unchanging" in moved.reason


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="must lie in"):
        betting_interval([1.5])
    with pytest.raises(ValueError, match="must lie in"):
        betting_interval([0.5], weights=[0.0])
    with pytest.raises(ValueError, match="one weight per value"):
        betting_interval([0.5], weights=[1.0, 1.0])
    with pytest.raises(ValueError, match="no such tuning"):
        mean_sequence(Moments.of([1.0]), tightest_at=0)
