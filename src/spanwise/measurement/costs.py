"""Cost per automated workflow: all that the cases took, per case that was completed right.

The same formula over the holdout is the baseline. Cases with and without the AI are those of
`time_saved`; only matured ones with an answer count, as no other can be right or wrong.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from spanwise.core.clock import HOUR_MS
from spanwise.measurement.baselines import Baseline
from spanwise.measurement.counts import Counts
from spanwise.measurement.figures import (
    JUDGED,
    Metric,
    Observed,
    Part,
    gain_in_words,
    trend,
    written,
)
from spanwise.measurement.time_saved import (
    NO_HOLDOUT,
    NO_TIME,
    WITH_AI,
    WITHOUT_AI,
    since_holdout,
)
from spanwise.measurement.verdicts import Comparison, Pace, Verdict, compare
from spanwise.spec.models.decision_points import Costs
from spanwise.stats.clusters import ratio_of_sums
from spanwise.stats.estimate import Estimate
from spanwise.stats.moments import Moments

_NAME = "cost_per_automated_workflow"
_ANSWERED = (*JUDGED, "declined")
# With fewer days the spread over days is known too badly for an interval.
_FEWEST_DAYS = 14


@dataclass(frozen=True, kw_only=True, slots=True)
class _Spent:
    """What the answered cases took, by day.

    Attributes:
        cost, right: money, and cases completed right; shape (days,).
        reviews, audits, errors: what the money went to, in all.
    """

    cost: npt.NDArray[np.float64]
    right: npt.NDArray[np.float64]
    reviews: float
    audits: float
    errors: float

    @property
    def per_right(self) -> Estimate:
        """Cost per case completed right; days are what varies, as cases of a day resemble."""
        estimate = ratio_of_sums(self.cost, self.right)
        days = estimate.n
        if estimate.known and days < _FEWEST_DAYS:
            reason = f"there are {days} days with cases; the interval starts at {_FEWEST_DAYS}"
            estimate = replace(estimate, low=None, high=None, reason=reason)
        right = round(self.right.sum())
        return replace(estimate, n=right, method=f"{estimate.method} over {days} days")

    @property
    def moments(self) -> Moments:
        """The ratio as a mean over days, linearised around itself."""
        if not self.right.sum():
            return Moments(n=0, mean=0.0, variance=0.0)
        ratio = self.cost.sum() / self.right.sum()
        return Moments.of(ratio + (self.cost - ratio * self.right) / self.right.mean())


def cost_per_automated_workflow(observed: Observed, baselines: Sequence[Baseline]) -> Metric:
    """Reviews, audits and errors of all cases, per case that was completed right.

    Args:
        baselines: cost per case completed right before the AI, measured.
    """
    costs, counts = observed.point.costs, observed.matured
    reason = _why_unknown(observed)
    if reason or costs.reviewer_per_hour is None:
        return _unknown(reason)
    unit = costs.reviewer_per_hour.currency
    spent = _spent(counts, WITH_AI, costs)
    before = next(iter(baselines), None) or _holdout(observed, costs)
    comparison = None
    if observed.missed:
        verdict, reason = Verdict.UNKNOWN, observed.missed
    elif before is None:
        verdict, reason = Verdict.CANNOT_TELL, f"there is nothing to compare with: {NO_HOLDOUT}"
    else:
        comparison = _against(observed, before, costs)
        verdict, reason = comparison.verdict, comparison.reason
    return Metric(
        name=_NAME,
        better="lower",
        unit=unit,
        estimate=spent.per_right,
        verdict=verdict,
        explanation=_in_words(spent.per_right, unit, comparison, reason),
        baseline=before,
        until_ms=comparison.until_ms if comparison else None,
        parts=_parts(spent),
        trend=trend(counts, lambda week: _spent(week, WITH_AI, costs).per_right.value),
    )


def _spent(counts: Counts, parts: Sequence[str], costs: Costs) -> _Spent:
    """Sums by day. Cases of which nobody's time is known count as their part's mean."""
    per_ms = float(costs.reviewer_per_hour.amount) / HOUR_MS if costs.reviewer_per_hour else 0.0
    days: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    people: dict[str, float] = defaultdict(float)
    errors = 0.0
    for part in parts:
        answered = [tally for tally in counts.of(part).tallies if tally.result in _ANSWERED]
        cases, timed = sum(t.cases for t in answered), sum(t.timed for t in answered)
        for tally in answered:
            time = per_ms * tally.touch_ms * cases / max(1, timed)
            price = costs.of_wrong(tally.wrong_choice) if tally.wrong_choice else None
            wrong = tally.cases * float(price.amount) if price else 0.0
            days[tally.day][0] += time + wrong
            days[tally.day][1] += tally.cases if tally.result == "right" else 0
            people[part] += time
            errors += wrong
    rows = np.array([days[day] for day in sorted(days)], dtype=np.float64).reshape(-1, 2)
    audits = people.pop("automatic", 0.0)
    return _Spent(
        cost=rows[:, 0],
        right=rows[:, 1],
        reviews=sum(people.values()),
        audits=audits,
        errors=errors,
    )


def _holdout(observed: Observed, costs: Costs) -> Baseline | None:
    """The same formula over the cases without the AI."""
    if not observed.counts.of(*WITHOUT_AI).tallies and not observed.point.routing.holdout_rate:
        return None
    spent = _spent(observed.matured, WITHOUT_AI, costs)
    return Baseline.holdout(spent.per_right, spent.moments, observed.now_ms)


def _against(observed: Observed, before: Baseline, costs: Costs) -> Comparison:
    counts = since_holdout(observed.matured) if before.concurrent else observed.matured
    value = before.estimate.value or 0.0
    return compare(
        _spent(counts, WITH_AI, costs).moments,
        before.comparable,
        margin=float(observed.point.gate.margin) * value,
        higher_is_better=False,
        pace=Pace(
            from_ms=observed.next_matured_ms,
            per_day=observed.per_day(lambda days: len(days.of(*WITH_AI).days_with_cases)),
            baseline_per_day=before.concurrent
            * observed.per_day(lambda days: len(days.of(*WITHOUT_AI).days_with_cases)),
            rows="days with cases",
        ),
    )


def _why_unknown(observed: Observed) -> str:
    """What is not declared or not known; empty where the cost can be told."""
    costs, counts = observed.point.costs, observed.matured
    if costs.reviewer_per_hour is None or costs.wrong is None:
        missing = "wrong" if costs.reviewer_per_hour else "reviewer_per_hour"
        return f"costs.{missing} is not declared"
    if observed.point.kind != "classification":
        return "a next action has no right answer, so no case is completed right"
    concerned = counts.of(*WITH_AI, *WITHOUT_AI).tallies
    wrong = sorted({tally.wrong_choice for tally in concerned if tally.wrong_choice})
    for option in wrong:
        price = costs.of_wrong(option)
        if price is None:
            return f"costs.wrong says nothing of '{option}'"
        if price.currency != costs.reviewer_per_hour.currency:
            return f"costs are in {price.currency} and in {costs.reviewer_per_hour.currency}"
    for part in (*WITH_AI, *WITHOUT_AI):
        answered = [tally for tally in counts.of(part).tallies if tally.result in _ANSWERED]
        if answered and not any(tally.timed for tally in answered):
            return NO_TIME
    if not counts.of(*WITH_AI).cases("right"):
        return "no matured case on which the AI had a say is known to be right"
    return ""


def _unknown(reason: str) -> Metric:
    return Metric(
        name=_NAME,
        better="lower",
        unit="",
        estimate=Estimate.unknown(reason),
        verdict=Verdict.UNKNOWN,
        explanation=f"Unknown: {reason}.",
    )


def _parts(spent: _Spent) -> tuple[Part, ...]:
    right = round(spent.right.sum())
    shares = {"reviews": spent.reviews, "audits": spent.audits, "errors": spent.errors}
    found = tuple(
        Part(
            name=name,
            estimate=Estimate.bare(cost / right, "a part of the figure", n=right),
            cases=right,
            note="per case completed right",
        )
        for name, cost in shares.items()
    )
    price = Estimate.unknown("no price is declared for it")
    note = "runs inside Spanwise; not in the figure"
    return (*found, Part(name="inference", estimate=price, cases=right, note=note))


def _in_words(estimate: Estimate, unit: str, comparison: Comparison | None, reason: str) -> str:
    if estimate.value is None:
        return f"Unknown: {estimate.reason}; {reason}."
    found = f"{written(estimate.value, unit)} for each of {estimate.n:,} cases completed right"
    if comparison is not None:
        found += f", {gain_in_words(comparison, unit)} on what it took without the AI"
    return f"{found}; {reason}." if reason else f"{found}."
