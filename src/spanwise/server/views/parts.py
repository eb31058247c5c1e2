"""Parts that several pages show. Codes are those of `words`; None is unknown and is shown so."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A measured figure with what is needed to believe it.

    Attributes:
        value: in `unit`; None when it was not measured.
        low, high: bounds of the interval; one alone is a one-sided bound.
        unit: `share` for 0 to 1, otherwise as people write it (`min`, `EUR`).
        n: how many cases it rests on.
        method: how the interval was made, in words.
        reason: why the value is missing, in words.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    unit: str = "share"
    n: int | None = None
    method: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One entry of a list to choose from: what is sent, and what is read."""

    value: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why a case took its route: a reason code, and what was seen in this case."""

    code: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class InputField:
    """One field that the AI read, or would have read.

    Attributes:
        value: as text; None when the product had no value.
        known: the moment from which it is known, such as `opened`.
        age_s: age of the product's row when it was read; None when not known.
        max_age_s: what the decision point allows.
        freshness: `fresh`, `stale`, `missing` (there is no row) or `unknown`.
        withheld: whether the AI was not granted it; then there is no value here either.
    """

    name: str
    value: str | None
    product: str
    known: str
    age_s: int | None
    max_age_s: int | None
    freshness: str
    withheld: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AssetLine:
    """One locked asset of a release."""

    kind: str
    name: str
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseLock:
    """The release that a decision point runs, or that a decision was made by."""

    digest: str
    pinned_at_ms: int | None
    pinned_by: str | None
    assets: tuple[AssetLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionLine:
    """One decision in a list.

    Attributes:
        title: what the case is, in words.
        outcome: `right`, `wrong` or `unknown`, as the truth judged the recommendation.
    """

    id: str
    title: str
    decided_at_ms: int
    route: str
    recommendation: str | None
    confidence: float | None
    outcome: str = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of a funnel; a count of None was not measured."""

    text: str
    count: int | None
