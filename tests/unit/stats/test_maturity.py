import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spanwise.stats.binomial import proportion
from spanwise.stats.estimate import Estimate
from spanwise.stats.maturity import needed_for_proportion, until_count, until_half_width


def test_days_until_there_are_enough() -> None:
    maturity = until_count(200, have=80, per_day=12.5)

    assert (maturity.days, maturity.enough) == (10, False)
    assert maturity.reason == (
        "cannot tell yet: 120 more cases are needed, about 10 days at 12.5 a day"
    )


def test_enough_is_enough() -> None:
    maturity = until_count(200, have=200, per_day=0)

    assert (maturity.days, maturity.enough, maturity.reason) == (0, True, "")


def test_what_does_not_arrive_never_will() -> None:
    maturity = until_count(200, have=80, per_day=0)

    assert (maturity.days, maturity.enough) == (None, False)
    assert "none arrive" in maturity.reason


def test_half_the_width_takes_four_times_the_cases() -> None:
    estimate = Estimate(value=0.5, low=0.4, high=0.6, n=100, method="")

    maturity = until_half_width(estimate, 0.05, per_day=10)

    assert maturity.needed == pytest.approx(400, abs=1)
    assert maturity.days == pytest.approx(30, abs=1)


def test_without_a_spread_nobody_can_say() -> None:
    maturity = until_half_width(Estimate.unknown("no outcomes yet"), 0.05, per_day=10)

    assert (maturity.needed, maturity.days) == (None, None)
    assert maturity.reason == "cannot tell: no outcomes yet"


@given(st.integers(20, 400), st.floats(0.02, 0.4), st.floats(0.5, 50))
@settings(max_examples=50)
def test_a_wider_interval_is_never_later(n: int, half_width: float, per_day: float) -> None:
    estimate = proportion(n // 3, n)

    wide = until_half_width(estimate, half_width, per_day=per_day).days
    narrow = until_half_width(estimate, half_width / 2, per_day=per_day).days

    assert wide is not None
    assert narrow is not None
    assert wide <= narrow


def test_a_proportion_before_anything_is_counted() -> None:
    assert needed_for_proportion(0.05) == 385
    assert needed_for_proportion(0.05, guess=0.1) < 385


@pytest.mark.parametrize("half_width", [0.0, -1.0, float("nan")])
def test_bad_arguments_are_refused(half_width: float) -> None:
    with pytest.raises(ValueError, match=r"half_width|out of range"):
        until_half_width(proportion(1, 2), half_width, per_day=1)
    with pytest.raises(ValueError, match="out of range"):
        needed_for_proportion(half_width)
    with pytest.raises(ValueError, match="not negative"):
        until_count(-1, have=0, per_day=1)
