"""The store: reads on a connection for each thread, writes through one committer."""

import fcntl
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from spanwise.core.actor import Actor
from spanwise.core.clock import Clock
from spanwise.core.errors import Unavailable
from spanwise.core.ids import Ids
from spanwise.store.backends import Backend, SqliteBackend, backend_for
from spanwise.store.committer import Committer
from spanwise.store.migrate import migrate
from spanwise.store.statements import Statement
from spanwise.store.unit import UnitOfWork

_PAGE = 2_000


class Store:
    """What happened and what was earned.

    Attributes:
        clock: tells the time of everything that is recorded.
        ids: makes the ids of everything that is recorded.
    """

    def __init__(self, backend: Backend, *, clock: Clock, ids: Ids, lock: IO[str] | None) -> None:
        self.clock = clock
        self.ids = ids
        self._backend = backend
        self._lock = lock
        self._local = threading.local()
        self._readers: list[Any] = []
        self._committer = Committer(backend)

    @classmethod
    def open(cls, url: str, *, clock: Clock, ids: Ids | None = None) -> "Store":
        """Opens a database, brings its tables up to date, and takes the writer's lock.

        Raises:
            Unavailable: it does not open, or another process is its writer.
        """
        backend = backend_for(url)
        lock = _take_lock(backend.path) if isinstance(backend, SqliteBackend) else None
        migrate(backend)
        return cls(backend, clock=clock, ids=ids or Ids(clock, os.urandom), lock=lock)

    @property
    def governed_version(self) -> int:
        """Rises when pins, stages, certificates or the workspace change through this store."""
        return self._committer.governed_version

    def rows(self, statement: Statement, **params: object) -> list[tuple[Any, ...]]:
        """Every row of a query.

        Raises:
            Unavailable: the database does not answer.
        """
        return self._execute(statement, params).fetchall()  # type: ignore[no-any-return]

    def row(self, statement: Statement, **params: object) -> tuple[Any, ...] | None:
        """The first row of a query, if there is one."""
        return self._execute(statement, params).fetchone()  # type: ignore[no-any-return]

    def stream(self, statement: Statement, **params: object) -> Iterator[tuple[Any, ...]]:
        """The rows of a long query, a page at a time, from one snapshot."""
        connection = self._backend.connect(read_only=True)
        try:
            sql, carried = statement.compiled(self._backend.dialect)
            cursor = connection.execute(sql, {**carried, **params})
            while page := cursor.fetchmany(_PAGE):
                yield from page
        finally:
            connection.close()

    def unit(self, actor: Actor) -> UnitOfWork:
        """A new, empty unit of work."""
        return UnitOfWork(actor, self.clock, self.ids, self._committer)

    def close(self) -> None:
        """Commits what is waiting and lets go of the database."""
        self._committer.close()
        for connection in self._readers:
            connection.close()
        self._readers.clear()
        self._local = threading.local()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _execute(self, statement: Statement, params: dict[str, object]) -> Any:
        sql, carried = statement.compiled(self._backend.dialect)
        try:
            return self._reader().execute(sql, {**carried, **params} if carried else params)
        except Exception as error:
            if not self._backend.is_lost(error):
                raise
            self._local.connection = None
            raise Unavailable("The database does not answer.", "Try again.") from error

    def _reader(self) -> Any:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._backend.connect(read_only=True)
            self._readers.append(connection)
        return connection


def _take_lock(path: Path) -> IO[str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(path.name + ".lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise Unavailable(
            f"Another process writes to {path}.",
            "Use the running server's API instead, or stop it first.",
        ) from None
    return lock
