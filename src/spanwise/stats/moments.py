"""Count, mean and variance: all that the interval of a mean needs to know."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, kw_only=True, slots=True)
class Moments:
    """A sample in three numbers; `variance` divides by n − 1 and is 0 for fewer than two.

    Raises:
        ValueError: a negative count or variance, or a number that is not finite.
    """

    n: int
    mean: float
    variance: float

    def __post_init__(self) -> None:
        if self.n < 0 or not math.isfinite(self.mean) or not 0 <= self.variance < math.inf:
            raise ValueError(f"not the moments of a sample: {self}")

    @classmethod
    def of(cls, values: npt.ArrayLike) -> "Moments":
        """The moments of values; all zero without any.

        Raises:
            ValueError: a value that is not finite, or more than one dimension.
        """
        sample = np.asarray(values, dtype=np.float64)
        if sample.ndim != 1:
            raise ValueError(f"values must have one dimension: {sample.shape}")
        if sample.size == 0:
            return cls(n=0, mean=0.0, variance=0.0)
        if (sample == sample[0]).all():
            # Rounding in the mean would leave equal values a spread that they do not have.
            return cls(n=sample.size, mean=float(sample[0]), variance=0.0)
        return cls(n=sample.size, mean=float(sample.mean()), variance=float(sample.var(ddof=1)))

    @property
    def squared_error(self) -> float:
        """Variance of the mean."""
        return self.variance / self.n
