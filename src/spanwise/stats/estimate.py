"""One shape for every statistic: a value, its interval, and a reason where it cannot tell."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A number that says how far it can be trusted.

    Attributes:
        value: the point estimate; None when there is none.
        low, high: the interval; a one-sided bound leaves the other end at its natural limit.
        n: what it was computed from: cases, people, pairs or audits.
        method: how the interval was made, in words a statistician recognises.
        level: coverage of the interval.
        reason: why the value or its interval is missing.

    Raises:
        ValueError: not finite, an interval upside down or with one end, or no reason for a gap.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    method: str
    level: float = 0.95
    reason: str = ""

    def __post_init__(self) -> None:
        if any(x is not None and not math.isfinite(x) for x in (self.value, self.low, self.high)):
            raise ValueError(f"an estimate must be finite: {self.value}, {self.low}, {self.high}")
        if (self.low is None) != (self.high is None):
            raise ValueError("an interval has two ends")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"interval upside down: {self.low} to {self.high}")
        if self.n < 0:
            raise ValueError(f"n is negative: {self.n}")
        if not 0 < self.level < 1:
            raise ValueError(f"level must be between 0 and 1: {self.level}")
        if not self.known and not self.reason:
            raise ValueError("an estimate with a gap must say why")

    @classmethod
    def unknown(cls, reason: str, n: int = 0, method: str = "", level: float = 0.95) -> "Estimate":
        """Nothing can be said, and why."""
        return cls(value=None, low=None, high=None, n=n, method=method, level=level, reason=reason)

    @classmethod
    def bare(
        cls, value: float, reason: str, n: int, method: str = "", level: float = 0.95
    ) -> "Estimate":
        """A value whose interval cannot be told, and why."""
        return cls(value=value, low=None, high=None, n=n, method=method, level=level, reason=reason)

    @property
    def known(self) -> bool:
        """Whether there is a value and an interval around it."""
        return self.value is not None and self.low is not None

    @property
    def half_width(self) -> float | None:
        """Half the length of the interval."""
        if self.low is None or self.high is None:
            return None
        return (self.high - self.low) / 2

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Estimate":
        """The estimate that `to_dict` wrote.

        Raises:
            msgspec.ValidationError: a field is missing, of another type, or inconsistent.
        """
        return msgspec.convert(plain, cls)
