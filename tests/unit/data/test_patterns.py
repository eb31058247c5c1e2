"""One dialect of patterns, the same on every engine."""

import re

import pytest

from spanwise.core.errors import InvalidInput
from spanwise.data.patterns import portable


@pytest.mark.parametrize(
    ("pattern", "portable_pattern"),
    [
        (r"\d{3}", r"\A(?:[0-9]{3})\z"),
        (r"[\w-]+", r"\A(?:[A-Za-z0-9_-]+)\z"),
        (r"\D\W\S", r"\A(?:[^0-9][^A-Za-z0-9_][^ \t\n\r\f\v])\z"),
        (r"a|b", r"\A(?:a|b)\z"),
        (r"^C[0-9]+$", r"\A(?:^C[0-9]+$)\z"),
        (r"(?:ab)?\.", r"\A(?:(?:ab)?\.)\z"),
    ],
)
def test_classes_are_ascii_and_both_ends_anchored(pattern: str, portable_pattern: str) -> None:
    assert portable(pattern) == portable_pattern


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        (r"(?=x)", "group '(?='"),
        (r"(?i)x", "group '(?i'"),
        (r"(?P<a>x)", "group '(?P'"),
        (r"(a)\1", r"escape '\1'"),
        (r"\p{L}", r"escape '\p'"),
        (r"\bx", r"escape '\b'"),
        (r"[\D]", r"escape '\D'"),
        ("x\\", "escape '\\'"),
        (r"[[:alpha:]]", "nested character class"),
        ("x" * 1_001, "1001 characters"),
    ],
)
def test_what_engines_read_differently_is_refused_by_name(pattern: str, named: str) -> None:
    with pytest.raises(InvalidInput, match=re.escape(named)):
        portable(pattern)
