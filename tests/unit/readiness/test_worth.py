"""Worth is a product of measured figures; one unknown makes it unknown."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from spanwise.readiness.worth import Worth, chance_no_worse

WORTH = Worth(
    decision_point="finance.approve", cases_per_week=100.0, people_error=0.3, chance=0.9, effort=1
)


def test_value_is_what_people_get_wrong_in_a_week() -> None:
    assert WORTH.value == pytest.approx(30)
    assert WORTH.score == pytest.approx(27)
    assert WORTH.unknowns == ()


def test_effort_divides() -> None:
    assert replace(WORTH, effort=3).score == pytest.approx(9)


@pytest.mark.parametrize(
    "worth",
    [
        replace(WORTH, cases_per_week=None),
        replace(WORTH, people_error=None),
        replace(WORTH, chance=None),
    ],
)
def test_what_is_not_known_is_not_guessed(worth: Worth) -> None:
    assert worth.score is None
    assert len(worth.unknowns) == 1


@given(st.integers(0, 500), st.integers(0, 500), st.floats(0.01, 0.99))
def test_the_chance_is_that_of_the_posterior(right: int, wrong: int, people_error: float) -> None:
    posterior = stats.beta(wrong + 0.5, right + 0.5)
    chance = chance_no_worse(right, right + wrong, people_error)
    assert chance == pytest.approx(posterior.cdf(people_error), abs=1e-9)


def test_more_right_cases_raise_the_chance() -> None:
    assert chance_no_worse(40, 40, 0.3) > 0.999
    assert chance_no_worse(70, 100, 0.3) == pytest.approx(0.5, abs=0.03)
    assert chance_no_worse(50, 100, 0.3) < 0.001
