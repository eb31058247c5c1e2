"""Certify the confidence above which cases may be decided automatically.

Fixed-sequence testing with fallback (Wiens 2003; as selective risk control in
Angelopoulos et al. 2021, "Learn then Test"). Thresholds are tested from the most confident
down, each for "the error of the accepted is above the tolerated one", by an exact binomial
p-value. A few evenly spaced starts share delta; a threshold that passes hands its level to
the next one, so that a bad patch among the most confident cases costs one start, not all.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr, betainc

from spanwise.stats import binomial
from spanwise.stats.estimate import Estimate
from spanwise.stats.thresholds import Thresholds

METHOD = "fixed-sequence testing with fallback, binomial tail"
# Fewer accepted cases than this say nothing about how many labels would do.
_TELLING = 20
_OUT_OF_REACH = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One tested threshold: its p-value and the level that was left for it."""

    threshold: float
    accepted: int
    errors: int
    p_value: float
    level: float

    @property
    def passed(self) -> bool:
        # A p-value can underflow to zero; without a level it proves nothing.
        return self.level > 0 and self.p_value <= self.level


@dataclass(frozen=True, kw_only=True, slots=True)
class Certification:
    """The answer: accept score ≥ threshold, or the reason why nothing can be accepted.

    With probability 1 − delta over the labels, the error of the accepted is at most max_error,
    for cases from the same mix.

    Attributes:
        threshold: None when it cannot certify.
        accepted, errors, n: labelled cases accepted, wrong among those, and in all.
        coverage: accepted / n.
        error: error of the accepted, from 0 to the Clopper–Pearson upper bound at the level
            which this threshold was tested at (its own bound, not one for the whole search).
        level: the share of delta that the threshold was tested at; None without one.
        starts: how many starts shared delta.
        steps: all tested thresholds, most confident first.
        needed_labels: about how many more labels would do; 0 when certified, None when no
            number would at the errors seen so far.
        reason: why it cannot certify; empty when it does.
    """

    threshold: float | None
    accepted: int
    errors: int
    n: int
    coverage: float
    error: Estimate
    max_error: float
    delta: float
    level: float | None
    starts: int
    steps: tuple[Step, ...]
    needed_labels: int | None
    reason: str
    method: str = METHOD

    @property
    def certified(self) -> bool:
        return self.threshold is not None


def certify(
    scores: npt.ArrayLike,
    correct: npt.ArrayLike,
    *,
    max_error: float,
    delta: float = 0.05,
    starts: int = 4,
    grid: int = 30,
) -> Certification:
    """The lowest threshold whose accepted cases keep the tolerated error.

    When the labels are too few for a start to pass at delta / starts, one start gets all of
    delta; that choice depends on n only.

    Args:
        scores: confidence of each labelled case, higher is surer; shape (n,).
        correct: whether the recommendation was right; shape (n,).
        max_error: tolerated error among the accepted, in (0, 1).
        delta: tolerated chance that the claim is false.
        starts: starts that share delta.
        grid: thresholds to test at most.

    Raises:
        ValueError: arguments out of range, lengths that differ, a score that is not finite.
    """
    if starts < 1 or grid < starts:
        raise ValueError(f"at least one start, and a grid no smaller: {starts}, {grid}")
    if not 0 < delta < 1:
        raise ValueError(f"delta must be between 0 and 1: {delta}")
    labels = Thresholds.of(scores, correct)
    plan = _Plan.fitting(labels.n, max_error, delta, starts)
    steps = _test(labels, labels.spaced(grid, plan.floor), plan)
    best = next((step for step in reversed(steps) if step.passed), None)
    if best is None:
        needed = _needed_labels(labels, max_error, delta / starts, grid)
        return _cannot(labels.n, steps, plan, needed)
    return Certification(
        threshold=best.threshold,
        accepted=best.accepted,
        errors=best.errors,
        n=labels.n,
        coverage=best.accepted / labels.n,
        error=Estimate(
            value=best.errors / best.accepted,
            low=0.0,
            high=binomial.upper_bound(best.errors, best.accepted, 1 - best.level),
            n=best.accepted,
            method=f"{binomial.METHOD}, one-sided",
            level=1 - best.level,
        ),
        max_error=max_error,
        delta=delta,
        level=best.level,
        starts=plan.starts,
        steps=steps,
        needed_labels=0,
        reason="",
    )


