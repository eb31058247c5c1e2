"""How long until there is enough evidence to tell."""

import math
from dataclasses import dataclass
from statistics import NormalDist

from spanwise.stats.estimate import Estimate


@dataclass(frozen=True, kw_only=True, slots=True)
class Maturity:
    """Cases there are, cases it takes, and when they will be there.

    Attributes:
        have, needed: cases; `needed` is None while nobody can say.
        per_day: arrivals that count.
        days: until there are enough; 0 when there are, None when they will not come.
        reason: the same in words; empty when there are enough.
    """

    have: int
    needed: int | None
    per_day: float
    days: int | None
    reason: str

    @property
    def enough(self) -> bool:
        return self.days == 0


def until_count(needed: int, *, have: int, per_day: float) -> Maturity:
    """Time until `needed` cases.

    Raises:
        ValueError: a negative count or rate.
    """
    if needed < 0 or have < 0 or not 0 <= per_day < math.inf:
        raise ValueError(f"counts and rates are not negative: {needed}, {have}, {per_day}")
    missing = needed - have
    if missing <= 0:
        days, reason = 0, ""
    elif per_day == 0:
        days, reason = None, f"cannot tell: {missing} more cases are needed and none arrive"
    else:
        days = math.ceil(missing / per_day)
        reason = (
            f"cannot tell yet: {missing} more cases are needed, "
            f"about {days} days at {per_day:.3g} a day"
        )
    return Maturity(have=have, needed=needed, per_day=per_day, days=days, reason=reason)


def until_half_width(estimate: Estimate, half_width: float, *, per_day: float) -> Maturity:
    """Time until the interval of an estimate is no wider than ± `half_width`.

    Widths shrink with the square root of n; the spread is taken from the interval there is.

    Raises:
        ValueError: a half-width that is not positive, or a negative rate.
    """
    if not 0 < half_width < math.inf:
        raise ValueError(f"half_width must be positive: {half_width}")
    if estimate.half_width is None:
        return Maturity(
            have=estimate.n,
            needed=None,
            per_day=per_day,
            days=None,
            reason=f"cannot tell: {estimate.reason}",
        )
    needed = math.ceil(estimate.n * (estimate.half_width / half_width) ** 2)
    return until_count(needed, have=estimate.n, per_day=per_day)


def needed_for_proportion(half_width: float, *, guess: float = 0.5, level: float = 0.95) -> int:
    """Cases for a proportion's interval of ± `half_width`: z² p(1 − p) / half_width².

    Args:
        guess: the expected proportion; the default asks for the most.

    Raises:
        ValueError: an argument out of range.
    """
    if not (0 < half_width < 1 and 0 < guess < 1 and 0 < level < 1):
        raise ValueError(f"out of range: {half_width}, {guess}, {level}")
    z = NormalDist().inv_cdf(0.5 + level / 2)
    return math.ceil(z * z * guess * (1 - guess) / half_width**2)
