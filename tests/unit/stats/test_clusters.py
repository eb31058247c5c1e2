import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from spanwise.stats.clusters import difference_of_means, mean_over_people, ratio_of_sums
from spanwise.stats.moments import Moments


def test_people_count_alike_however_much_they_do() -> None:
    rate = mean_over_people([90, 1, 0], [100, 2, 0])

    assert rate.value == pytest.approx((0.9 + 0.5) / 2)
    assert rate.n == 2


def test_the_mean_over_people_is_a_t_interval() -> None:
    used, eligible = np.array([3, 8, 5, 9, 2]), np.full(5, 10)

    rate = mean_over_people(used, eligible, level=0.9)

    theirs = stats.ttest_1samp(used / 10, 0).confidence_interval(0.9)
    assert (rate.low, rate.high) == pytest.approx((theirs.low, theirs.high))


def test_everybody_using_all_is_not_certainty() -> None:
    rate = mean_over_people([4, 7, 2], [4, 7, 2])

    assert (rate.value, rate.high) == (1.0, 1.0)
    assert rate.low == pytest.approx(0.025 ** (1 / 3))


@pytest.mark.parametrize(
    ("used", "eligible", "reason"),
    [
        ([], [], "nobody"),
        ([0], [0], "nobody"),
        ([1], [2], "one person"),
        ([1, 2], [2, 4], "no variation"),
    ],
)
def test_too_few_people_is_unknown(used: list[int], eligible: list[int], reason: str) -> None:
    assert reason in mean_over_people(used, eligible).reason


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12))
@settings(max_examples=50)
def test_a_rate_is_a_share(people: list[tuple[int, int]]) -> None:
    rate = mean_over_people([a for a, _ in people], [a + b for a, b in people])

    if rate.low is not None and rate.high is not None and rate.value is not None:
        assert 0 <= rate.low <= rate.value <= rate.high <= 1


def test_the_difference_of_means_is_welch() -> None:
    rng = np.random.default_rng(6)
    before, after = rng.normal(30, 9, 40), rng.normal(25, 3, 25)

    difference = difference_of_means(Moments.of(before), Moments.of(after))

    theirs = stats.ttest_ind(before, after, equal_var=False).confidence_interval()
    assert (difference.low, difference.high) == pytest.approx((theirs.low, theirs.high))
    assert difference.n == 65


@pytest.mark.parametrize(("first", "reason"), [([], "empty"), ([1.0], "one"), ([1.0, 1.0], "no")])
def test_a_difference_needs_spread(first: list[float], reason: str) -> None:
    assert reason in difference_of_means(Moments.of(first), Moments.of([2.0, 2.0])).reason


def test_cost_per_completed_case() -> None:
    cost = ratio_of_sums([2.0, 3.0, 4.0, 3.0], [1, 1, 0, 1])

    assert cost.value == pytest.approx(4.0)
    assert cost.low is not None
    assert cost.high is not None
    assert cost.low * cost.high == pytest.approx(16.0)


@given(st.lists(st.tuples(st.floats(0.01, 100), st.integers(0, 3)), min_size=2, max_size=30))
@settings(max_examples=50)
def test_the_currency_does_not_matter(rows: list[tuple[float, int]]) -> None:
    costs, completed = np.array([a for a, _ in rows]), [b for _, b in rows]
    euros, cents = ratio_of_sums(costs, completed), ratio_of_sums(100 * costs, completed)

    assert euros.known == cents.known
    if euros.low is not None and euros.high is not None:
        assert (cents.low, cents.high) == pytest.approx((100 * euros.low, 100 * euros.high))


@pytest.mark.parametrize(
    ("costs", "completed", "reason"),
    [
        ([], [], "sum to 0"),
        ([1.0, 2.0], [0, 0], "denominators sum to 0"),
        ([0.0, 0.0], [1, 1], "numerators sum to 0"),
        ([1.0], [1], "one row"),
        ([0.1] * 7, [1] * 7, "no variation"),
    ],
)
def test_a_ratio_that_cannot_be_told(costs: list[float], completed: list[int], reason: str) -> None:
    ratio = ratio_of_sums(costs, completed)

    assert not ratio.known
    assert reason in ratio.reason


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and eligible"):
        mean_over_people([3], [2])
    with pytest.raises(ValueError, match="one pair of counts"):
        mean_over_people([3], [3, 4])
    with pytest.raises(ValueError, match="negative"):
        ratio_of_sums([-1.0], [1])
    with pytest.raises(ValueError, match="not finite"):
        ratio_of_sums([np.nan], [1])
    with pytest.raises(ValueError, match="one denominator"):
        ratio_of_sums([1.0], [])
