"""Time as whole milliseconds since the Unix epoch, in UTC, from a clock that is passed in."""

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Whatever tells the time. Nothing in the product reads the wall clock by another way."""

    def now_ms(self) -> int: ...


class SystemClock:
    """The wall clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


class FixedClock:
    """A clock that moves only when told to: tests and replays of history."""

    def __init__(self, now_ms: int) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        return self._now_ms

    def advance(self, by_ms: int) -> None:
        if by_ms < 0:
            raise ValueError("time does not go back")
        self._now_ms += by_ms

    def move_to(self, now_ms: int) -> None:
        self.advance(now_ms - self._now_ms)


def to_datetime(at_ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=at_ms)


def to_rfc3339(at_ms: int) -> str:
    """`2026-03-01T09:30:00.000Z`."""
    at_s, ms = divmod(at_ms, SECOND_MS)
    return f"{_second_text(at_s)}.{ms:03d}Z"


@lru_cache(maxsize=4_096)
def _second_text(at_s: int) -> str:
    """Cases come many in a second, and rows are read again: the text is made once."""
    return to_datetime(at_s * SECOND_MS).replace(tzinfo=None).isoformat()


def from_rfc3339(text: str) -> int:
    """Milliseconds of a timestamp.

    Raises:
        ValueError: not a timestamp, or one without an offset.
    """
    parsed = datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        raise ValueError(f"timestamp without an offset: {text!r}")
    return (parsed - _EPOCH) // timedelta(milliseconds=1)