def spent_delta(delta: float, attempt: int) -> float:
    """The delta of the k-th certification, 6δ/(π²k²): all attempts together spend δ.

    Raises:
        ValueError: an attempt before the first.
    """
    if attempt < 1:
        raise ValueError(f"attempts are counted from 1: {attempt}")
    return 6 * delta / (math.pi * attempt) ** 2


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plan:
    """How delta is shared, and the fewest accepted cases that could pass at a start."""

    max_error: float
    delta: float
    starts: int
    floor: int

    @classmethod
    def fitting(cls, n: int, max_error: float, delta: float, starts: int) -> "_Plan":
        floor = binomial.zero_error_floor(max_error, delta / starts)
        if floor > n:
            starts = 1
            floor = binomial.zero_error_floor(max_error, delta)
        return cls(max_error=max_error, delta=delta, starts=starts, floor=floor)


def _test(labels: Thresholds, chosen: npt.NDArray[np.intp], plan: _Plan) -> tuple[Step, ...]:
    accepted, errors = labels.accepted[chosen], labels.errors[chosen]
    p_values = bdtr(errors, accepted, plan.max_error)
    share = np.zeros(chosen.size)
    if chosen.size:
        first = np.linspace(0, chosen.size, plan.starts, endpoint=False).astype(np.intp)
        np.add.at(share, first, plan.delta / plan.starts)
    steps: list[Step] = []
    inherited = 0.0
    for j, index in enumerate(chosen):
        step = Step(
            threshold=float(labels.values[index]),
            accepted=int(accepted[j]),
            errors=int(errors[j]),
            p_value=float(p_values[j]),
            level=float(share[j]) + inherited,
        )
        inherited = step.level if step.passed else 0.0
        steps.append(step)
    return tuple(steps)


def _cannot(
    n: int, steps: tuple[Step, ...], plan: _Plan, needed_labels: int | None
) -> Certification:
    reason = f"{_why(n, steps, plan)} {_what_then(needed_labels)}"
    return Certification(
        threshold=None,
        accepted=0,
        errors=0,
        n=n,
        coverage=0.0,
        error=Estimate.unknown(reason, n=n, method=METHOD, level=1 - plan.delta),
        max_error=plan.max_error,
        delta=plan.delta,
        level=None,
        starts=plan.starts,
        steps=steps,
        needed_labels=needed_labels,
        reason=reason,
    )


def _why(n: int, steps: tuple[Step, ...], plan: _Plan) -> str:
    tolerated, confidence = f"{100 * plan.max_error:.4g}%", f"{100 * (1 - plan.delta):.4g}%"
    if not steps:
        return (
            f"{n} labels cannot show an error of at most {tolerated} with {confidence} "
            f"confidence: even without one error that takes {plan.floor} accepted cases."
        )
    closest = min(steps, key=lambda step: step.p_value)
    return (
        f"No threshold keeps the error within {tolerated} with {confidence} confidence; "
        f"the closest accepts {closest.accepted} cases, {closest.errors} of them wrong."
    )


def _what_then(needed_labels: int | None) -> str:
    if needed_labels is None:
        return "At the errors seen so far no number of labels would do."
    return f"About {needed_labels} more labels would do if they look like these."


def _needed_labels(labels: Thresholds, max_error: float, level: float, grid: int) -> int | None:
    """Labels missing for a test at `level`, at the best of the thresholds.

    Accepting m cases of error e < max_error passes once m ≥ ln(1/level) / KL(e‖max_error)
    (Chernoff). For e stands its posterior mean (Jeffreys prior) given that it is below
    max_error: no errors among a few cases promise less than none among many.
    """
    if labels.n == 0:
        return binomial.zero_error_floor(max_error, level)
    chosen = labels.spaced(grid, min(_TELLING, labels.n))
    accepted, errors = labels.accepted[chosen], labels.errors[chosen]
    hopeful = errors < max_error * accepted
    if not hopeful.any():
        return None
    accepted, errors = accepted[hopeful], errors[hopeful]
    a, b = errors + 0.5, accepted - errors + 0.5
    error = a / (a + b) * betainc(a + 1, b, max_error) / betainc(a, b, max_error)
    divergence = error * np.log(error / max_error) + (1 - error) * np.log(
        (1 - error) / (1 - max_error)
    )
    # A tolerated error that tiny is out of reach, not a division by zero.
    divergence = np.maximum(divergence, 1e-15)
    total = math.ceil(float(np.min(-math.log(level) / divergence * labels.n / accepted)))
    return max(1, total - labels.n) if total <= _OUT_OF_REACH else None
