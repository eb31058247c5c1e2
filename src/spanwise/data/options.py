"""The rules in a field's `logicalTypeOptions`."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlglot import exp

from spanwise.core.errors import InvalidInput
from spanwise.data.expressions import Expression, matches, text_of
from spanwise.data.rules import Column, Rule, number, pattern_rule, unsupported

_FORMATS = {
    "email": r"\A[^@\s]+@[^@\s]+\.[^@\s]+\z",
    "uuid": r"\A[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\z",
}
# Widths beyond 53 bits add nothing: integers are bounded to 2^53 - 1 anyway.
_INTEGER_FORMATS: Mapping[str, tuple[int | None, int | None]] = {
    **{f"i{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32)},
    **{f"u{bits}": (0, 2**bits - 1) for bits in (8, 16, 32)},
    **dict.fromkeys(("i64", "i128"), (None, None)),
    **dict.fromkeys(("u64", "u128"), (0, None)),
}
_MAX_FLOAT32 = 3.4028234663852886e38
_COMPARISONS: Mapping[str, tuple[type[exp.Binary], str]] = {
    "minimum": (exp.LT, "is below"),
    "exclusiveMinimum": (exp.LTE, "is not above"),
    "maximum": (exp.GT, "is above"),
    "exclusiveMaximum": (exp.GTE, "is not below"),
}


def option_rules(column: Column, name: str, wanted: Any) -> Iterator[Rule]:
    """The rules of one option.

    Raises:
        InvalidInput: an option that is not supported for the field's type.
    """
    kind = column.kind.name
    bad: Expression
    length = exp.Length(this=column.text)
    if kind == "string" and name in ("minLength", "maxLength"):
        beyond, word = (exp.LT, "shorter") if name == "minLength" else (exp.GT, "longer")
        bad = beyond(this=length, expression=exp.convert(int(wanted)))
        yield column.rule("length", f"is {word} than {int(wanted)} characters", bad)
    elif kind == "string" and name == "pattern":
        yield pattern_rule(column, str(wanted))
    elif kind == "string" and name == "format" and wanted in _FORMATS:
        bad = exp.not_(matches(column.text, _FORMATS[wanted]))
        yield column.rule("format", f"is not of the format '{wanted}'", bad)
    elif kind in ("integer", "number", "date", "timestamp") and name in _COMPARISONS:
        yield _bound(column, name, wanted)
    elif kind == "integer" and name == "multipleOf" and float(wanted).is_integer():
        rest = exp.Mod(this=column.value, expression=exp.convert(int(wanted)))
        bad = exp.NEQ(this=rest, expression=exp.convert(0))
        yield column.rule("multiple", f"is not a multiple of {int(wanted)}", bad)
    elif kind == "integer" and name == "format":
        yield from _width(column, str(wanted))
    elif kind == "number" and name == "format":
        if wanted == "f32":
            bad = exp.GT(this=exp.Abs(this=column.value), expression=exp.convert(_MAX_FLOAT32))
            yield column.rule("format", "does not fit f32", bad)
    elif not (kind in ("date", "timestamp") and name in ("format", "timezone", "defaultTimezone")):
        raise unsupported(
            f"The option '{name}: {wanted}' of type '{kind}'",
            "Remove it, or state it as a pattern, an enum or a bound.",
        )


def _bound(column: Column, name: str, wanted: Any) -> Rule:
    beyond, words = _COMPARISONS[name]
    if column.kind.name in ("integer", "number"):
        limit = exp.convert(number(wanted, name))
    else:
        read = date if column.kind.name == "date" else datetime
        try:
            limit = _moment(read.fromisoformat(str(wanted)))
        except (ValueError, OverflowError):
            raise InvalidInput(
                f"The {name} '{str(wanted)[:40]}' is not an ISO 8601 {column.kind.name}.",
                "Write it as 2026-01-31 or 2026-01-31T00:00:00Z.",
                code="unsupported_rule",
            ) from None
    bad = beyond(this=column.value, expression=limit)
    return column.rule(name, f"{words} {wanted}", bad)


def _moment(moment: date | datetime) -> Expression:
    if not isinstance(moment, datetime):
        return exp.cast(text_of(moment.isoformat()), "DATE")
    offset = moment.utcoffset()
    utc = moment.replace(tzinfo=None) - offset if offset is not None else moment
    return exp.cast(
        text_of(utc.isoformat(sep=" ")), exp.DataType.build("TIMESTAMP", dialect="duckdb")
    )


def _width(column: Column, wanted: str) -> Iterator[Rule]:
    for limit, comparison in zip(_INTEGER_FORMATS[wanted], (exp.LT, exp.GT), strict=True):
        if limit is not None:
            bad = comparison(this=column.value, expression=exp.convert(limit))
            yield column.rule("format", f"does not fit {wanted}", bad)
