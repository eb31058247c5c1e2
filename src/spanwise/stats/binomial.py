"""Exact inference on a proportion (Clopper and Pearson 1934)."""

import math

from scipy.special import bdtr, betaincinv

from spanwise.stats.estimate import Estimate

METHOD = "Clopper–Pearson"


def cdf(successes: int, n: int, probability: float) -> float:
    """P(X ≤ successes) for X binomial with n trials."""
    return float(bdtr(successes, n, probability))


def lower_bound(successes: int, n: int, level: float = 0.95) -> float:
    """One-sided lower confidence bound of a proportion; 0 without trials."""
    _check(successes, n, level)
    if successes == 0:
        return 0.0
    return float(betaincinv(successes, n - successes + 1, 1 - level))


def upper_bound(successes: int, n: int, level: float = 0.95) -> float:
    """One-sided upper confidence bound of a proportion; 1 without trials."""
    _check(successes, n, level)
    if successes == n:
        return 1.0
    return float(betaincinv(successes + 1, n - successes, level))


def proportion(successes: int, n: int, level: float = 0.95) -> Estimate:
    """A proportion with its two-sided interval.

    Raises:
        ValueError: counts that cannot be, or a level outside (0, 1).
    """
    _check(successes, n, level)
    if n == 0:
        return Estimate.unknown("nothing was counted", method=METHOD, level=level)
    one_sided = 1 - (1 - level) / 2
    return Estimate(
        value=successes / n,
        low=lower_bound(successes, n, one_sided),
        high=upper_bound(successes, n, one_sided),
        n=n,
        method=METHOD,
        level=level,
    )


def zero_error_floor(max_error: float, delta: float) -> int:
    """Cases without any error that it takes to show error ≤ max_error at confidence 1 − delta.

    The smallest n with (1 − max_error)^n ≤ delta.

    Raises:
        ValueError: an argument outside (0, 1).
    """
    if not (0 < max_error < 1 and 0 < delta < 1):
        raise ValueError(f"max_error and delta must be between 0 and 1: {max_error}, {delta}")
    exact = math.log(delta) / math.log1p(-max_error)
    # The tolerance keeps rounding from asking for one case more when the answer is whole.
    return max(1, math.ceil(exact - 1e-9))


def _check(successes: int, n: int, level: float) -> None:
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} successes in {n} trials")
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1: {level}")
