"""Identifiers that sort by time: a prefix, 48 bits of milliseconds, 80 random bits."""

from collections.abc import Callable

from spanwise.core.clock import Clock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 26
# Two characters at a time: ids are made several times per decision.
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]


class Ids:
    """Makes ids such as `dec_01jf3k…`, ordered by the clock that is passed in.

    Args:
        clock: gives the time part.
        random_bytes: gives the random part; `os.urandom` in production, a seeded source in replays.
    """

    def __init__(self, clock: Clock, random_bytes: Callable[[int], bytes]) -> None:
        self._clock = clock
        self._random_bytes = random_bytes

    def new(self, prefix: str) -> str:
        number = (self._clock.now_ms() << 80) | int.from_bytes(self._random_bytes(10), "big")
        return f"{prefix}_{_encode(number)}"


def _encode(number: int) -> str:
    pairs = []
    for _ in range(_LENGTH // 2):
        pairs.append(_PAIRS[number & 1023])
        number >>= 10
    return "".join(reversed(pairs))
