import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spanwise.stats.monitor import ErrorMonitor


def after(audits: list[bool], monitor: ErrorMonitor) -> ErrorMonitor:
    for error in audits:
        monitor = monitor.update(error)
    return monitor


def fresh(max_error: float = 0.02, run_length: float = 36_500) -> ErrorMonitor:
    return ErrorMonitor(max_error=max_error, run_length=run_length)


def test_one_audit_by_hand() -> None:
    monitor = fresh(0.1, 100)

    assert monitor.update(True).statistics == pytest.approx((1.5, 2, 3, 5))
    assert monitor.update(False).statistics == pytest.approx(
        (0.85 / 0.9, 0.8 / 0.9, 0.7 / 0.9, 5 / 9)
    )


def test_a_run_of_errors_raises_the_alarm_and_it_stays() -> None:
    monitor = after([False] * 200 + [True] * 20, fresh())

    assert monitor.alarmed
    assert monitor.alarm_at is not None
    assert 200 < monitor.alarm_at <= 220
    later = after([False] * 5000, monitor)
    assert later.alarm_at == monitor.alarm_at
    assert later.evidence < 1
    assert (later.audits, later.errors) == (5220, 20)


def test_the_tolerated_rate_does_not_alarm_soon() -> None:
    assert not after(([False] * 49 + [True]) * 40, fresh()).alarmed


@given(st.lists(st.booleans(), max_size=100), st.floats(0.001, 0.999))
@settings(max_examples=50)
def test_the_alarm_is_raised_when_the_evidence_is_whole(
    audits: list[bool], max_error: float
) -> None:
    monitor, first = fresh(max_error, 500), None
    for position, error in enumerate(audits, start=1):
        monitor = monitor.update(error)
        if first is None and monitor.evidence >= 1:
            first = position

    assert monitor.alarm_at == first
    assert all(m >= 0 for m in monitor.statistics)


@given(st.lists(st.booleans(), min_size=1, max_size=50), st.data())
@settings(max_examples=50)
def test_an_error_is_never_better_news(audits: list[bool], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(audits) - 1))
    right, wrong = ([*audits[:at], outcome, *audits[at + 1 :]] for outcome in (False, True))

    assert after(wrong, fresh()).evidence > after(right, fresh()).evidence


def test_the_state_survives_json_and_stays_finite() -> None:
    monitor = after([True] * 3000, fresh())

    assert msgspec.json.decode(msgspec.json.encode(monitor), type=ErrorMonitor) == monitor


@pytest.mark.parametrize(("max_error", "run_length"), [(0.0, 100), (1.0, 100), (0.1, 0.5)])
def test_bad_arguments_are_refused(max_error: float, run_length: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        fresh(max_error, run_length)
