"""What the disk gives to one writer that does nothing else: the measure of what stands on it."""

import shutil
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

from spanwise.store.statements import SQLITE, Row
from spanwise.store.unit import Addition, UnitOfWork

_SECONDS = 2.0


def commits_per_second(folder: Path) -> float:
    """Durable commits of one small row each, in a table of one column without an index."""
    connection = _open(folder / "commits.db")
    connection.execute("CREATE TABLE t (a TEXT)")
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < _SECONDS:
        connection.execute("INSERT INTO t VALUES ('x')")
        count += 1
    elapsed = time.perf_counter() - started
    connection.close()
    return count / elapsed


def grouped_per_second(home: Path, units: Sequence[UnitOfWork], *, together: int) -> float:
    """Decisions a second when a bare loop commits their very rows, some decisions at a time.

    Args:
        home: an installation; the rows go into a copy of its database, with all its indexes.
        units: what was decided and not committed.
    """
    copy = shutil.copy(home / "spanwise.db", home / "grouped.db")
    connection = _open(Path(copy))
    groups = [
        _rows_by_table(units[at : at + together])
        for at in range(0, len(units) - together + 1, together)
    ]
    started = time.perf_counter()
    for group in groups:
        connection.execute("BEGIN IMMEDIATE")
        for sql, rows in group.items():
            connection.executemany(sql, rows)
        connection.execute("COMMIT")
    elapsed = time.perf_counter() - started
    connection.close()
    return len(groups) * together / elapsed


def _rows_by_table(units: Sequence[UnitOfWork]) -> dict[str, list[Row]]:
    by_table: dict[str, list[Row]] = {}
    for unit in units:
        for write in unit.writes:
            assert isinstance(write, Addition), "a decision only adds rows"
            by_table.setdefault(write.statement.text(SQLITE, 1), []).extend(write.rows)
    return by_table


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection
