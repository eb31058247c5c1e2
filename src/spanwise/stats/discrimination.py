"""Whether a confidence tells right from wrong, and what each threshold would buy."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from spanwise.stats import binomial
from spanwise.stats.estimate import Estimate
from spanwise.stats.thresholds import Thresholds

_BISECTIONS = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskPoint:
    """What accepting score ≥ threshold would have done on the labelled cases."""

    threshold: float
    accepted: int
    coverage: float
    error: Estimate


def auroc(scores: npt.ArrayLike, correct: npt.ArrayLike, *, level: float = 0.95) -> Estimate:
    """Chance that a right case scores above a wrong one, ties counting half.

    The interval inverts the score test with Hanley and McNeil's variance (Newcombe 2006,
    method 5), which stays honest for few wrong cases and at perfect separation.

    Raises:
        ValueError: lengths differ, a score is not finite, or a label is not true or false.
    """
    method = "Hanley–McNeil score interval (Newcombe's method 5)"
    labels = Thresholds.of(scores, correct)
    wrong, right = labels.wrong, labels.n - labels.wrong
    if not (wrong and right):
        kind = "right" if not wrong else "wrong"
        reason = f"all {labels.n} cases are {kind}" if labels.n else "no labelled cases"
        return Estimate.unknown(reason, n=labels.n, method=method, level=level)
    wrong_here = np.diff(labels.errors, prepend=0)
    right_here = np.diff(labels.accepted, prepend=0) - wrong_here
    wrong_below = wrong - labels.errors
    area = float(np.sum(right_here * (wrong_below + wrong_here / 2)) / (right * wrong))
    z = float(ndtri(0.5 + level / 2))
    return Estimate(
        value=area,
        low=_furthest(area, 0.0, z, right, wrong),
        high=_furthest(area, 1.0, z, right, wrong),
        n=labels.n,
        method=method,
        level=level,
    )


def expected_calibration_error(
    confidences: npt.ArrayLike,
    correct: npt.ArrayLike,
    *,
    bins: int = 10,
    level: float = 0.95,
) -> Estimate:
    """Mean distance between confidence and accuracy over bins of equal numbers of cases.

    The interval is conservative: the binned accuracies are off by Σ w √(p(1−p)/n) on average
    at most (Jensen), and by a further √(ln(1/(1−level)) / 2n) with probability 1 − level at
    most (McDiarmid). The point estimate is biased upward on few cases.

    Raises:
        ValueError: confidences outside [0, 1], fewer than one bin, or labels as for `auroc`.
    """
    method = f"{bins} equal-count bins, McDiarmid"
    if bins < 1:
        raise ValueError(f"at least one bin: {bins}")
    labels = Thresholds.of(confidences, correct)
    if labels.n == 0:
        return Estimate.unknown("no labelled cases", method=method, level=level)
    if labels.values[0] > 1 or labels.values[-1] < 0:
        raise ValueError("a confidence lies outside 0 to 1")
    here = np.diff(labels.accepted, prepend=0)
    # A bin is where the middle of a run of equal confidences falls: ties stay together.
    bin_of = ((labels.accepted - here / 2) * bins / labels.n).astype(np.intp)
    count = np.bincount(bin_of, here, bins)
    stated = np.bincount(bin_of, here * labels.values, bins)
    wrong = np.bincount(bin_of, np.diff(labels.errors, prepend=0), bins)
    gap = float(np.abs(count - wrong - stated).sum() / labels.n)
    error_rate = (wrong + 1) / (count + 2)
    noise = float(np.sqrt(count * error_rate * (1 - error_rate)).sum() / labels.n)
    margin = noise + math.sqrt(-math.log(1 - level) / (2 * labels.n))
    return Estimate(
        value=gap,
        low=max(0.0, gap - margin),
        high=min(1.0, gap + margin),
        n=labels.n,
        method=method,
        level=level,
    )


def risk_coverage(
    scores: npt.ArrayLike, correct: npt.ArrayLike, *, points: int = 50, level: float = 0.95
) -> tuple[RiskPoint, ...]:
    """Error against coverage, most confident first, for charts and what-if questions.

    Each interval holds for its own threshold. Picking the best of them proves nothing: that
    is what a certificate is for.

    Raises:
        ValueError: as for `auroc`.
    """
    labels = Thresholds.of(scores, correct)
    return tuple(
        RiskPoint(
            threshold=float(labels.values[i]),
            accepted=int(labels.accepted[i]),
            coverage=int(labels.accepted[i]) / labels.n,
            error=binomial.proportion(int(labels.errors[i]), int(labels.accepted[i]), level),
        )
        for i in labels.spaced(points)
    )


def _furthest(area: float, end: float, z: float, right: int, wrong: int) -> float:
    """The value furthest towards `end` that is no more than z standard errors from `area`."""
    inside, outside = area, end
    for _ in range(_BISECTIONS):
        middle = (inside + outside) / 2
        if abs(middle - area) <= z * _standard_error(middle, right, wrong):
            inside = middle
        else:
            outside = middle
    return outside


def _standard_error(area: float, right: int, wrong: int) -> float:
    """Hanley and McNeil (1982), with the mean group size for both (Newcombe 2006)."""
    others = (right + wrong) / 2 - 1
    spread = 1 + others * (1 - area) / (2 - area) + others * area / (1 + area)
    return math.sqrt(area * (1 - area) * spread / (right * wrong))
