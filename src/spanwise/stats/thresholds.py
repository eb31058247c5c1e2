"""Every threshold that a set of labelled scores allows, with what lies at or above it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spanwise.stats.labels import booleans


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Thresholds:
    """Unique scores from the most confident down; equal scores are accepted together.

    Attributes:
        values: the thresholds, descending; shape (k,).
        accepted: cases with score ≥ threshold; shape (k,).
        errors: wrong ones among them; shape (k,).
    """

    values: npt.NDArray[np.float64]
    accepted: npt.NDArray[np.int64]
    errors: npt.NDArray[np.int64]

    @classmethod
    def of(cls, scores: npt.ArrayLike, correct: npt.ArrayLike) -> "Thresholds":
        """Sort and count labelled scores.

        Raises:
            ValueError: lengths differ, a score is not finite, or a label is not true or false.
        """
        score, right = _checked(scores, correct)
        order = np.argsort(-score, kind="stable")
        score = score[order]
        wrong = np.cumsum(~right[order], dtype=np.int64)
        last_of_equals = np.flatnonzero(score != np.append(score[1:], -np.inf))
        return cls(
            values=score[last_of_equals],
            accepted=last_of_equals.astype(np.int64) + 1,
            errors=wrong[last_of_equals],
        )

    @property
    def n(self) -> int:
        """Labelled cases in all."""
        return int(self.accepted[-1]) if self.accepted.size else 0

    @property
    def wrong(self) -> int:
        """Wrong cases in all."""
        return int(self.errors[-1]) if self.errors.size else 0

    def spaced(self, count: int, at_least: int = 1) -> npt.NDArray[np.intp]:
        """Indices of up to `count` even quantiles of the thresholds accepting `at_least` cases.

        The choice depends on the scores alone, never on the labels.
        """
        first = int(np.searchsorted(self.accepted, at_least))
        last = self.accepted.size - 1
        if first > last:
            return np.empty(0, dtype=np.intp)
        return np.unique(np.linspace(first, last, count).round().astype(np.intp))


def _checked(
    scores: npt.ArrayLike, correct: npt.ArrayLike
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    score, right = np.asarray(scores, dtype=np.float64), booleans(correct)
    if score.shape != right.shape:
        raise ValueError(f"one label per score: {score.shape}, {right.shape}")
    if not np.isfinite(score).all():
        raise ValueError("a score is not a finite number")
    return score, right
