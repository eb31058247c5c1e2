"""Draws are repeatable with the key, and as frequent as they say."""

import pytest

from spanwise.routing.sampling import Draw, Sampler


def test_one_subject_is_always_drawn_alike() -> None:
    first, second = Sampler(b"k" * 32), Sampler(b"k" * 32)
    subjects = [f"dec_{i}" for i in range(50)]
    assert [first.draw("audit", s, 0.5) for s in subjects] == [
        second.draw("audit", s, 0.5) for s in subjects
    ]


def test_the_share_drawn_is_the_rate() -> None:
    sampler = Sampler(b"k" * 32)
    drawn = sum(sampler.draw("audit", f"dec_{i}", 0.05).drawn for i in range(20_000))
    assert 900 <= drawn <= 1_100  # 1,000 ± 3.2 standard deviations


def test_a_rate_of_nothing_draws_nothing_and_says_so() -> None:
    assert Sampler(b"k" * 32).draw("holdout", "dec_1", 0.0) == Draw(False, 0.0)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Sampler(b"short")
