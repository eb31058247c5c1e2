"""The logical types: how a text becomes a value, and how the value is kept as JSON."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from spanwise.core.errors import InvalidInput
from spanwise.data.dates import ISO_TIME, TimeFormat, from_java
from spanwise.data.expressions import Expression, matches, text_of
from spanwise.spec.models.contracts import ContractField
from spanwise.spec.models.products import ProductFormat

# The largest integer that every reader of JSON keeps exact.
MAX_INTEGER = 2**53 - 1
_INTEGER = r"\A[+-]?[0-9]{1,16}\z"
_NUMBER = r"\A[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\z"
_BOOLEAN = r"\A(?:[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])\z"

Make = Callable[[Expression], Expression]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """One logical type, as one field of one product writes it.

    Attributes:
        name: the logical type.
        value: from the text to a typed value; null where the text is not of the type.
        content: from the value to what the row's JSON holds.
        text: from the value to the one text that stands for it, in keys and comparisons.
        expected: for people: what a text of the type is.
        keys: whether values may identify a row.
    """

    name: str
    value: Make
    content: Make
    text: Make
    expected: str
    keys: bool = False


def kind_of(field: ContractField, written: ProductFormat, *, is_typed: bool = False) -> Kind:
    """The kind of a field.

    Args:
        is_typed: the file holds it as a date or timestamp, not as text in a declared format.

    Raises:
        InvalidInput: its logical type or its date format is not supported.
    """
    simple = _SIMPLE.get(field.logical_type)
    if simple is not None:
        return simple
    if field.logical_type not in ("date", "timestamp"):
        raise InvalidInput(
            f"The logical type '{field.logical_type}' is not supported.",
            "Use string, integer, number, boolean, date, timestamp or time.",
            code="unsupported_rule",
        )
    own = field.options.get("format")
    declared = from_java(str(own)) if own else written.dates
    layout = TimeFormat(
        pattern=None if is_typed else declared,
        time_zone=str(field.options.get("defaultTimezone") or written.time_zone),
        offset_required=field.options.get("timezone") is True,
    )
    shape = own or written.dates or "ISO 8601"
    if field.logical_type == "date":
        return Kind(
            name="date",
            value=lambda text: _in_range(layout.date(text), "DATE"),
            content=_as_text,
            text=_as_text,
            expected=f"a date ({shape})",
            keys=True,
        )
    return Kind(
        name="timestamp",
        value=lambda text: _in_range(layout.timestamp(text), "TIMESTAMP"),
        content=_rfc3339,
        text=_rfc3339,
        expected=f"a timestamp ({shape})",
        keys=True,
    )


def milliseconds(kind: Kind, value: Expression, time_zone: str) -> Expression:
    """Milliseconds since the epoch of a timestamp, or of a date's first moment."""
    if kind.name == "date":
        midnight = exp.cast(value, exp.DataType.build("TIMESTAMP", dialect="duckdb"))
        value = TimeFormat(pattern=None, time_zone=time_zone).to_utc(midnight)
    return exp.func("EPOCH_MS", value)


def _in_range(moment: Expression, sql_type: str) -> Expression:
    """The date or timestamp, or null outside the years 1 to 9999, which others cannot read."""
    wanted = exp.DataType.build(sql_type, dialect="duckdb")
    low = exp.cast(text_of("0001-01-01"), wanted)
    last = "9999-12-31" if sql_type == "DATE" else "9999-12-31 23:59:59.999999"
    high = exp.cast(text_of(last), wanted)
    return exp.case().when(exp.Between(this=moment, low=low, high=high), moment)


def _same(value: Expression) -> Expression:
    return value


def _as_text(value: Expression) -> Expression:
    return exp.cast(value, "TEXT")


def _rfc3339(value: Expression) -> Expression:
    return exp.func("STRFTIME", value, text_of("%Y-%m-%dT%H:%M:%S.%gZ"))


def _integer(text: Expression) -> Expression:
    parsed = exp.TryCast(this=text, to=exp.DataType.build("BIGINT"))
    bounded = exp.Between(this=parsed, low=exp.convert(-MAX_INTEGER), high=exp.convert(MAX_INTEGER))
    return exp.case().when(exp.and_(matches(text, _INTEGER), bounded), parsed)


def _number(text: Expression) -> Expression:
    parsed = exp.TryCast(this=text, to=exp.DataType.build("DOUBLE"))
    finite = exp.func("ISFINITE", parsed)
    return exp.case().when(exp.and_(matches(text, _NUMBER), finite), parsed)


def _boolean(text: Expression) -> Expression:
    parsed = exp.EQ(this=exp.Lower(this=text), expression=text_of("true"))
    return exp.case().when(matches(text, _BOOLEAN), parsed)


def _time(text: Expression) -> Expression:
    return exp.case().when(matches(text, ISO_TIME), text)


_SIMPLE = {
    kind.name: kind
    for kind in (
        Kind(name="string", value=_same, content=_same, text=_same, expected="text", keys=True),
        Kind(
            name="integer",
            value=_integer,
            content=_same,
            text=_as_text,
            expected="a whole number up to 2^53 - 1",
            keys=True,
        ),
        Kind(
            name="number", value=_number, content=_same, text=_as_text, expected="a finite number"
        ),
        Kind(
            name="boolean", value=_boolean, content=_same, text=_as_text, expected="true or false"
        ),
        Kind(name="time", value=_time, content=_same, text=_same, expected="a time (HH:MM:SS)"),
    )
}
