import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from spanwise.stats import binomial


@pytest.mark.parametrize(("right", "n", "bound"), [(18, 20, 0.72), (20, 20, 0.86), (57, 60, 0.88)])
def test_thin_evidence_has_a_low_bound(right: int, n: int, bound: float) -> None:
    assert round(binomial.lower_bound(right, n), 2) == bound


@pytest.mark.parametrize(
    ("max_error", "delta", "floor"),
    [
        (0.01, 0.05, 299),
        (0.02, 0.05, 149),
        (0.05, 0.05, 59),
        (0.01, 0.0125, 437),
        (0.02, 0.0125, 217),
        (0.05, 0.0125, 86),
        (0.5, 0.25, 2),
        (0.9, 0.5, 1),
    ],
)
def test_zero_error_floor(max_error: float, delta: float, floor: int) -> None:
    assert binomial.zero_error_floor(max_error, delta) == floor


@given(st.integers(1, 500), st.data())
@settings(max_examples=50)
def test_the_interval_equals_scipy(n: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, n))

    ours = binomial.proportion(successes, n, 0.9)
    theirs = binomtest(successes, n).proportion_ci(0.9, method="exact")

    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert binomial.cdf(successes, n, 0.3) == pytest.approx(binom.cdf(successes, n, 0.3))


@given(st.integers(1, 200), st.data())
@settings(max_examples=50)
def test_more_successes_never_lower_a_bound(n: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, n - 1))

    assert binomial.lower_bound(successes, n) <= binomial.lower_bound(successes + 1, n)
    assert binomial.upper_bound(successes, n) <= binomial.upper_bound(successes + 1, n)


def test_nothing_counted_is_unknown_and_its_bounds_say_nothing() -> None:
    assert not binomial.proportion(0, 0).known
    assert (binomial.lower_bound(0, 0), binomial.upper_bound(0, 0)) == (0.0, 1.0)


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="5 successes in 3 trials"):
        binomial.proportion(5, 3)
    with pytest.raises(ValueError, match="level"):
        binomial.lower_bound(1, 3, 1.0)
    with pytest.raises(ValueError, match="max_error"):
        binomial.zero_error_floor(0.0, 0.05)
