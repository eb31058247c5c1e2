"""Time is whole milliseconds in UTC; text says it in RFC 3339, there and back."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spanwise.core.clock import (
    DAY_MS,
    HOUR_MS,
    FixedClock,
    SystemClock,
    from_rfc3339,
    to_datetime,
    to_rfc3339,
)

YEAR_9999_MS = 253_402_300_799_999


@given(st.integers(0, YEAR_9999_MS))
@example(1_772_442_000_001)
def test_a_moment_survives_being_written_down(at_ms: int) -> None:
    assert from_rfc3339(to_rfc3339(at_ms)) == at_ms


def test_the_text_is_in_utc_to_the_millisecond() -> None:
    assert to_rfc3339(1_772_442_000_007) == "2026-03-02T09:00:00.007Z"
    assert to_datetime(1_772_442_000_007).isoformat() == "2026-03-02T09:00:00.007000+00:00"


@pytest.mark.parametrize(
    ("text", "at_ms"),
    [
        ("2026-03-02T09:00:00Z", 1_772_442_000_000),
        ("2026-03-02T10:00:00+01:00", 1_772_442_000_000),
        ("2026-03-02T09:00:00.0019Z", 1_772_442_000_001),
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59.999Z", -1),
    ],
)
def test_an_offset_is_taken_into_account(text: str, at_ms: int) -> None:
    assert from_rfc3339(text) == at_ms


@pytest.mark.parametrize("text", ["2026-03-02T09:00:00", "2026-03-02", "yesterday", ""])
def test_a_time_that_could_be_anywhere_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"offset|isoformat"):
        from_rfc3339(text)


def test_a_fixed_clock_moves_only_when_told_to_and_only_forward() -> None:
    clock = FixedClock(HOUR_MS)
    assert clock.now_ms() == clock.now_ms() == HOUR_MS
    clock.advance(1)
    clock.move_to(DAY_MS)
    assert clock.now_ms() == DAY_MS
    with pytest.raises(ValueError, match="go back"):
        clock.move_to(DAY_MS - 1)


def test_the_wall_clock_tells_the_time_of_the_day() -> None:
    before = time.time_ns() // 1_000_000
    assert before <= SystemClock().now_ms() <= before + 60_000
