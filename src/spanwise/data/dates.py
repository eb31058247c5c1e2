"""Formats of dates and timestamps: what a text must look like, and how it is read."""

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlglot import exp

from spanwise.core.errors import InvalidInput
from spanwise.data.expressions import Expression, matches, text_of

_HOUR, _MINUTE = "(?:[01][0-9]|2[0-3])", "[0-5][0-9]"
_OFFSET = f"[+-](?:0[0-9]|1[0-4]):?{_MINUTE}"
ISO_DATE = r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z"
_ISO_LOCAL = (
    rf"\A[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}"
    rf"(?:[T ]{_HOUR}:{_MINUTE}(?::{_MINUTE}(?:\.[0-9]{{1,9}})?)?)?\z"
)
_ISO_OFFSET = (
    rf"\A[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ]{_HOUR}:{_MINUTE}:{_MINUTE}"
    rf"(?:\.[0-9]{{1,9}})?(?:Z|{_OFFSET})\z"
)
ISO_TIME = rf"\A{_HOUR}:{_MINUTE}(?::{_MINUTE}(?:\.[0-9]{{1,6}})?)?\z"

# DuckDB skips blanks and takes one digit for two, so the shape is checked apart.
_SHAPES = {
    "Y": "[0-9]{4}",
    "y": "[0-9]{2}",
    "m": "[0-9]{1,2}",
    "d": "[0-9]{1,2}",
    "H": "[0-9]{1,2}",
    "I": "[0-9]{1,2}",
    "M": "[0-9]{1,2}",
    "S": "[0-9]{1,2}",
    "f": "[0-9]{1,6}",
    "p": "(?:AM|PM|am|pm)",
    "b": "[A-Za-z]{3}",
    "B": "[A-Za-z]{3,9}",
    "z": f"(?:Z|{_OFFSET})",
    "%": "%",
}
_JAVA = {
    **dict.fromkeys(("yyyy", "uuuu"), "%Y"),
    **dict.fromkeys(("yy", "uu"), "%y"),
    **dict.fromkeys(("M", "MM"), "%m"),
    **dict.fromkeys(("d", "dd"), "%d"),
    **dict.fromkeys(("H", "HH"), "%H"),
    **dict.fromkeys(("h", "hh"), "%I"),
    **dict.fromkeys(("m", "mm"), "%M"),
    **dict.fromkeys(("s", "ss"), "%S"),
    **dict.fromkeys(("S", "SS", "SSS", "SSSSSS"), "%f"),
    **dict.fromkeys(("X", "XX", "XXX", "Z"), "%z"),
    "MMM": "%b",
    "MMMM": "%B",
    "a": "%p",
}
_JAVA_TOKEN = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|([^A-Za-z'])")


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeFormat:
    """How a date or a timestamp is written.

    Attributes:
        pattern: a `strptime` format; None means ISO 8601.
        time_zone: of timestamps without an offset (IANA name).
        offset_required: whether a timestamp must carry its offset.

    Raises:
        InvalidInput: the format cannot be read, or there is no such time zone.
    """

    pattern: str | None
    time_zone: str
    offset_required: bool = False

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.time_zone)
        except (LookupError, ValueError, OSError):
            raise InvalidInput(
                f"There is no time zone '{self.time_zone[:60]}'.",
                "Use an IANA name, such as Europe/Berlin.",
                code="unsupported_rule",
            ) from None
        if self.pattern is None:
            return
        directives = _directives(self.pattern)
        if "Y" not in directives and "y" not in directives:
            raise _refusal(self.pattern, "it has no year")
        if self.offset_required and "z" not in directives:
            raise _refusal(self.pattern, "it has no offset (%z), which the contract requires")

    def date(self, text: Expression) -> Expression:
        """A DATE, or null where the text is not one."""
        if self.pattern is None:
            return _when(text, ISO_DATE, exp.TryCast(this=text, to=exp.DataType.build("DATE")))
        return _when(text, _shape(self.pattern), exp.cast(self._strptime(text), "DATE"))

    def timestamp(self, text: Expression) -> Expression:
        """A TIMESTAMP in UTC, or null where the text is not one."""
        if self.pattern is not None:
            parsed = self._strptime(text)
            zoned = "z" in _directives(self.pattern)
            utc = _at(parsed, "UTC") if zoned else self.to_utc(parsed)
            return _when(text, _shape(self.pattern), utc)
        zoned_type = exp.DataType.build("TIMESTAMPTZ")
        with_offset = _at(exp.TryCast(this=text, to=zoned_type), "UTC")
        if self.offset_required:
            return _when(text, _ISO_OFFSET, with_offset)
        local = exp.TryCast(this=text, to=exp.DataType.build("TIMESTAMP", dialect="duckdb"))
        return (
            exp.case()
            .when(matches(text, _ISO_LOCAL), self.to_utc(local))
            .when(matches(text, _ISO_OFFSET), with_offset)
        )

    def to_utc(self, local: Expression) -> Expression:
        """The UTC timestamp of one that has no offset."""
        return local if self.time_zone == "UTC" else _at(_at(local, self.time_zone), "UTC")

    def _strptime(self, text: Expression) -> Expression:
        pattern = self.pattern or ""
        if pattern.endswith("%z"):  # DuckDB does not take Z for an offset
            text = exp.func("REGEXP_REPLACE", text, text_of(r"Z\z"), text_of("+00:00"))
        return exp.func("TRY_STRPTIME", text, text_of(pattern))


def from_java(pattern: str) -> str:
    """The `strptime` format of a JDK DateTimeFormatter pattern, as contracts write them.

    Raises:
        InvalidInput: a letter that has no counterpart.
    """
    parts = []
    position = 0
    for match in _JAVA_TOKEN.finditer(pattern):
        if match.start() != position:
            raise _refusal(pattern, "a quote in it is not closed")
        position = match.end()
        if match[2]:
            if match[0] not in _JAVA:
                raise _refusal(pattern, f"'{match[0]}' is not supported")
            parts.append(_JAVA[match[0]])
        else:
            literal = match[3] or match[1].replace("''", "'") or "'"
            parts.append(literal.replace("%", "%%"))
    if position != len(pattern):
        raise _refusal(pattern, "a quote in it is not closed")
    return "".join(parts)


def _directives(pattern: str) -> list[str]:
    found = re.findall(r"%(.?)", pattern, re.DOTALL)
    for letter in found:
        if letter not in _SHAPES:
            raise _refusal(pattern, f"'%{letter}' is not supported")
    return found


def _shape(pattern: str) -> str:
    pieces = re.split(r"%(.)", pattern)
    pieces[::2] = [re.escape(literal) for literal in pieces[::2]]
    pieces[1::2] = [_SHAPES[letter] for letter in pieces[1::2]]
    return rf"\A{''.join(pieces)}\z"


def _when(text: Expression, shape: str, value: Expression) -> Expression:
    return exp.case().when(matches(text, shape), value)


def _at(value: Expression, zone: str) -> Expression:
    return exp.AtTimeZone(this=value, zone=text_of(zone))


def _refusal(pattern: str, why: str) -> InvalidInput:
    return InvalidInput(
        f"The date format '{pattern[:60]}' cannot be used: {why}.",
        "Use %Y %m %d %H %M %S %f %z %p %b (strptime), or yyyy MM dd HH mm ss in a contract.",
        code="unsupported_rule",
    )
