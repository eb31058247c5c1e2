import math

import numpy as np
import pytest

from spanwise.stats.binomial import proportion
from spanwise.stats.weights import audited_error


def test_one_probability_for_all_is_a_plain_proportion() -> None:
    assert audited_error([0, 1, 0, 0], [0.05] * 4, min_probability=0.05) == proportion(1, 4)


def test_rarely_audited_cases_stand_for_more() -> None:
    error = audited_error([1, 0, 0], [0.1, 0.5, 0.5], min_probability=0.1)

    assert error.value == pytest.approx(10 / 14)
    assert "betting" in error.method


def test_weighting_undoes_oversampling_of_bad_cases() -> None:
    rng = np.random.default_rng(8)
    risky = rng.random(60_000) < 0.1
    wrong = rng.random(60_000) < np.where(risky, 0.2, 0.01)
    chance = np.where(risky, 0.5, 0.05)
    audited = rng.random(60_000) < chance

    error = audited_error(wrong[audited], chance[audited], min_probability=0.05)

    assert wrong[audited].mean() > 0.09
    assert error.value == pytest.approx(0.029, abs=0.004)
    assert error.low is not None
    assert error.high is not None
    assert error.low < 0.029 < error.high < 0.045


def test_partial_losses_are_means() -> None:
    error = audited_error([0.5, 0.0], [0.2, 0.2], min_probability=0.1)

    assert error.value == pytest.approx(0.25)
    assert error.known


def test_nothing_audited_is_unknown() -> None:
    assert audited_error([], [], min_probability=0.05).reason == "nothing was audited"


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="losses"):
        audited_error([2], [0.5], min_probability=0.5)
    with pytest.raises(ValueError, match="losses"):
        audited_error([math.nan], [0.5], min_probability=0.5)
    with pytest.raises(ValueError, match="outside"):
        audited_error([1], [0.01], min_probability=0.05)
    with pytest.raises(ValueError, match="chance to be audited"):
        audited_error([1], [0.5], min_probability=0)
    with pytest.raises(ValueError, match="one probability per loss"):
        audited_error([1, 0], [0.5], min_probability=0.5)
