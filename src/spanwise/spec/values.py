"""Durations, rates and money, as people write them and as the code uses them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, TypeAlias, TypeVar

from pydantic import BeforeValidator, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from spanwise.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from spanwise.core.errors import InvalidInput

_T = TypeVar("_T")

_UNITS_MS = {"d": DAY_MS, "h": HOUR_MS, "m": MINUTE_MS, "s": SECOND_MS, "ms": 1}
_DURATION = re.compile(r"([1-9][0-9]{0,8}) ?(ms|s|m|h|d)", re.ASCII)
_MONEY = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,4})?) ([A-Z]{3})", re.ASCII)
_DECIMAL = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?", re.ASCII)
_MAX_DURATION_MS = 3_660 * DAY_MS


class Rate(float):
    """A share from 0 to 1 that remembers its exact decimal value.

    It computes as a float; `text` is what is hashed and stored.
    """

    text: str

    def __new__(cls, value: Decimal) -> "Rate":
        rate = super().__new__(cls, value)
        rate.text = f"{value.normalize():f}"
        return rate

    def __getnewargs__(self) -> tuple[Decimal]:  # type: ignore[override]
        """Copies keep the decimal value."""
        return (Decimal(self.text),)

    @property
    def percent(self) -> str:
        """For people: `2%`."""
        return f"{(Decimal(self.text) * 100).normalize():f}%"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, never negative, in a currency of three letters (ISO 4217)."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"


def parse_duration(value: object) -> int:
    """Milliseconds of `400ms`, `90s`, `15m`, `4h` or `30d`.

    Raises:
        InvalidInput: no whole number above zero with a unit, or longer than ten years.
    """
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise InvalidInput(
            f"{_shown(value)} is not a duration.",
            "Write a whole number above zero and its unit: 400ms, 90s, 15m, 4h or 30d.",
            code="invalid_duration",
        )
    duration_ms = int(match[1]) * _UNITS_MS[match[2]]
    if duration_ms > _MAX_DURATION_MS:
        raise InvalidInput(
            f"{_shown(value)} is longer than ten years.",
            "Write a shorter duration.",
            code="invalid_duration",
        )
    return duration_ms


def format_duration(duration_ms: int) -> str:
    """The shortest text that `parse_duration` reads back: `4h` rather than `240m`."""
    unit = next(unit for unit, unit_ms in _UNITS_MS.items() if duration_ms % unit_ms == 0)
    return f"{duration_ms // _UNITS_MS[unit]}{unit}"


def parse_rate(value: object) -> Rate:
    """A share from 0 to 1, written `2%` or `0.02`.

    Raises:
        InvalidInput: neither form, or outside 0 to 100%.
    """
    if isinstance(value, Rate):
        return value
    share = _decimal_share(value)
    if share is None or not 0 <= share <= 1:
        raise InvalidInput(
            f"{_shown(value)} is not a rate between 0% and 100%.",
            "Write it as a percentage, 2%, or as a share, 0.02.",
            code="invalid_rate",
        )
    return Rate(share)


def parse_money(value: object) -> Money:
    """An amount with its currency, written `45 EUR` or `0.25 EUR`.

    Raises:
        InvalidInput: not that form.
    """
    if isinstance(value, Money):
        return value
    match = _MONEY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise InvalidInput(
            f"{_shown(value)} is not an amount of money.",
            "Write the amount, a space and the currency: 45 EUR.",
            code="invalid_money",
        )
    return Money(Decimal(match[1]).normalize(), match[2])


def _decimal_share(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = value.strip() if isinstance(value, str) else repr(value)
    number = text.removesuffix("%").rstrip()
    try:
        # A float's repr may be in scientific form; text from a person may not.
        exact = Decimal(number) if isinstance(value, float) else _plain_decimal(number)
    except InvalidOperation:
        return None
    if exact is None or not exact.is_finite():
        return None
    return exact / 100 if text.endswith("%") else exact


def _plain_decimal(text: str) -> Decimal | None:
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def _shown(value: object) -> str:
    return repr(value)[:60]


def _checked(read: Callable[[object], _T]) -> Callable[[object], _T]:
    def validate(value: object) -> _T:
        try:
            return read(value)
        except InvalidInput as error:
            raise refusal(error.message, error.fix, code=error.code) from error

    return validate


def refusal(message: str, fix: str, *, code: str) -> PydanticCustomError:
    """What a validator of a model raises, so that the fix survives."""
    return PydanticCustomError(
        "spanwise", "{message}", {"code": code, "message": message, "fix": fix}
    )


_DURATION_SCHEMA = {
    "type": "string",
    "pattern": "^[1-9][0-9]{0,8} ?(ms|s|m|h|d)$",
    "examples": ["4h"],
}
_RATE_SCHEMA = {
    "anyOf": [
        {"type": "string", "pattern": "^[0-9]{1,12}([.][0-9]{1,12})? ?%?$", "examples": ["2%"]},
        {"type": "number", "minimum": 0, "maximum": 1},
    ]
}
_MONEY_SCHEMA = {
    "type": "string",
    "pattern": "^[0-9]{1,12}([.][0-9]{1,4})? [A-Z]{3}$",
    "examples": ["45 EUR"],
}

DurationMs: TypeAlias = Annotated[
    int,
    BeforeValidator(_checked(parse_duration)),
    PlainSerializer(format_duration, when_used="json"),
    WithJsonSchema(_DURATION_SCHEMA),
]
RateValue: TypeAlias = Annotated[
    Rate,
    PlainValidator(_checked(parse_rate)),
    PlainSerializer(lambda rate: rate.text, when_used="json"),
    WithJsonSchema(_RATE_SCHEMA),
]
MoneyValue: TypeAlias = Annotated[
    Money,
    PlainValidator(_checked(parse_money)),
    PlainSerializer(str, when_used="json"),
    WithJsonSchema(_MONEY_SCHEMA),
]
