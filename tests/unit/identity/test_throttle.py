"""The throttle counts attempts per login, in bounded memory, by the clock that it is given."""

import pytest

from spanwise.core.errors import RateLimited
from spanwise.identity.throttle import Throttle


def test_attempts_are_counted_before_they_are_made() -> None:
    throttle = Throttle(attempts=3, window_ms=1_000)
    assert [throttle.attempt("dana", 0) for _ in range(3)] == [False, False, True]
    with pytest.raises(RateLimited, match="Try again in 1 min"):
        throttle.attempt("dana", 999)
    assert not throttle.attempt("dana", 1_000)


def test_logins_are_counted_apart() -> None:
    throttle = Throttle(attempts=1, window_ms=1_000)
    assert throttle.attempt("dana", 0)
    assert throttle.attempt("sam", 0)


def test_success_forgets_the_failures() -> None:
    throttle = Throttle(attempts=2, window_ms=1_000)
    throttle.attempt("dana", 0)
    throttle.succeeded("dana")
    assert not throttle.attempt("dana", 0)


def test_the_count_longest_untouched_is_forgotten_when_full() -> None:
    throttle = Throttle(attempts=1, window_ms=1_000, capacity=2)
    for login in ("dana", "sam", "lee"):
        throttle.attempt(login, 0)
    throttle.attempt("dana", 0)
    with pytest.raises(RateLimited):
        throttle.attempt("lee", 0)
