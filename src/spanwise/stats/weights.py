"""The error among automatic cases, from audits drawn with known probabilities."""

import numpy as np
import numpy.typing as npt

from spanwise.stats import binomial
from spanwise.stats.estimate import Estimate
from spanwise.stats.sequences import betting_interval


def audited_error(
    losses: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    *,
    min_probability: float,
    level: float = 0.95,
) -> Estimate:
    """Mean loss of all automatic cases: Σ(L/π) / Σ(1/π) over the audited (Hájek 1971).

    With one probability for all and losses of 0 or 1 the interval is Clopper and Pearson's;
    otherwise it is a betting confidence sequence on the weighted audits.

    Args:
        losses: of the audited cases, in [0, 1] and in order of the decisions; shape (n,).
        probabilities: chance that each had of being audited, as logged before its outcome was
            known; shape (n,).
        min_probability: the smallest chance that any automatic case had, from the policy.

    Raises:
        ValueError: a loss outside [0, 1], or a probability outside [min_probability, 1].
    """
    loss = np.asarray(losses, dtype=np.float64)
    chance = np.asarray(probabilities, dtype=np.float64)
    if loss.ndim != 1 or loss.shape != chance.shape:
        raise ValueError(f"one probability per loss: {loss.shape}, {chance.shape}")
    if not 0 < min_probability <= 1:
        raise ValueError(f"every case needs a chance to be audited: {min_probability}")
    if not ((loss >= 0) & (loss <= 1)).all():
        raise ValueError("losses must lie in [0, 1]")
    if not ((chance >= min_probability) & (chance <= 1)).all():
        raise ValueError(f"a probability lies outside {min_probability} to 1")
    if loss.size == 0:
        return Estimate.unknown("nothing was audited", level=level)
    if (chance == chance[0]).all() and np.isin(loss, (0, 1)).all():
        return binomial.proportion(int(loss.sum()), loss.size, level)
    return betting_interval(loss, weights=min_probability / chance, level=level)
