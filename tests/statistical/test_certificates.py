"""The certificate's promise: accepted cases keep the tolerated error, in 1 − delta of all draws.

The score is 1 − u with u uniform. In the good model a case is wrong with probability u⁴/2, so
the share c of most confident cases has error c⁴/10 and the best coverage at a tolerated error α
is (10α)^¼: .841, .669 and .562 at 5%, 2% and 1%. In the bump model the 5% most confident cases
are wrong in 6%. In the null model every case is wrong with a probability just above α.
"""

import math

import numpy as np
import numpy.typing as npt
import pytest

from spanwise.stats.certify import certify

TRIALS = 1000
DELTA = 0.05
# Three Monte Carlo standard errors above the promise.
MOST_VIOLATIONS = DELTA + 3 * math.sqrt(DELTA * (1 - DELTA) / TRIALS)

Values = npt.NDArray[np.float64]


def chance_of_error(model: str, u: Values, max_error: float) -> Values:
    if model == "null":
        return np.full_like(u, 1.0001 * max_error)
    wrong: Values = u**4 / 2
    return np.where(u < 0.05, 0.06, wrong) if model == "bump" else wrong


def true_error(model: str, coverage: float, max_error: float) -> float:
    if model == "null":
        return 1.0001 * max_error
    if model == "bump":
        bump = min(coverage, 0.05)
        return (0.06 * bump + (coverage**5 - bump**5) / 10) / coverage
    return coverage**4 / 10


def run(model: str, n: int, max_error: float, starts: int = 4) -> tuple[float, float]:
    """Mean coverage and share of violations over the trials."""
    rng = np.random.default_rng(n + round(1000 * max_error))
    coverages, violations = [], 0
    for _ in range(TRIALS):
        u = rng.random(n)
        correct = rng.random(n) >= chance_of_error(model, u, max_error)
        answer = certify(1 - u, correct, max_error=max_error, delta=DELTA, starts=starts)
        coverages.append(answer.coverage)
        if answer.threshold is not None:
            violations += true_error(model, 1 - answer.threshold, max_error) > max_error
    return float(np.mean(coverages)), violations / TRIALS


@pytest.mark.parametrize(
    ("max_error", "n", "expected"),
    [
        (0.05, 200, 0.441),
        (0.05, 500, 0.716),
        (0.05, 2000, 0.783),
        (0.02, 200, 0.010),
        (0.02, 500, 0.224),
        (0.02, 2000, 0.579),
        (0.01, 200, 0.0),
        (0.01, 500, 0.0),
        (0.01, 2000, 0.374),
    ],
)
def test_a_good_confidence_is_used_and_never_overused(
    max_error: float, n: int, expected: float
) -> None:
    coverage, violations = run("good", n, max_error)

    # Coverage is all or nothing in the hard cells: its spread is at most about 0.36 a trial.
    assert coverage == pytest.approx(expected, abs=4 * 0.36 / math.sqrt(TRIALS))
    assert coverage < (10 * max_error) ** 0.25
    assert violations <= MOST_VIOLATIONS


def test_a_bad_patch_at_the_top_needs_more_than_one_start() -> None:
    four, violations = run("bump", 2000, 0.05)
    one, _ = run("bump", 2000, 0.05, starts=1)

    assert four == pytest.approx(0.757, abs=0.02)
    assert one < 0.05
    assert violations <= MOST_VIOLATIONS


@pytest.mark.parametrize("max_error", [0.05, 0.02, 0.01])
def test_a_confidence_that_is_never_good_enough_is_certified_rarely(max_error: float) -> None:
    _, violations = run("null", 2000, max_error)

    assert 0.005 <= violations <= MOST_VIOLATIONS


def test_ties_do_not_break_the_promise() -> None:
    rng = np.random.default_rng(7)
    violations = 0
    for _ in range(TRIALS):
        tenth = rng.integers(0, 10, 1000)
        # The error of the accepted crosses 5% at the fifth of ten scores.
        correct = rng.random(1000) >= np.where(tenth >= 5, 0.045, 0.085)
        threshold = certify(tenth, correct, max_error=0.05).threshold
        violations += threshold is not None and threshold < 4

    assert violations / TRIALS <= MOST_VIOLATIONS


def test_picking_the_best_looking_threshold_would_break_it() -> None:
    rng = np.random.default_rng(9)
    violations = 0
    for _ in range(TRIALS):
        u = np.sort(rng.random(2000))
        errors = np.cumsum(rng.random(2000) < u**4 / 2)
        fits = np.flatnonzero(errors <= 0.05 * np.arange(1, 2001))
        violations += true_error("good", u[fits[-1]], 0.05) > 0.05

    assert 0.4 < violations / TRIALS < 0.6
