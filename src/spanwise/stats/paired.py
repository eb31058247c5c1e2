"""Is a candidate no worse than what it replaces, judged on the same cases?"""

import math
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from spanwise.stats import binomial
from spanwise.stats.estimate import Estimate
from spanwise.stats.labels import booleans
from spanwise.stats.sequences import betting_interval

_BISECTIONS = 60


class Verdict(StrEnum):
    """What a paired comparison says of a change."""

    PASS = "pass"  # noqa: S105
    BLOCK = "block"
    MORE_EVIDENCE = "more_evidence"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pairs:
    """Cases by whether the old and the new were right; repeats of one case count once.

    Attributes:
        lost: old right, new wrong.
        gained: old wrong, new right.
    """

    both_right: int
    lost: int
    gained: int
    both_wrong: int

    def __post_init__(self) -> None:
        if min(self.both_right, self.lost, self.gained, self.both_wrong) < 0:
            raise ValueError(f"a count is negative: {self}")

    @classmethod
    def count(cls, old: npt.ArrayLike, new: npt.ArrayLike) -> "Pairs":
        """Count pairs from two arrays of right or wrong, one entry a case.

        Raises:
            ValueError: lengths differ, or a label is neither true nor false.
        """
        was, now = booleans(old), booleans(new)
        if was.shape != now.shape:
            raise ValueError(f"one old and one new result per case: {was.shape}, {now.shape}")
        return cls(
            both_right=int(np.sum(was & now)),
            lost=int(np.sum(was & ~now)),
            gained=int(np.sum(~was & now)),
            both_wrong=int(np.sum(~was & ~now)),
        )

    @property
    def n(self) -> int:
        return self.both_right + self.lost + self.gained + self.both_wrong

    @property
    def discordance(self) -> float:
        """Share of cases on which old and new differ; 0 without cases."""
        return (self.lost + self.gained) / self.n if self.n else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What the paired cases say about a candidate.

    Attributes:
        loss: share of right decisions lost, old minus new; negative is a gain.
        margin: the loss that would be too much.
        p_no_worse: p-value against "the loss is the margin or more"; None while cases keep coming.
        p_worse: p-value against "no worse"; None while cases keep coming.
        needed: cases in all for a pass in 80% if the candidate is truly without loss.
        reason: the verdict in words.
    """

    verdict: Verdict
    loss: Estimate
    margin: float
    p_no_worse: float | None
    p_worse: float | None
    needed: int
    reason: str


def judge(pairs: Pairs, *, margin: float, alpha: float = 0.05) -> Judgement:
    """Pass, block, or ask for more evidence, on a fixed set of cases.

    Pass if Tango's score test rejects "the loss is the margin or more" at alpha; otherwise
    block if the exact McNemar test finds the candidate worse at alpha. The interval of the
    loss has level 1 − 2 alpha, so that a pass is exactly an interval below the margin.

    Raises:
        ValueError: margin or alpha out of range.
    """
    _check(margin, alpha)
    no_worse, worse = p_no_worse(pairs, margin), p_worse(pairs)
    return _judgement(
        pairs,
        tango(pairs, level=1 - 2 * alpha),
        margin=margin,
        alpha=alpha,
        passed=no_worse <= alpha,
        worse=worse <= alpha,
        p_no_worse=no_worse,
        p_worse=worse,
    )


def judge_running(
    old: npt.ArrayLike, new: npt.ArrayLike, *, margin: float, alpha: float = 0.05
) -> Judgement:
    """The same question while cases keep coming, safe to ask after each one.

    Pass if the betting confidence sequence of the loss (level 1 − alpha) lies below the
    margin; otherwise block if it lies above zero.

    Args:
        old, new: right or wrong, one entry a case, in order of arrival.
        margin: the loss that would be too much.

    Raises:
        ValueError: margin or alpha out of range, or lengths that differ.
    """
    _check(margin, alpha)
    pairs = Pairs.count(old, new)
    lost = np.asarray(old, dtype=np.float64) - np.asarray(new, dtype=np.float64)
    share = betting_interval((1 + lost) / 2, level=1 - alpha)
    loss = replace(
        share, value=_signed(share.value), low=_signed(share.low), high=_signed(share.high)
    )
    return _judgement(
        pairs,
        loss,
        margin=margin,
        alpha=alpha,
        passed=loss.high is not None and loss.high < margin,
        worse=loss.low is not None and loss.low > 0,
    )


def tango(pairs: Pairs, *, level: float = 0.95) -> Estimate:
    """The share of right decisions lost, with Tango's score interval (Tango 1998)."""
    method = "Tango score interval"
    if pairs.n == 0:
        return Estimate.unknown("no paired cases", method=method, level=level)
    z = float(ndtri(0.5 + level / 2))
    return Estimate(
        value=(pairs.lost - pairs.gained) / pairs.n,
        low=-_upper_limit(pairs.gained, pairs.lost, pairs.n, z),
        high=_upper_limit(pairs.lost, pairs.gained, pairs.n, z),
        n=pairs.n,
        method=method,
        level=level,
    )


