"""Ids sort by the time at which they were made."""

import os
import re
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from spanwise.core.clock import FixedClock
from spanwise.core.ids import Ids

moments = st.integers(0, 2**48 - 1)
seeds = st.integers(0, 99)


def made_at(now_ms: int, seed: int) -> str:
    return Ids(FixedClock(now_ms), Random(seed).randbytes).new("dec")


@given(moments, moments, seeds, seeds)
def test_the_later_one_sorts_later(first: int, second: int, seed: int, other: int) -> None:
    if first < second:
        assert made_at(first, seed) < made_at(second, other)


@given(moments, seeds)
def test_an_id_says_what_it_is_of_and_fits_everywhere(now_ms: int, seed: int) -> None:
    assert re.fullmatch("dec_[0-9a-hjkmnp-tv-z]{26}", made_at(now_ms, seed))


def test_one_source_follows_its_clock() -> None:
    clock = FixedClock(1)
    ids = Ids(clock, os.urandom)
    made = []
    for _ in range(100):
        made.append(ids.new("aud"))
        clock.advance(1)
    assert made == sorted(made)


def test_in_one_millisecond_chance_keeps_ids_apart() -> None:
    ids = Ids(FixedClock(1), os.urandom)
    assert len({ids.new("aud") for _ in range(10_000)}) == 10_000


def test_the_same_time_and_the_same_chance_repeat_an_id() -> None:
    assert made_at(1, seed=7) == made_at(1, seed=7) != made_at(1, seed=8)
