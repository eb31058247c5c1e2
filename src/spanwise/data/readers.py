"""Finds out how a file is written, and lays its records on a workbench."""

import gzip
import io
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from spanwise.core.errors import InvalidInput
from spanwise.data.checks import Check
from spanwise.data.framing import CsvFraming, json_records
from spanwise.data.records import Record, RowReader
from spanwise.data.relations import Layout
from spanwise.data.rules import Column
from spanwise.spec.problems import did_you_mean

_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_SHOWN_NAMES = 30
_JSON_SUFFIXES = (".jsonl", ".ndjson")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """The records of one source.

    Attributes:
        layout: where records hold the fields of the contract.
        records: every record, once, in order.
        notices: for people, once all records are read: what was left out.
    """

    layout: Layout
    records: Iterator[Record]
    notices: Callable[[], list[str]]


def is_parquet(stream: BinaryIO) -> bool:
    """Whether the file is Parquet, by its first bytes."""
    return _head(stream).startswith(_PARQUET)


@contextmanager
def read_text(stream: BinaryIO, name: str, check: Check) -> Iterator[Reading]:
    """The records of delimited text or JSON Lines, compressed by gzip or not.

    Args:
        name: of the source; `.jsonl` and `.ndjson` (also with `.gz`) mean JSON Lines.

    Raises:
        InvalidInput: a damaged archive, not UTF-8, or a header that lacks what the contract needs.
    """
    head = _head(stream)
    if head.startswith(_WIDE):
        raise InvalidInput(f"'{name}' is written in UTF-16.", "Save it as UTF-8.")
    text = stream
    if head.startswith(_GZIP):
        text = cast(BinaryIO, io.BufferedReader(gzip.GzipFile(fileobj=stream)))
    try:
        if name.removesuffix(".gz").lower().endswith(_JSON_SUFFIXES):
            yield _read_json(text, check)
        else:
            yield _read_csv(text, name, check)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InvalidInput(f"The archive '{name}' is damaged.", "Send it again.") from error


def read_rows(records: Iterator[Record], rows: RowReader, check: Check) -> Reading:
    """Records that were made from mappings by `rows`."""
    return Reading(
        layout=columns_in_order(check), records=records, notices=lambda: left_out(rows.unknown)
    )


def columns_in_order(check: Check, delimiter: str = ",") -> Layout:
    """The layout of records that have the contract's fields, and no others, in its order."""
    width = len(check.columns)
    return Layout(width=width, positions=tuple(range(1, width + 1)), delimiter=delimiter)


def left_out(names: Collection[str]) -> list[str]:
    """The notice about fields that the contract does not know."""
    shown = ", ".join(sorted(names)[:_SHOWN_NAMES])
    more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
    return [f"Not in the contract, and left out: {shown}{more}."] if names else []


def source_name(column: Column) -> str:
    """What a field is called in files."""
    return column.field.physical_name or column.field.name


def _read_json(text: BinaryIO, check: Check) -> Reading:
    rows = RowReader([source_name(column) for column in check.columns])
    return read_rows(json_records(text, rows), rows, check)


def _read_csv(text: BinaryIO, name: str, check: Check) -> Reading:
    delimiter = check.written.delimiter
    framing = CsvFraming(delimiter)
    records = framing.records(text)
    if not check.written.header:
        layout = columns_in_order(check, delimiter)
        return Reading(layout=layout, records=records, notices=list)
    header = next(records, None)
    if header is None or header.fault:
        raise InvalidInput(f"'{name}' has no readable header line.", "Add one, in UTF-8.")
    names = header.fields(delimiter)
    notices = left_out(set(names) - {source_name(column) for column in check.columns})
    positions = tuple(_position(column, names, name, check) for column in check.columns)
    absent = [c for c, at in zip(check.columns, positions, strict=True) if at is None]
    if absent:
        notices.append(f"Not in the file, and left empty: {', '.join(map(source_name, absent))}.")
    layout = Layout(width=len(names), positions=positions, delimiter=delimiter)
    return Reading(layout=layout, records=records, notices=lambda: notices)


def _position(column: Column, names: Sequence[str], file: str, check: Check) -> int | None:
    wanted = source_name(column)
    if names.count(wanted) > 1:
        raise InvalidInput(f"'{file}' has the column '{wanted}' twice.", "Rename one of them.")
    if wanted in names:
        return names.index(wanted) + 1
    if check.requires(column):
        hint = did_you_mean(wanted, names)
        raise InvalidInput(
            f"'{file}' has no column '{wanted}', which the contract requires.",
            f"{hint} The delimiter is {check.written.delimiter!r}.",
            code="missing_column",
        )
    return None


def _head(stream: BinaryIO) -> bytes:
    head = stream.read(4)
    stream.seek(0)
    return head
