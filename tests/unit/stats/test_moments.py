import math

import numpy as np
import pytest

from spanwise.stats.moments import Moments


def test_moments_of_values() -> None:
    sample = Moments.of([1.0, 2.0, 6.0])

    assert (sample.n, sample.mean, sample.variance) == (3, 3.0, 7.0)
    assert sample.squared_error == pytest.approx(7 / 3)


def test_equal_values_have_no_spread_at_all() -> None:
    assert Moments.of(np.full(7, 0.1)) == Moments(n=7, mean=0.1, variance=0.0)
    assert Moments.of([0.1]) == Moments(n=1, mean=0.1, variance=0.0)
    assert Moments.of([]).n == 0


def test_what_is_no_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="not the moments"):
        Moments.of([1.0, math.nan, 2.0])
    with pytest.raises(ValueError, match="not the moments"):
        Moments(n=2, mean=0.0, variance=-1.0)
    with pytest.raises(ValueError, match="one dimension"):
        Moments.of([[1.0]])