def p_no_worse(pairs: Pairs, margin: float) -> float:
    """Tango's p-value against "the loss is `margin` or more"; small means no worse."""
    if pairs.n == 0:
        return 1.0
    return float(ndtr(_score(pairs.lost, pairs.gained, pairs.n, margin)))


def p_worse(pairs: Pairs) -> float:
    """Exact one-sided McNemar p-value against "no worse"; small means worse."""
    return binomial.cdf(pairs.gained, pairs.lost + pairs.gained, 0.5)


def needed_pairs(
    discordance: float, margin: float, *, alpha: float = 0.05, power: float = 0.8
) -> int:
    """Cases that pass with the given power when the candidate is truly no worse.

    (z_α + z_power)² · discordance / margin², 6.18 · discordance / margin² by default, and no
    fewer than would pass without one discordant case.
    """
    z_alpha, z_power = float(ndtri(1 - alpha)), float(ndtri(power))
    without_discordance = z_alpha**2 * (1 - margin) / margin
    return math.ceil(max((z_alpha + z_power) ** 2 * discordance / margin**2, without_discordance))


def _judgement(
    pairs: Pairs,
    loss: Estimate,
    *,
    margin: float,
    alpha: float,
    passed: bool,
    worse: bool,
    p_no_worse: float | None = None,
    p_worse: float | None = None,
) -> Judgement:
    needed = needed_pairs(pairs.discordance, margin, alpha=alpha)
    if passed:
        verdict = Verdict.PASS
        reason = f"{pairs.n} cases rule out a loss of {100 * margin:.4g} points or more."
    elif worse:
        verdict = Verdict.BLOCK
        reason = f"The candidate is worse: {pairs.lost} cases lost, {pairs.gained} gained."
    else:
        verdict = Verdict.MORE_EVIDENCE
        reason = (
            f"{pairs.n} cases neither rule out a loss of {100 * margin:.4g} points nor show that "
            f"the candidate is worse; a candidate without loss needs about {needed} cases."
        )
    return Judgement(
        verdict=verdict,
        loss=loss,
        margin=margin,
        p_no_worse=p_no_worse,
        p_worse=p_worse,
        needed=needed,
        reason=reason,
    )


def _score(lost: int, gained: int, n: int, loss: float) -> float:
    """Tango's statistic for a true loss in (0, 1) or (−1, 0); falls as the loss rises."""
    b = (2 * n - lost + gained) * loss - lost - gained
    c = -gained * loss * (1 - loss)
    # The likelihood's best share of gained cases, given the loss.
    share = (math.sqrt(b * b - 8 * n * c) - b) / (4 * n)
    variance = n * (2 * share + loss * (1 - loss))
    return (lost - gained - n * loss) / math.sqrt(variance)


def _upper_limit(lost: int, gained: int, n: int, z: float) -> float:
    """The largest loss that the score test does not reject."""
    inside, outside = (lost - gained) / n, 1.0
    for _ in range(_BISECTIONS):
        middle = (inside + outside) / 2
        if inside < middle < outside and _score(lost, gained, n, middle) >= -z:
            inside = middle
        else:
            outside = middle
    return outside


def _signed(share: float | None) -> float | None:
    """From a mean on [0, 1] back to one on [−1, 1]."""
    return None if share is None else 2 * share - 1


def _check(margin: float, alpha: float) -> None:
    if not (0 < margin < 1 and 0 < alpha < 0.5):
        raise ValueError(f"margin must lie in (0, 1) and alpha in (0, 0.5): {margin}, {alpha}")
