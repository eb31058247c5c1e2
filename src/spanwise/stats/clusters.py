"""Means where people or cases, not rows, are what varies."""

import math

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtrit

from spanwise.stats import binomial
from spanwise.stats.estimate import Estimate
from spanwise.stats.moments import Moments

_NO_SPREAD = "there was no variation, so the spread is not known yet"
# Equal ratios leave the linearised ratio a variance of about the square of a float's precision.
_ROUNDING = 1e-30


def mean_over_people(
    used: npt.ArrayLike, eligible: npt.ArrayLike, *, level: float = 0.95
) -> Estimate:
    """Mean over people of used / eligible, with a t interval; people without a case are left out.

    Rows of one person resemble each other, so people are counted, not rows. When everybody
    used all or none, the exact bound for as many people replaces a spread of zero.

    Args:
        used, eligible: whole numbers per person; shape (people,).

    Raises:
        ValueError: shapes that differ, or more used than eligible.
    """
    method = "t over people"
    taken = np.asarray(used, dtype=np.float64)
    offered = np.asarray(eligible, dtype=np.float64)
    if taken.ndim != 1 or taken.shape != offered.shape:
        raise ValueError(f"one pair of counts per person: {taken.shape}, {offered.shape}")
    if not ((taken >= 0) & (taken <= offered)).all():
        raise ValueError("used must lie between 0 and eligible")
    sample = Moments.of(taken[offered > 0] / offered[offered > 0])
    if sample.n == 0:
        return Estimate.unknown("nobody had an eligible case", method=method, level=level)
    if sample.variance == 0 and sample.mean in (0.0, 1.0):
        # P(all of n rates are 1) ≤ mean^n for any rates in [0, 1]: Clopper–Pearson covers.
        return binomial.proportion(sample.n if sample.mean else 0, sample.n, level)
    return _t_interval(
        sample.mean,
        sample.squared_error,
        sample.n - 1,
        n=sample.n,
        method=method,
        level=level,
        ends=(0.0, 1.0),
    )


def difference_of_means(first: Moments, second: Moments, *, level: float = 0.95) -> Estimate:
    """Mean of the first minus mean of the second, with Welch's t interval.

    For one look at two finished samples, such as a baseline; see `sequences` for repeated looks.
    """
    method = "Welch"
    n, smaller = first.n + second.n, min(first.n, second.n)
    if smaller == 0:
        return Estimate.unknown("a sample is empty", n=n, method=method, level=level)
    value = first.mean - second.mean
    if smaller == 1:
        reason = "a sample of one says nothing about spread"
        return Estimate.bare(value, reason, n=n, method=method, level=level)
    a, b = first.squared_error, second.squared_error
    freedom = (a + b) ** 2 / (a**2 / (first.n - 1) + b**2 / (second.n - 1)) if a + b else 1.0
    return _t_interval(value, a + b, freedom, n=n, method=method, level=level)


def ratio_of_sums(
    numerators: npt.ArrayLike, denominators: npt.ArrayLike, *, level: float = 0.95
) -> Estimate:
    """Sum of numerators over sum of denominators, with a log-delta interval.

    Cost per completed case, where a row is an independent unit: a case with its cost and
    whether it was completed correctly, or a person with their sums.

    Args:
        numerators, denominators: not negative; shape (n,).

    Raises:
        ValueError: shapes that differ, or a value that is negative or not finite.
    """
    method = "log-delta"
    top = np.asarray(numerators, dtype=np.float64)
    bottom = np.asarray(denominators, dtype=np.float64)
    if top.ndim != 1 or top.shape != bottom.shape:
        raise ValueError(f"one denominator per numerator: {top.shape}, {bottom.shape}")
    if not (np.isfinite(top).all() and np.isfinite(bottom).all()):
        raise ValueError("a value is not finite")
    if (top < 0).any() or (bottom < 0).any():
        raise ValueError("a value is negative")
    n = top.size
    if bottom.sum() == 0:
        return Estimate.unknown("the denominators sum to 0", n=n, method=method, level=level)
    value = float(top.sum() / bottom.sum())
    if n == 1 or value == 0:
        reason = "one row says nothing about spread" if n == 1 else "the numerators sum to 0"
        return Estimate.bare(value, reason, n=n, method=method, level=level)
    # The linearised log ratio has mean zero over the rows.
    spread = Moments.of(top / top.mean() - bottom / bottom.mean()).squared_error
    if spread < _ROUNDING:
        return Estimate.bare(value, _NO_SPREAD, n=n, method=method, level=level)
    factor = math.exp(float(ndtri(0.5 + level / 2)) * math.sqrt(spread))
    return Estimate(
        value=value, low=value / factor, high=value * factor, n=n, method=method, level=level
    )


def _t_interval(
    value: float,
    squared_error: float,
    freedom: float,
    *,
    n: int,
    method: str,
    level: float,
    ends: tuple[float, float] = (-math.inf, math.inf),
) -> Estimate:
    if freedom < 1:
        return Estimate.bare(
            value, "one person says nothing about spread", n=n, method=method, level=level
        )
    if squared_error == 0:
        return Estimate.bare(value, _NO_SPREAD, n=n, method=method, level=level)
    half = float(stdtrit(freedom, 0.5 + level / 2)) * math.sqrt(squared_error)
    return Estimate(
        value=value,
        low=max(ends[0], value - half),
        high=min(ends[1], value + half),
        n=n,
        method=method,
        level=level,
    )
