"""Age against promise, at one moment."""

import pytest

from spanwise.data.freshness import FreshnessState, freshness
from spanwise.data.lookups import ProductRow

NOW_MS = 1_000_000


@pytest.mark.parametrize(
    ("as_of_ms", "max_age_ms", "age_ms", "state"),
    [
        (NOW_MS - 500, 500, 500, FreshnessState.FRESH),
        (NOW_MS - 501, 500, 501, FreshnessState.STALE),
        (NOW_MS - 501, None, 501, FreshnessState.FRESH),
        (NOW_MS + 10, 500, 0, FreshnessState.FRESH),
        (None, 500, None, FreshnessState.MISSING),
    ],
)
def test_a_row_is_fresh_up_to_its_limit(
    as_of_ms: int | None, max_age_ms: int | None, age_ms: int | None, state: FreshnessState
) -> None:
    row = None if as_of_ms is None else ProductRow({}, as_of_ms, "bat_1")
    found = freshness(row, max_age_ms=max_age_ms, now_ms=NOW_MS)
    assert (found.age_ms, found.state) == (age_ms, state)
