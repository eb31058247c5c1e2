import json
import math

import msgspec
import pytest

from spanwise.stats.estimate import Estimate

HALF = Estimate(value=0.5, low=0.4, high=0.6, n=100, method="Clopper–Pearson")


def test_an_estimate_survives_json() -> None:
    assert Estimate.from_dict(json.loads(json.dumps(HALF.to_dict()))) == HALF


def test_unknown_says_why() -> None:
    nothing = Estimate.unknown("no outcomes yet", n=3)

    assert (nothing.known, nothing.reason, nothing.n) == (False, "no outcomes yet", 3)
    assert nothing.half_width is None
    assert Estimate.from_dict(nothing.to_dict()) == nothing


def test_a_bare_value_is_not_known() -> None:
    bare = Estimate.bare(0.7, "one person", n=1)

    assert (bare.value, bare.known) == (0.7, False)


def test_half_width_is_half_the_interval() -> None:
    assert HALF.half_width == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("value", "low", "high", "level", "n"),
    [
        (math.nan, 0.0, 1.0, 0.95, 5),
        (0.5, 0.0, math.inf, 0.95, 5),
        (0.5, 0.6, 0.4, 0.95, 5),
        (0.5, 0.4, None, 0.95, 5),
        (None, None, None, 0.95, 5),
        (0.5, 0.4, 0.6, 1.0, 5),
        (0.5, 0.4, 0.6, 0.95, -1),
    ],
)
def test_what_is_not_an_estimate_is_refused(
    value: float | None, low: float | None, high: float | None, level: float, n: int
) -> None:
    with pytest.raises(ValueError, match=r"."):
        Estimate(value=value, low=low, high=high, n=n, method="", level=level)


def test_reading_back_refuses_what_is_inconsistent() -> None:
    with pytest.raises(msgspec.ValidationError, match="upside down"):
        Estimate.from_dict(HALF.to_dict() | {"low": 0.9})
    with pytest.raises(msgspec.ValidationError, match="method"):
        Estimate.from_dict({"value": 1, "low": 0, "high": 1, "n": 1})
