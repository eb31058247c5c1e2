"""Password hashes: salted, checked, renewed, and computed a few at a time."""

import threading

import pytest

from spanwise.core.errors import InvalidInput, Unavailable
from spanwise.identity.passwords import Passwords

QUICK = Passwords(time_cost=1, memory_cost_kib=64, parallelism=1)
PASSWORD = "correct horse battery"


def test_a_password_matches_its_own_hash_alone() -> None:
    known = QUICK.hash(PASSWORD)
    assert known.startswith("$argon2id$")
    assert known != QUICK.hash(PASSWORD)
    assert QUICK.matches(PASSWORD, known)
    assert not QUICK.matches(PASSWORD + " ", known)
    assert not QUICK.matches(PASSWORD, None)
    assert not QUICK.matches(PASSWORD, "not a hash")


def test_nobody_signs_in_with_the_placeholder() -> None:
    assert not QUICK.matches("a password that nobody has", None)


@pytest.mark.parametrize("length", [0, 11, 257])
def test_a_password_has_a_sensible_length(length: int) -> None:
    with pytest.raises(InvalidInput, match=f"has {length} characters"):
        QUICK.hash("x" * length)


def test_a_hash_of_other_parameters_is_outdated() -> None:
    stronger = Passwords(time_cost=2, memory_cost_kib=64, parallelism=1)
    assert not QUICK.is_outdated(QUICK.hash(PASSWORD))
    assert stronger.is_outdated(QUICK.hash(PASSWORD))
    assert stronger.matches(PASSWORD, QUICK.hash(PASSWORD))


def test_the_defaults_are_those_of_rfc_9106() -> None:
    assert "$m=65536,t=3,p=4$" in Passwords().hash(PASSWORD)


def test_when_too_many_are_computed_the_rest_is_asked_to_wait() -> None:
    slow = Passwords(time_cost=60, memory_cost_kib=16_384, parallelism=1, at_once=1, wait_s=0.05)
    refused: list[Unavailable] = []

    def check() -> None:
        try:
            slow.matches(PASSWORD, None)
        except Unavailable as error:
            refused.append(error)

    threads = [threading.Thread(target=check) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 2
