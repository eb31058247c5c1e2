"""Password hashes by argon2id."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from spanwise.core.errors import InvalidInput, Unavailable

MIN_LENGTH = 12
MAX_LENGTH = 256


class Passwords:
    """Hashes and checks passwords, a few at a time, since each takes tens of megabytes.

    The defaults are the second recommended option of RFC 9106.

    Args:
        time_cost: passes over the memory.
        memory_cost_kib: memory of one hash.
        parallelism: lanes of one hash.
        at_once: how many are computed at the same time.
        wait_s: how long the next one waits for its turn.
    """

    def __init__(
        self,
        *,
        time_cost: int = 3,
        memory_cost_kib: int = 65_536,
        parallelism: int = 4,
        at_once: int = 2,
        wait_s: float = 5.0,
    ) -> None:
        self._hasher = PasswordHasher(time_cost, memory_cost_kib, parallelism)
        self._wait_s = wait_s
        self._slots = threading.BoundedSemaphore(at_once)
        self._nobodys = self._hasher.hash("a password that nobody has")

    def hash(self, password: str) -> str:
        """A salted hash.

        Raises:
            InvalidInput: the password is too short or too long.
            Unavailable: too many are being computed.
        """
        if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
            raise InvalidInput(
                f"The password has {len(password)} characters.",
                f"Choose one of {MIN_LENGTH} to {MAX_LENGTH} characters.",
                code="invalid_password",
            )
        with self._slot():
            return self._hasher.hash(_bytes(password))

    def matches(self, password: str, known: str | None) -> bool:
        """Whether the password has this hash; without one it takes as long and says no.

        Raises:
            Unavailable: too many are being computed.
        """
        with self._slot():
            try:
                self._hasher.verify(known or self._nobodys, _bytes(password[: MAX_LENGTH + 1]))
            except (VerificationError, InvalidHashError):
                return False
        return known is not None

    def is_outdated(self, known: str) -> bool:
        """Whether the hash was made with other parameters than these."""
        return self._hasher.check_needs_rehash(known)

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._slots.acquire(timeout=self._wait_s):
            raise Unavailable("Too many people are signing in.", "Try again in a few seconds.")
        try:
            yield
        finally:
            self._slots.release()


def _bytes(password: str) -> bytes:
    return password.encode(errors="surrogatepass")
