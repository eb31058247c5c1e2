"""Intervals cover the truth about as often as they say, where a simpler one would not."""

import math

import numpy as np
import pytest
from scipy.special import ndtr
from statsmodels.stats.proportion import proportion_confint

from spanwise.stats.clusters import mean_over_people, ratio_of_sums
from spanwise.stats.discrimination import auroc, expected_calibration_error
from spanwise.stats.estimate import Estimate

TRIALS = 1000


def covers(estimate: Estimate, truth: float) -> bool:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low <= truth <= estimate.high


def test_adoption_counts_people_where_pooled_rows_cover_half_the_time() -> None:
    # People differ: their rates are Beta(2, 2), and each decides 40 cases.
    rng = np.random.default_rng(41)
    by_people = pooled = 0
    for _ in range(TRIALS):
        used = rng.binomial(40, rng.beta(2, 2, 20))
        by_people += covers(mean_over_people(used, np.full(20, 40)), 0.5)
        low, high = proportion_confint(used.sum(), 20 * 40, method="wilson")
        pooled += low <= 0.5 <= high

    assert 0.93 <= by_people / TRIALS <= 0.97
    assert 0.4 <= pooled / TRIALS <= 0.6


@pytest.mark.parametrize(("n", "low"), [(100, 0.90), (2000, 0.93)])
def test_cost_per_completed_case(n: int, low: float) -> None:
    # Log-normal costs, of which nine in ten cases are completed correctly.
    rng = np.random.default_rng(42)
    truth = math.exp(0.5) / 0.9

    covered = np.mean(
        [
            covers(ratio_of_sums(rng.lognormal(0, 1, n), rng.random(n) < 0.9), truth)
            for _ in range(TRIALS)
        ]
    )

    assert low <= covered <= 0.98


@pytest.mark.parametrize(("apart", "n"), [(1.0, 60), (1.0, 400), (2.5, 100)])
def test_auroc(apart: float, n: int) -> None:
    # Normal scores, a fifth of the cases wrong, right ones `apart` standard deviations higher.
    rng = np.random.default_rng(43)
    truth = float(ndtr(apart / math.sqrt(2)))
    covered = []
    for _ in range(TRIALS // 2):
        right = np.arange(n) >= n // 5
        covered.append(covers(auroc(rng.standard_normal(n) + apart * right, right), truth))

    assert 0.92 <= np.mean(covered) <= 0.99


@pytest.mark.parametrize("overconfidence", [0.0, 0.1])
@pytest.mark.parametrize("n", [100, 1000])
def test_calibration_error(overconfidence: float, n: int) -> None:
    rng = np.random.default_rng(44)
    covered = []
    for _ in range(TRIALS // 2):
        confidence = rng.uniform(0.6, 1.0, n)
        correct = rng.random(n) < confidence - overconfidence
        covered.append(covers(expected_calibration_error(confidence, correct), overconfidence))

    assert np.mean(covered) >= 0.95
