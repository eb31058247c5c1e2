"""Identifiers that sort by time: a prefix, 48 bits of milliseconds, 80 random bits."""

from collections.abc import Callable

from spanwise.core.clock import Clock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_TIME_LENGTH, _RANDOM_LENGTH = 10, 16
_DRAWN_TOGETHER = 64
# A random byte stands for the character of its last five bits: all are equally likely.
_CHARACTERS = bytes(ord(_ALPHABET[byte % 32]) for byte in range(256))


class Ids:
    """Makes ids such as `dec_01jf3k…`, ordered by the clock that is passed in.

    Random bytes are drawn for many ids at once: to draw is a call of the operating system, and
    each call lets other threads run in between.

    Args:
        clock: gives the time part.
        random_bytes: gives the random part; `os.urandom` in production, a seeded source in replays.
    """

    def __init__(self, clock: Clock, random_bytes: Callable[[int], bytes]) -> None:
        self._clock = clock
        self._random_bytes = random_bytes
        self._random_parts: list[str] = []
        self._last_time = (-1, "")  # ids of one millisecond share their time part

    def new(self, prefix: str) -> str:
        now_ms = self._clock.now_ms()
        at_ms, time_part = self._last_time
        if at_ms != now_ms:
            time_part = _encode_time(now_ms)
            self._last_time = (now_ms, time_part)
        try:
            random_part = self._random_parts.pop()
        except IndexError:
            random_part = self._draw()
        return f"{prefix}_{time_part}{random_part}"

    def _draw(self) -> str:
        """One random part; the others that were drawn with it are kept for the next ids."""
        drawn = self._random_bytes(_RANDOM_LENGTH * _DRAWN_TOGETHER)
        text = drawn.translate(_CHARACTERS).decode()
        first, *others = (
            text[at : at + _RANDOM_LENGTH] for at in range(0, len(text), _RANDOM_LENGTH)
        )
        self._random_parts.extend(others)
        return first


def _encode_time(at_ms: int) -> str:
    shifts = range(5 * (_TIME_LENGTH - 1), -1, -5)
    return "".join(_ALPHABET[at_ms >> shift & 31] for shift in shifts)
