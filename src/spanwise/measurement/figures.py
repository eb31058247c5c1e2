"""What a scorecard is made of: metrics with their parts, and what they are computed from."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from spanwise.core.clock import DAY_MS, to_rfc3339
from spanwise.measurement.baselines import Baseline
from spanwise.measurement.counts import Counts
from spanwise.measurement.verdicts import Comparison, Verdict
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.stats.estimate import Estimate

SHARE = "share"
JUDGED = ("right", "wrong")
SETTLED = (*JUDGED, "no_outcome")
_RECENT_DAYS = 14


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One part of a metric, such as the automatic cases, or one team.

    Attributes:
        cases: in all, measured or not.
        note: what it was measured by, and what is missing.
    """

    name: str
    estimate: Estimate
    cases: int
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """One metric of one decision point.

    Attributes:
        better: `higher` or `lower`.
        unit: `share` for 0 to 1, otherwise as people write it.
        baseline: what the verdict rests on; None where there is none.
        other_baselines: what else is known or said of the time before the AI.
        until_ms: for `cannot_tell`, when it will be possible at today's volume; None if never.
        explanation: in one sentence what was found, and what the verdict rests on or waits for.
        parts: what the figure is made of, or stands beside it.
        teams: the same by team.
        trend: values by week, oldest first; None where nothing was measured.
    """

    name: str
    better: str
    unit: str
    estimate: Estimate
    verdict: Verdict
    explanation: str
    baseline: Baseline | None = None
    other_baselines: tuple[Baseline, ...] = ()
    until_ms: int | None = None
    parts: tuple[Part, ...] = ()
    teams: tuple[Part, ...] = ()
    trend: tuple[float | None, ...] = ()

    @property
    def n(self) -> int:
        return self.estimate.n

    @property
    def method(self) -> str:
        return self.estimate.method


@dataclass(frozen=True, kw_only=True)
class Observed:
    """A decision point over a period, as far as is known at `now_ms`."""

    point: DecisionPoint
    counts: Counts
    now_ms: int

    @cached_property
    def matured(self) -> Counts:
        """The days of which every case is old enough for its outcome to be final."""
        last = last_matured_day(self.now_ms, self.point.outcome.matures_ms)
        return self.counts.within(self.counts.first_day, min(last, self.counts.last_day))

    @cached_property
    def missed(self) -> str:
        """Why decisions go unmeasured: outcomes were due and none came; empty if they did."""
        days = max(1, self.point.outcome.matures_ms // DAY_MS)
        last = self.matured.last_day
        due = self.matured.within(last - days + 1, last)
        if not due.tallies or due.total(lambda tally: tally.outcomes):
            return ""
        since = to_rfc3339(due.days_with_cases[0] * DAY_MS)[:10]
        return (
            f"none of the {due.cases():,} matured cases since {since} has an outcome: "
            "check what sends the outcomes"
        )

    def per_day(self, cases: Callable[[Counts], float]) -> float:
        """A count a day over the newest two weeks; the last day counts only where it is alone."""
        today = min(self.now_ms // DAY_MS, self.counts.last_day)
        recent = self.counts.within(today - _RECENT_DAYS, today - 1)
        if not recent.tallies:
            return cases(self.counts.within(today, today))
        return cases(recent) / (today - recent.days_with_cases[0])

    @cached_property
    def next_matured_ms(self) -> int:
        """When more decided cases can count: now, or when the first of all have matured."""
        days = [tally.day for tally in self.counts.tallies if tally.result in SETTLED]
        if not days:
            return self.now_ms
        return max(self.now_ms, (min(days) + 1) * DAY_MS + self.point.outcome.matures_ms)


def last_matured_day(now_ms: int, matures_ms: int) -> int:
    """The newest day whose last case has matured."""
    return (now_ms - matures_ms) // DAY_MS - 1


def trend(counts: Counts, value: Callable[[Counts], float | None]) -> tuple[float | None, ...]:
    """A value by week."""
    return tuple(value(week) for week in counts.weeks())


def written(value: float, unit: str) -> str:
    """`86.4%`, `3.4 min`, `12.50 EUR`."""
    if unit == SHARE:
        return f"{100 * value:.1f}%"
    return f"{value:.2f} {unit}" if unit.isupper() else f"{value:.1f} {unit}"


def gain_in_words(comparison: Comparison, unit: str) -> str:
    """`a gain of 21.8 points (18.0 to 25.6)`, or a loss; without an interval, `so far`."""
    gain = comparison.gain
    if gain.value is None:
        return f"no comparison yet, as {gain.reason}"
    kind = "a gain" if gain.value >= 0 else "a loss"
    if gain.low is None or gain.high is None:
        return f"{kind} of {_difference(abs(gain.value), unit)} so far"
    ends = sorted((gain.low, gain.high) if gain.value >= 0 else (-gain.low, -gain.high))
    low, high = (_number(end, unit) for end in ends)
    return f"{kind} of {_difference(abs(gain.value), unit)} ({low} to {high})"


def _difference(value: float, unit: str) -> str:
    return f"{_number(value, unit)} {'points' if unit == SHARE else unit}"


def _number(value: float, unit: str) -> str:
    text = f"{100 * value:.1f}" if unit == SHARE else written(value, unit).split()[0]
    return text.replace("-", "−")
