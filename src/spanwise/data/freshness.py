"""Freshness: the age of a row against what its consumer asks for."""

from dataclasses import dataclass
from enum import StrEnum

from spanwise.data.lookups import ProductRow


class FreshnessState(StrEnum):
    """How a row stands at one moment."""

    FRESH = "fresh"
    STALE = "stale"
    MISSING = "missing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Freshness:
    """Age against promise.

    Attributes:
        age_ms: None where there is no row.
        max_age_ms: None where the consumer asks for no limit.
    """

    state: FreshnessState
    age_ms: int | None
    max_age_ms: int | None


def freshness(row: ProductRow | None, *, max_age_ms: int | None, now_ms: int) -> Freshness:
    """How fresh a row is now; exactly at the limit it is still fresh."""
    age_ms = None if row is None else row.age_ms(now_ms)
    if age_ms is None:
        state = FreshnessState.MISSING
    elif max_age_ms is not None and age_ms > max_age_ms:
        state = FreshnessState.STALE
    else:
        state = FreshnessState.FRESH
    return Freshness(state=state, age_ms=age_ms, max_age_ms=max_age_ms)
