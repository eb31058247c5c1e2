"""How numbers and times are written."""

import pytest

from spanwise.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, from_rfc3339
from spanwise.server.views import text

NOW_MS = from_rfc3339("2026-03-12T14:20:00Z")


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (0.8641, "86.4%"),
        (0.86, "86%"),
        (1.0, "100%"),
        (0.0, "0%"),
        (0.0035, "0.35%"),
        (-0.012, "−1.2%"),
        (None, "unknown"),
    ],
)
def test_a_share_is_a_percentage(share: float | None, written: str) -> None:
    assert text.percent(share) == written


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (0.5, "share", "50%"),
        (3.44, "min", "3.4 min"),
        (1_234.5, "EUR", "1,234.50 EUR"),
        (0.0004, "EUR", "0.0004 EUR"),
        (-2.0, "min", "−2.0 min"),
        (17.1, "", "17.1"),
        (None, "EUR", "unknown"),
    ],
)
def test_an_amount_has_its_unit(value: float | None, unit: str, written: str) -> None:
    assert text.amount(value, unit) == written


def test_an_interval_may_have_one_end() -> None:
    assert text.interval(0.8, 0.9, "share") == "80% to 90%"
    assert text.interval(0.8, None, "share") == "at least 80%"
    assert text.interval(None, 0.02, "share") == "at most 2%"
    assert text.interval(None, None, "share") == "unknown"


@pytest.mark.parametrize(
    ("length_ms", "written"),
    [
        (0, "0 ms"),
        (180, "180 ms"),
        (45 * SECOND_MS, "45 s"),
        (4 * HOUR_MS + 12 * MINUTE_MS, "4 h 12 min"),
        (2 * DAY_MS + 3 * MINUTE_MS, "2 d"),
        (None, "unknown"),
    ],
)
def test_a_length_of_time_has_two_parts_at_most(length_ms: int | None, written: str) -> None:
    assert text.duration(length_ms) == written


@pytest.mark.parametrize(
    ("away_ms", "written"),
    [
        (-12 * MINUTE_MS, "12 min ago"),
        (3 * HOUR_MS, "in 3 h"),
        (-2 * SECOND_MS, "now"),
        (-5 * SECOND_MS, "5 s ago"),
        (-90 * DAY_MS, "12 Dec 2025"),
    ],
)
def test_a_moment_is_told_from_now(away_ms: int, written: str) -> None:
    assert text.relative(NOW_MS + away_ms, NOW_MS) == written


def test_a_moment_is_told_in_full() -> None:
    assert text.absolute(NOW_MS) == "12 Mar 2026, 14:20 UTC"
    assert text.timestamp(NOW_MS) == "2026-03-12T14:20:00.000Z"


def test_small_words() -> None:
    assert text.count(12_480) == "12,480"
    assert text.count(None) == "unknown"
    assert text.age(0) == "0 s"
    assert text.age(None) == "unknown"
    assert text.age(5_400) == "1 h 30 min"
    assert text.short("9f3c1a7be04d5526") == "9f3c1a7be04d"
    assert text.short(None) == "unknown"
    assert [text.initials(name) for name in ("Dana Ito", "Lee", "Ana de Silva", "")] == [
        "DI",
        "L",
        "AS",
        "",
    ]
