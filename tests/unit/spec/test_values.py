import copy
import pickle
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spanwise.core.clock import DAY_MS, HOUR_MS
from spanwise.core.errors import InvalidInput
from spanwise.spec.values import (
    Money,
    format_duration,
    parse_duration,
    parse_money,
    parse_rate,
)


@pytest.mark.parametrize(
    ("text", "duration_ms"),
    [("400ms", 400), ("90s", 90_000), ("15m", 900_000), ("4h", 4 * HOUR_MS), ("30 d", 30 * DAY_MS)],
)
def test_a_duration_is_a_whole_number_and_a_unit(text: str, duration_ms: int) -> None:
    assert parse_duration(text) == duration_ms


@pytest.mark.parametrize(
    "wrong", ["4", 4, "4 hours", "-4h", "0h", "1.5h", "4H", "٤h", None, True, ""]
)
def test_a_duration_without_a_unit_is_refused(wrong: object) -> None:
    with pytest.raises(InvalidInput, match="is not a duration") as caught:
        parse_duration(wrong)
    assert "4h" in caught.value.fix


def test_a_duration_of_more_than_ten_years_is_refused() -> None:
    with pytest.raises(InvalidInput, match="ten years"):
        parse_duration("999999999d")


@given(st.integers(1, 3_000 * DAY_MS))
def test_a_duration_is_written_so_that_it_is_read_back(duration_ms: int) -> None:
    if duration_ms % 1_000 or duration_ms < 999_999_999:
        duration_ms = duration_ms % 999_999_999 or 1
    assert parse_duration(format_duration(duration_ms)) == duration_ms


def test_a_duration_is_written_in_its_largest_unit() -> None:
    assert format_duration(240 * 60_000) == "4h"


@pytest.mark.parametrize("written", ["2%", "2 %", "0.02", 0.02, "2.0%", "0.020"])
def test_a_rate_has_one_exact_text_however_it_is_written(written: object) -> None:
    rate = parse_rate(written)
    assert (rate, rate.text, rate.percent) == (0.02, "0.02", "2%")


@pytest.mark.parametrize(
    "wrong",
    ["2", 2, -0.1, "-1%", "101%", "two", "", "%", "1e-2", "nan", float("nan"), True, None, []],
)
def test_what_is_not_between_none_and_all_is_no_rate(wrong: object) -> None:
    with pytest.raises(InvalidInput, match="is not a rate") as caught:
        parse_rate(wrong)
    assert "2%" in caught.value.fix


@given(st.decimals(0, 1, places=6))
def test_a_rate_keeps_its_decimal_value(value: Decimal) -> None:
    rate = parse_rate(str(value))
    assert Decimal(rate.text) == value
    assert parse_rate(rate.text).text == rate.text
    assert parse_rate(rate.percent).text == rate.text


def test_copies_of_a_rate_keep_its_text() -> None:
    rate = parse_rate("12.5%")
    assert copy.deepcopy(rate).text == pickle.loads(pickle.dumps(rate)).text == "0.125"  # noqa: S301


def test_money_is_an_amount_and_a_currency() -> None:
    assert parse_money("45.50 EUR") == Money(Decimal("45.5"), "EUR")
    assert str(parse_money("45.00 EUR")) == "45 EUR"
    assert str(parse_money("4500 EUR")) == "4500 EUR"


@pytest.mark.parametrize(
    "wrong", ["45", "EUR 45", "45EUR", "-45 EUR", "45 euro", 45, "1e3 EUR", None]
)
def test_an_amount_without_a_currency_is_refused(wrong: object) -> None:
    with pytest.raises(InvalidInput, match="not an amount of money") as caught:
        parse_money(wrong)
    assert "45 EUR" in caught.value.fix
