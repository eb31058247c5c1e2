"""Better, no worse, worse, or when it will be possible to tell: one figure against its baseline.

A verdict rests on the interval of the difference, as a confidence sequence: the page may be
looked at every day without more than the stated chance of ever being wrong.
"""

import math
from bisect import bisect_left
from dataclasses import dataclass, replace
from enum import StrEnum

from spanwise.core.clock import DAY_MS
from spanwise.stats.estimate import Estimate
from spanwise.stats.maturity import until_count
from spanwise.stats.moments import Moments
from spanwise.stats.sequences import FEWEST, difference_sequence, mean_sequence

_TIGHTEST_AT = 1_000
_LONGEST_DAYS = 3_650


class Verdict(StrEnum):
    """What may be said of a metric against its baseline."""

    BETTER = "better"
    NO_WORSE = "no_worse"
    WORSE = "worse"
    CANNOT_TELL = "cannot_tell"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How evidence arrives.

    Attributes:
        from_ms: when the first that is still to come can be there.
        per_day: rows a day of what is compared.
        baseline_per_day: rows a day of the baseline; 0 for one that is finished.
        rows: what a row is, in the plural.
    """

    from_ms: int
    per_day: float
    baseline_per_day: float = 0.0
    rows: str = "cases"


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """A figure against its baseline.

    Attributes:
        gain: how much better, with its interval; negative is a loss.
        until_ms: for `cannot_tell`, when it will be possible at today's pace; None if never.
        reason: what the verdict rests on or waits for.
    """

    gain: Estimate
    verdict: Verdict
    until_ms: int | None
    reason: str


def compare(
    current: Moments,
    baseline: Moments | float,
    *,
    margin: float,
    higher_is_better: bool,
    pace: Pace,
) -> Comparison:
    """Judges a mean against a baseline: a sample of its own, or a number that somebody stated.

    No worse is an interval that rules out a loss of the margin or more, in the figure's unit.
    """
    gain = _gain(current, baseline, higher_is_better)
    verdict = _verdict(gain, margin)
    if verdict is not Verdict.CANNOT_TELL:
        return Comparison(gain=gain, verdict=verdict, until_ms=None, reason="")
    days, reason = _wait(
        current, baseline, margin=margin, higher_is_better=higher_is_better, pace=pace
    )
    until_ms = None if days is None else pace.from_ms + days * DAY_MS
    return Comparison(gain=gain, verdict=verdict, until_ms=until_ms, reason=reason)


def share_moments(successes: int, n: int) -> Moments:
    """The moments of n values of which some are 1 and the others 0.

    The variance is that of the share with two successes and two failures added (Agresti and
    Coull 1998): that all of a few were right does not mean that nothing varies.
    """
    if n == 0:
        return Moments(n=0, mean=0.0, variance=0.0)
    share = (successes + 2) / (n + 4)
    return Moments(n=n, mean=successes / n, variance=share * (1 - share))


def _gain(current: Moments, baseline: Moments | float, higher_is_better: bool) -> Estimate:
    if isinstance(baseline, Moments):
        arms = (current, baseline) if higher_is_better else (baseline, current)
        return difference_sequence(*arms, tightest_at=_TIGHTEST_AT)
    mean = mean_sequence(current, tightest_at=_TIGHTEST_AT)
    if mean.value is None:
        return mean
    ends = sorted(
        end - baseline if higher_is_better else baseline - end
        for end in (mean.low, mean.high)
        if end is not None
    )
    value = mean.value - baseline if higher_is_better else baseline - mean.value
    low, high = ends or (None, None)
    return replace(mean, value=value, low=low, high=high)


def _verdict(gain: Estimate, margin: float) -> Verdict:
    if gain.low is None or gain.high is None:
        return Verdict.CANNOT_TELL
    if gain.low > 0:
        return Verdict.BETTER
    if gain.low > -margin:
        return Verdict.NO_WORSE
    return Verdict.WORSE if gain.high < 0 else Verdict.CANNOT_TELL


def _wait(
    current: Moments,
    baseline: Moments | float,
    *,
    margin: float,
    higher_is_better: bool,
    pace: Pace,
) -> tuple[int | None, str]:
    """Days until it can be told if the means and spreads stay as they are; None if never."""
    arms = [(current.n, pace.per_day)]
    if isinstance(baseline, Moments):
        arms.append((baseline.n, pace.baseline_per_day))
    waits = [_until(FEWEST, n, per_day, pace.rows) for n, per_day in arms if n < FEWEST]
    if waits:
        return max(waits, key=lambda wait: math.inf if wait[0] is None else wait[0])
    gain = _gain(current, baseline, higher_is_better)
    if gain.half_width is None:
        return None, f"cannot tell: {gain.reason}"

    def told(days: int) -> bool:
        then = replace(current, n=current.n + round(days * pace.per_day))
        before = baseline
        if isinstance(baseline, Moments):
            before = replace(baseline, n=baseline.n + round(days * pace.baseline_per_day))
        return _verdict(_gain(then, before, higher_is_better), margin) is not Verdict.CANNOT_TELL

    per_day = pace.per_day + pace.baseline_per_day
    if not told(_LONGEST_DAYS):
        finished = isinstance(baseline, Moments) and not pace.baseline_per_day
        against = f", against a baseline of {arms[-1][0]:,}" if finished else ""
        return None, f"cannot tell within ten years at {per_day:.3g} {pace.rows} a day{against}"
    days = 1 + bisect_left(range(1, _LONGEST_DAYS), True, key=told)
    return days, _in_words(math.ceil(days * per_day), days, per_day, pace.rows)


def _until(needed: int, have: int, per_day: float, rows: str) -> tuple[int | None, str]:
    days = until_count(needed, have=have, per_day=per_day).days
    if days is None or days > _LONGEST_DAYS:
        return None, f"cannot tell: {needed - have:,} more {rows} are needed and none arrive"
    return days, _in_words(needed - have, days, per_day, rows)


def _in_words(missing: int, days: int, per_day: float, rows: str) -> str:
    return (
        f"cannot tell yet: {missing:,} more {rows} are needed, about {days} days at "
        f"{per_day:.3g} a day"
    )
