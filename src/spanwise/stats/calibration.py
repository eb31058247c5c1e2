"""Isotonic calibration: from a raw score to the chance of being right."""

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from spanwise.stats.thresholds import Thresholds


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """A monotone, piecewise linear map, constant beyond its ends.

    Attributes:
        scores: knots, strictly ascending and finite.
        confidences: the value at each knot, in [0, 1] and never falling.
        n: labelled cases it was fitted on.

    Raises:
        ValueError: knots that break one of these.
    """

    scores: tuple[float, ...]
    confidences: tuple[float, ...]
    n: int

    def __post_init__(self) -> None:
        scores, confidences = self.scores, self.confidences
        if not scores or len(scores) != len(confidences):
            raise ValueError(f"one confidence per knot: {len(scores)}, {len(confidences)}")
        if not all(a < b for a, b in pairwise(scores)):
            raise ValueError("the scores of the knots must ascend")
        if not math.isfinite(scores[-1] - scores[0]):
            raise ValueError("the scores of the knots must span a finite range")
        if not all(a <= b for a, b in pairwise(confidences)):
            raise ValueError("the confidences of the knots must not fall")
        if not (confidences[0] >= 0 and confidences[-1] <= 1):
            raise ValueError("the confidences of the knots must lie within 0 to 1")

    def calibrate(self, score: float) -> float:
        """Confidence of one score; 0 for a score that is not a finite number."""
        if not math.isfinite(score):
            return 0.0
        right = bisect_right(self.scores, score)
        if right == 0:
            return self.confidences[0]
        if right == len(self.scores):
            return self.confidences[-1]
        x0, x1 = self.scores[right - 1], self.scores[right]
        y0, y1 = self.confidences[right - 1], self.confidences[right]
        return min(y1, y0 + (y1 - y0) * ((score - x0) / (x1 - x0)))

    def to_dict(self) -> dict[str, Any]:
        """Knots as decimal text, so that the asset has canonical bytes and a digest."""
        return {
            "method": "isotonic",
            "scores": [repr(x) for x in self.scores],
            "confidences": [repr(y) for y in self.confidences],
            "n": self.n,
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Calibration":
        """The calibration that `to_dict` wrote, to the last bit.

        Raises:
            ValueError: another method, or knots that are not valid.
            KeyError: a part is missing.
        """
        if plain["method"] != "isotonic":
            raise ValueError(f"unknown calibration method: {plain['method']!r}")
        return cls(
            scores=tuple(float(x) for x in plain["scores"]),
            confidences=tuple(float(y) for y in plain["confidences"]),
            n=int(plain["n"]),
        )


def fit_isotonic(scores: npt.ArrayLike, correct: npt.ArrayLike) -> Calibration:
    """Least-squares monotone fit by pooling adjacent violators (Ayer et al. 1955).

    Cases with equal scores are pooled first. Fit on other cases than those that certify.

    Raises:
        ValueError: no cases, lengths differ, a score is not finite, or a label is not boolean.
    """
    labels = Thresholds.of(scores, correct)
    if labels.n == 0:
        raise ValueError("nothing to fit: no labelled cases")
    values = labels.values[::-1].tolist()
    counts = np.diff(labels.accepted, prepend=0)[::-1]
    rights = counts - np.diff(labels.errors, prepend=0)[::-1]
    # A block is [first, last, right, count]; whole numbers compare without rounding.
    blocks: list[list[int]] = []
    for i, (right, count) in enumerate(zip(rights.tolist(), counts.tolist(), strict=True)):
        blocks.append([i, i, right, count])
        while len(blocks) > 1 and blocks[-2][2] * blocks[-1][3] >= blocks[-1][2] * blocks[-2][3]:
            _, last, more_right, more = blocks.pop()
            blocks[-1][1] = last
            blocks[-1][2] += more_right
            blocks[-1][3] += more
    knots: dict[float, float] = {}
    for first, last, right, count in blocks:
        knots[values[first]] = knots[values[last]] = right / count
    return Calibration(scores=tuple(knots), confidences=tuple(knots.values()), n=labels.n)
