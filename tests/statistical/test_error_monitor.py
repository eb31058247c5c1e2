"""Ten audits a day at a tolerated error of 2%, tuned to one false alarm in ten years."""

import numpy as np
import pytest

from spanwise.stats.monitor import ErrorMonitor

PER_DAY = 10
YEAR = 365 * PER_DAY


def watch(errors: list[bool]) -> int | None:
    """The audit that raises the alarm."""
    monitor = ErrorMonitor(max_error=0.02, run_length=10 * YEAR)
    for error in errors:
        monitor = monitor.update(error)
        if monitor.alarmed:
            break
    return monitor.alarm_at


def test_false_alarms_are_rare_at_the_tolerated_error() -> None:
    rng = np.random.default_rng(31)

    alarms = [watch((rng.random(YEAR) < 0.02).tolist()) is not None for _ in range(300)]

    # .056 a year, and never more than one in ten years.
    assert np.mean(alarms) == pytest.approx(0.056, abs=0.035)
    assert np.mean(alarms) <= 0.1


def test_a_rise_from_one_to_five_percent_is_found_in_a_month() -> None:
    rng = np.random.default_rng(32)
    quiet = 100 * PER_DAY
    delays = []
    for _ in range(200):
        errors = np.concatenate([rng.random(quiet) < 0.01, rng.random(YEAR) < 0.05])
        alarm = watch(errors.tolist())
        assert alarm is not None
        delays.append((alarm - quiet) / PER_DAY)

    assert np.median(delays) == pytest.approx(32, abs=4)
