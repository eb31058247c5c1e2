"""Throttling of sign-in: a bounded count of attempts per login, in memory."""

import threading
from collections import OrderedDict

from spanwise.core.clock import MINUTE_MS
from spanwise.core.errors import RateLimited


class Throttle:
    """Refuses a login that failed too often lately.

    It counts in this process alone. When it is full it forgets the login that was tried longest
    ago; with password hashes computed a few at a time, filling it takes longer than the window.

    Args:
        attempts: how many are let through in one window.
        window_ms: how long a count lasts, from its first attempt.
        capacity: how many logins are counted.
    """

    def __init__(
        self, *, attempts: int = 10, window_ms: int = 15 * MINUTE_MS, capacity: int = 50_000
    ) -> None:
        self._attempts = attempts
        self._window_ms = window_ms
        self._capacity = capacity
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._lock = threading.Lock()

    def attempt(self, login: str, now_ms: int) -> bool:
        """Counts an attempt before it is made, so that parallel ones count too.

        Returns:
            Whether it is the last one in this window.

        Raises:
            RateLimited: there were too many.
        """
        with self._lock:
            started_ms, count = self._counts.get(login, (now_ms, 0))
            if now_ms - started_ms >= self._window_ms:
                started_ms, count = now_ms, 0
            if count >= self._attempts:
                minutes = -(-(started_ms + self._window_ms - now_ms) // MINUTE_MS)
                raise RateLimited(
                    "Too many attempts to sign in with this login.",
                    f"Try again in {minutes} min.",
                )
            self._counts[login] = (started_ms, count + 1)
            self._counts.move_to_end(login)
            if len(self._counts) > self._capacity:
                self._counts.popitem(last=False)
            return count + 1 == self._attempts

    def succeeded(self, login: str) -> None:
        """Forgets the attempts of a login that has signed in."""
        with self._lock:
            self._counts.pop(login, None)
