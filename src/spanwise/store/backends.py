"""The two database engines behind one small protocol."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.engine.interfaces import Dialect

from spanwise.core.errors import Unavailable
from spanwise.core.extras import load_extra
from spanwise.store.statements import POSTGRES, SQLITE, Params

_SQLITE_BUSY_TIMEOUT_S = 5.0
_CONNECT_TIMEOUT_S = 5


class Cursor(Protocol):
    """The part of a DB-API cursor that the store uses."""

    @property
    def rowcount(self) -> int: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...
    def fetchone(self) -> tuple[Any, ...] | None: ...


class Connection(Protocol):
    """The part of a DB-API connection that the store uses; transactions are explicit SQL."""

    def execute(self, sql: str, params: Any = ..., /) -> Cursor: ...
    def close(self) -> None: ...


class Backend(Protocol):
    """How to reach one kind of database."""

    dialect: Dialect
    begin: str
    url: str

    def connect(self, *, read_only: bool) -> Any: ...
    def execute_many(self, connection: Any, sql: str, rows: Sequence[Params]) -> int: ...
    def is_conflict(self, error: Exception) -> bool: ...
    def is_lost(self, error: Exception) -> bool: ...


class SqliteBackend:
    """SQLite in WAL mode; a commit is on disk when it returns (`synchronous=FULL`)."""

    dialect = SQLITE
    begin = "BEGIN IMMEDIATE"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"

    def connect(self, *, read_only: bool) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                self.path,
                timeout=_SQLITE_BUSY_TIMEOUT_S,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=512,
            )
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.Error as error:
            raise Unavailable(
                f"The database {self.path} does not open: {error}.",
                "Check that its folder exists and can be written.",
            ) from error
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA cache_size=-32768")
        connection.execute("PRAGMA mmap_size=268435456")
        if read_only:
            connection.execute("PRAGMA query_only=ON")
        return connection

    def execute_many(self, connection: sqlite3.Connection, sql: str, rows: Sequence[Params]) -> int:
        return connection.executemany(sql, rows).rowcount

    def is_conflict(self, error: Exception) -> bool:
        return isinstance(error, sqlite3.IntegrityError)

    def is_lost(self, error: Exception) -> bool:
        return isinstance(error, sqlite3.OperationalError)


class PostgresBackend:
    """PostgreSQL by psycopg 3."""

    dialect = POSTGRES
    begin = "BEGIN"

    def __init__(self, url: str) -> None:
        self._psycopg = load_extra("psycopg", "postgres", "A PostgreSQL database")
        self.url = url

    def connect(self, *, read_only: bool) -> Any:
        try:
            connection = self._psycopg.connect(
                self.url, autocommit=True, connect_timeout=_CONNECT_TIMEOUT_S
            )
        except self._psycopg.Error as error:
            raise Unavailable(
                "The PostgreSQL server does not answer.",
                "Check the database address and that the server runs.",
            ) from error
        if read_only:
            connection.execute("SET default_transaction_read_only = on")
        return connection

    def execute_many(self, connection: Any, sql: str, rows: Sequence[Params]) -> int:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)
            return int(cursor.rowcount)

    def is_conflict(self, error: Exception) -> bool:
        return isinstance(error, self._psycopg.errors.IntegrityError)

    def is_lost(self, error: Exception) -> bool:
        return isinstance(error, self._psycopg.OperationalError)


def backend_for(url: str) -> Backend:
    """The backend of `sqlite:///path/file.db` or `postgresql://…`."""
    if url.startswith("sqlite:///"):
        return SqliteBackend(Path(url.removeprefix("sqlite:///")))
    if url.startswith(("postgresql://", "postgres://")):
        return PostgresBackend(url)
    raise Unavailable(
        f"Not a database address: {url.split(':', 1)[0]}.",
        "Use sqlite:///path/to/file.db or postgresql://user@host/name.",
    )
