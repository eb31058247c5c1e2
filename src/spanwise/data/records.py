"""One received record: where it came from, its text, and its fields or what is wrong with it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

MAX_LINE_BYTES = 1 << 20
MAX_RECORDS = 20_000_000
RAW_BOUND = 10_000
CHUNK_RECORDS = 50_000
CHUNK_CHARACTERS = 16 << 20

# Control characters never stand in accepted text, so they can mark the parts of what is passed on.
FIELD_END = "\x1f"
RECORD_END = "\x1e"
PART_END = "\x1d"
NULL = "\x00"
NO_BODY = "\x01"
CONTROL_PATTERN = r"[\x00-\x08\x0b-\x1f]"
CONTROL = re.compile(CONTROL_PATTERN)


class Fault(StrEnum):
    """Why a record could not be split into fields."""

    TOO_LONG = "too_long"
    NOT_UTF8 = "not_utf8"
    CONTROL_CHARACTER = "control_character"
    MALFORMED_QUOTES = "malformed_quotes"
    UNCLOSED_QUOTE = "unclosed_quote"
    MALFORMED_JSON = "malformed_json"
    NESTED_VALUE = "nested_value"


FAULT_MESSAGES = {
    Fault.TOO_LONG: f"is longer than {MAX_LINE_BYTES} bytes",
    Fault.NOT_UTF8: "is not UTF-8 text",
    Fault.CONTROL_CHARACTER: "contains a control character",
    Fault.MALFORMED_QUOTES: "has text between a closing quote and the next delimiter",
    Fault.UNCLOSED_QUOTE: "belongs to a quote that is never properly closed",
    Fault.MALFORMED_JSON: "is not a JSON object",
    Fault.NESTED_VALUE: "holds an object or a list where a single value belongs",
}


class Record(NamedTuple):
    """One row as received.

    Attributes:
        line: line of the file where it begins, from 1.
        raw: the text as received; where there is a fault, bounded and with odd bytes escaped.
        body: its fields, joined; `NO_BODY` where splitting `raw` at the delimiter gives them.
        fault: why it has no fields; empty when it has.
    """

    line: int
    raw: str
    body: str = NO_BODY
    fault: str = ""

    def fields(self, delimiter: str) -> list[str]:
        """Its fields; only for a record without a fault."""
        whole = self.body == NO_BODY
        return self.raw.split(delimiter) if whole else self.body.split(FIELD_END)


def faulty(line: int, raw: str, fault: Fault) -> Record:
    """A record without fields: it can only go to quarantine."""
    # One character more than is kept, so that whoever keeps it knows that it was cut.
    return Record(line, shown(raw[: RAW_BOUND + 1]), NO_BODY, fault)


def shown(text: str) -> str:
    """The text with control characters and undecodable bytes written as `\\x..`."""
    escaped = CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
    return escaped.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


@dataclass(slots=True)
class RowReader:
    """Turns mappings, such as decoded JSON objects, into records.

    Attributes:
        columns: names of the fields to take, in order.
        unknown: names that were met and left out; bounded.
    """

    columns: Sequence[str]
    unknown: set[str] = field(default_factory=set)

    def record(self, line: int, raw: str, row: Mapping[str, object]) -> Record:
        """The record of one row; missing fields are null."""
        if len(raw) > MAX_LINE_BYTES:
            return faulty(line, raw, Fault.TOO_LONG)
        if len(row) > len(self.columns) or not row.keys() <= set(self.columns):
            self._note_unknown(row)
        values = [row.get(name) for name in self.columns]
        if any(isinstance(value, dict | list) for value in values):
            return faulty(line, raw, Fault.NESTED_VALUE)
        if CONTROL.search("".join([value for value in values if isinstance(value, str)])):
            return faulty(line, raw, Fault.CONTROL_CHARACTER)
        return Record(line, shown(raw), FIELD_END.join(map(_text, values)))

    def _note_unknown(self, row: Mapping[str, object]) -> None:
        if len(self.unknown) < len(self.columns) + 20:
            self.unknown.update(name[:100] for name in row.keys() - set(self.columns))


def _text(value: object) -> str:
    if value is None:
        return NULL
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


def chunks(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Groups of records, bounded in number and in size."""
    chunk: list[Record] = []
    characters = 0
    for record in records:
        chunk.append(record)
        characters += len(record.raw)
        if len(chunk) == CHUNK_RECORDS or characters > CHUNK_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk
