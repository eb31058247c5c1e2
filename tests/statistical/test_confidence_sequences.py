"""Intervals that are looked at again and again still cover."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from spanwise.stats.clusters import difference_of_means
from spanwise.stats.estimate import Estimate
from spanwise.stats.moments import Moments
from spanwise.stats.sequences import betting_interval, difference_sequence
from spanwise.stats.weights import audited_error

DAYS = 60
Values = npt.NDArray[np.float64]


def misses(estimate: Estimate, truth: float) -> bool:
    if estimate.low is None or estimate.high is None:
        return False
    return not estimate.low <= truth <= estimate.high


def false_positives(
    draw: Callable[[int], Values], per_day: int, treated_share: float, trials: int, rng_seed: int
) -> tuple[float, float]:
    """Share of 60-day runs without an effect in which some daily look finds one."""
    rng = np.random.default_rng(rng_seed)
    by_t_test = by_sequence = 0
    for _ in range(trials):
        values, treated = draw(DAYS * per_day), rng.random(DAYS * per_day) < treated_share
        once = always = False
        for day in range(2, DAYS + 1):
            seen = slice(0, day * per_day)
            ai, human = (
                Moments.of(values[seen][treated[seen]]),
                Moments.of(values[seen][~treated[seen]]),
            )
            once |= misses(difference_of_means(human, ai), 0.0)
            planned = difference_sequence(human, ai, tightest_at=DAYS * per_day)
            always |= misses(planned, 0.0)
        by_t_test += once
        by_sequence += always
    return by_t_test / trials, by_sequence / trials


def test_sixty_daily_looks_without_an_effect() -> None:
    by_t_test, by_sequence = false_positives(
        np.random.default_rng(21).standard_normal, 20, 0.5, trials=400, rng_seed=22
    )

    assert by_t_test == pytest.approx(0.333, abs=0.08)
    assert by_sequence <= 0.05


def test_a_tenth_held_out_and_durations_with_a_tail() -> None:
    rng = np.random.default_rng(23)

    _, by_sequence = false_positives(
        lambda n: rng.lognormal(0, 1, n), 50, 0.9, trials=400, rng_seed=24
    )

    # Asymptotic, so not exact: .043 over 1,000 runs, and three Monte Carlo standard errors.
    assert by_sequence <= 0.075


@pytest.mark.parametrize("error", [0.02, 0.3])
def test_betting_covers_at_every_n_at_once(error: float) -> None:
    # The interval after n cases is the intersection of all before it.
    rng = np.random.default_rng(25)

    missed = [misses(betting_interval(rng.random(500) < error), error) for _ in range(500)]

    assert np.mean(missed) <= 0.05


def test_audits_with_unequal_chances_cover_the_error_of_all() -> None:
    rng = np.random.default_rng(26)
    truth = 0.1 * 0.2 + 0.9 * 0.02
    missed, widths = [], []
    for _ in range(300):
        risky = rng.random(8000) < 0.1
        wrong = rng.random(8000) < np.where(risky, 0.2, 0.02)
        chance = np.where(risky, 0.5, 0.05)
        audited = rng.random(8000) < chance
        error = audited_error(wrong[audited], chance[audited], min_probability=0.05)
        missed.append(misses(error, truth))
        widths.append(error.half_width)

    assert np.mean(missed) <= 0.05
    assert max(width for width in widths if width is not None) < 0.06
