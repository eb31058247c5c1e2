"""DuckDB, shut in: it reads at most one named file, and judges the rows that are laid on it."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import duckdb
from sqlglot import exp

from spanwise.core.errors import TooLarge
from spanwise.data.checks import Check
from spanwise.data.compile import LATEST_MS
from spanwise.data.reasons import Reason, cut_reason, fault_reason, width_reason
from spanwise.data.records import NO_BODY, PART_END, RAW_BOUND, RECORD_END, Record
from spanwise.data.relations import Layout, queries

_MEMORY = "1GB"
_SPILL = "32GB"
_THREADS = 2
_FETCH_ROWS = 256
_RANGE_ROWS = 10_000

_CREATE = "CREATE TABLE received (line BIGINT, raw VARCHAR, body VARCHAR, fault VARCHAR)"
# A chunk travels as one text that is split here: a list would cost 12 µs for each value.
_LOAD = """
INSERT INTO received
SELECT CAST(SPLIT_PART(record, $part_end, 1) AS BIGINT),
       SPLIT_PART(record, $part_end, 2),
       NULLIF(SPLIT_PART(record, $part_end, 3), $no_body),
       SPLIT_PART(record, $part_end, 4)
FROM (SELECT UNNEST(STRING_SPLIT($records, $record_end)) AS record)
"""


class Accepted(NamedTuple):
    """A row that satisfies its contract and is the newest of its key in the batch."""

    line: int
    row_key: str
    as_of_ms: int
    content: str


class Refused(NamedTuple):
    """A row that does not, with every reason and its bounded text."""

    line: int
    raw: str
    reasons: tuple[Reason, ...]


class Workbench:
    """One batch under one check. Use as a context manager; it leaves nothing behind.

    Args:
        check: what every row must satisfy.
        layout: where the records hold the fields.
        readable: the only file that SQL may open, if any.
    """

    def __init__(self, check: Check, layout: Layout, readable: Path | None = None) -> None:
        self._check = check
        self._layout = layout
        self._queries = queries(check, layout)
        self._chunks: list[tuple[int, int]] = []
        self._spill = tempfile.TemporaryDirectory(prefix="spanwise-")
        self._connection = open_locked(Path(self._spill.name), readable)
        self._connection.execute(_CREATE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()
        self._spill.cleanup()

    def load(self, records: Sequence[Record]) -> None:
        """Lays a chunk of records on the bench; lines only ever grow."""
        packed = [
            f"{line}{PART_END}{raw}{PART_END}{body}{PART_END}{fault}"
            for line, raw, body, fault in records
        ]
        self._execute(
            _LOAD,
            records=RECORD_END.join(packed),
            record_end=RECORD_END,
            part_end=PART_END,
            no_body=NO_BODY,
        )
        self._chunks.append((records[0].line, records[-1].line))

    def load_query(self, query: exp.Select, **params: object) -> None:
        """Lays the result of a query on the bench: line, raw, body and fault of every row."""
        insert = exp.Insert(this=exp.to_table("received"), expression=query)
        self._execute(insert.sql("duckdb"), **params)
        [(last,)] = self._execute("SELECT MAX(line) FROM received").fetchall()
        for first in range(1, (last or 0) + 1, _RANGE_ROWS):
            self._chunks.append((first, first + _RANGE_ROWS - 1))

    def judge(self, *, latest_ms: int) -> tuple[int, int]:
        """Checks every row; one that is true only after `latest_ms` is bad.

        Returns:
            How many rows were received, and how many of them are accepted.
        """
        self._execute(self._queries.judge, **{LATEST_MS: latest_ms})
        for mark in self._queries.mark:
            self._execute(mark)
        [(received, accepted)] = self._execute(self._queries.counts).fetchall()
        return received, accepted

    def accepted(self) -> Iterator[Accepted]:
        """The rows to keep, by line."""
        for row in self._ranges(self._queries.accepted):
            yield Accepted(*row)

    def refused(self) -> Iterator[Refused]:
        """The rows for quarantine, by line."""
        rows = self._ranges(self._queries.refused)
        for line, raw, length, fault, width, *masks in rows:
            if fault:
                reasons: tuple[Reason, ...] = (fault_reason(fault),)
            elif width != self._layout.width:
                reasons = (width_reason(width, self._layout.width),)
            else:
                reasons = self._check.reasons(masks)
            if length > RAW_BOUND:
                reasons += (cut_reason(RAW_BOUND),)
            yield Refused(line, raw, reasons)

    def _ranges(self, sql: str) -> Iterator[tuple[Any, ...]]:
        for first, last in self._chunks:
            result = self._execute(sql, first=first, last=last)
            while rows := result.fetchmany(_FETCH_ROWS):
                yield from rows

    def _execute(self, sql: str, **params: object) -> Any:
        try:
            return self._connection.execute(sql, params)
        except duckdb.OutOfMemoryException as error:
            raise TooLarge("The batch does not fit the bounds of a check.", "Split it.") from error


def open_locked(spill: Path, readable: Path | None = None) -> Any:
    """An in-memory DuckDB that can open no file but one, and cannot be told otherwise."""
    connection = duckdb.connect(":memory:")
    for setting, value in (
        ("memory_limit", _MEMORY),
        ("threads", _THREADS),
        ("temp_directory", str(spill)),
        ("max_temp_directory_size", _SPILL),
        ("TimeZone", "UTC"),
        ("autoinstall_known_extensions", False),
        ("autoload_known_extensions", False),
        ("python_enable_replacements", False),
        ("allowed_paths", [str(readable)] if readable else []),
        ("enable_external_access", False),
        ("lock_configuration", True),
    ):
        connection.execute(f"SET {setting} = $value", {"value": value})
    return connection
