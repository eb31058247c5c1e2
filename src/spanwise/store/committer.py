"""One writer thread that commits many units at once: durability at the price of one sync."""

import logging
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from itertools import chain, starmap
from typing import Any

from spanwise.core.errors import Conflict, SpanwiseError, Unavailable
from spanwise.store.backends import Backend
from spanwise.store.statements import Insert, Row
from spanwise.store.unit import Addition, Done, UnitOfWork, Write

_QUEUE_BOUND = 20_000
_GROUP_BOUND = 512
_ROWS_AT_ONCE = 64
_COMMIT_TIMEOUT_S = 60

_log = logging.getLogger(__name__)
_Submitted = tuple[UnitOfWork, Done]


class Committer:
    """Drains submitted units in group commits.

    Units of one group are first applied together, new rows of a table in few statements: each
    step into the database lets other threads run, and waits for them before the next one. If one
    unit fails, the group is rolled back and applied again with a savepoint for each unit, so that
    a conflict fails only its own unit.

    Args:
        bound: how many units may wait; one more is refused.

    Attributes:
        governed_version: rises when something that deciders hold in memory was written.
    """

    def __init__(self, backend: Backend, *, bound: int = _QUEUE_BOUND) -> None:
        self.governed_version = 0
        self._backend = backend
        self._bound = bound
        self._waiting: deque[_Submitted] = deque()
        self._changed = threading.Condition(threading.Lock())
        self._connection: Any = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="spanwise-writer", daemon=True)
        self._thread.start()

    def submit(self, unit: UnitOfWork, done: Done) -> None:
        with self._changed:
            if self._closed:
                raise Unavailable("The store is closed.", "Try again when the server is up.")
            if len(self._waiting) >= self._bound:
                raise Unavailable(f"{self._bound} writes are waiting.", "Try again in a second.")
            self._waiting.append((unit, done))
            self._changed.notify()

    def commit(self, unit: UnitOfWork) -> None:
        future: Future[None] = Future()

        def done(error: Exception | None) -> None:
            if error is None:
                future.set_result(None)
            else:
                future.set_exception(error)

        self.submit(unit, done)
        try:
            future.result(timeout=_COMMIT_TIMEOUT_S)
        except TimeoutError:
            raise Unavailable(
                f"The database has not answered for {_COMMIT_TIMEOUT_S} s.",
                "It may still take the write: send it again with the same idempotency key.",
            ) from None

    def close(self) -> None:
        """Commits what was submitted, then stops."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while group := self._next_group():
            units = [unit for unit, _ in group]
            errors = self._commit_group(units)
            if any(write.statement.governs for unit in units for write in unit.writes):
                self.governed_version += 1
            for (_, done), error in zip(group, errors, strict=True):
                _tell(done, error)
        self._drop_connection()

    def _next_group(self) -> list[_Submitted]:
        """What waits, in order; nothing only when the committer is closed."""
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            count = min(len(self._waiting), _GROUP_BOUND)
            return [self._waiting.popleft() for _ in range(count)]

    def _commit_group(self, units: Sequence[UnitOfWork]) -> Sequence[Exception | None]:
        try:
            if self._connection is None:
                self._connection = self._backend.connect(read_only=False)
            if self._apply_together(units):
                return [None] * len(units)
            return self._apply_apart(units)
        except Exception as error:
            self._drop_connection()
            lost = error if isinstance(error, SpanwiseError) else _lost(error)
            return [lost] * len(units)

    def _apply_together(self, units: Sequence[UnitOfWork]) -> bool:
        connection = self._connection
        connection.execute(self._backend.begin)
        try:
            for write in _gathered(units):
                self._apply(write)
        except Exception:
            connection.execute("ROLLBACK")
            return False
        connection.execute("COMMIT")
        return True

    def _apply_apart(self, units: Sequence[UnitOfWork]) -> list[Exception | None]:
        connection = self._connection
        errors: list[Exception | None] = []
        connection.execute(self._backend.begin)
        for unit in units:
            connection.execute("SAVEPOINT unit")
            try:
                for write in unit.writes:
                    self._apply(write)
            except Exception as error:
                connection.execute("ROLLBACK TO SAVEPOINT unit")
                errors.append(self._explain(error))
            else:
                errors.append(None)
            connection.execute("RELEASE SAVEPOINT unit")
        connection.execute("COMMIT")
        return errors

    def _apply(self, write: Write | Addition) -> None:
        if isinstance(write, Addition):
            self._add(write.statement, write.rows)
            return
        sql, carried = write.statement.compiled(self._backend.dialect)
        rows = [{**carried, **row} for row in write.rows] if carried else write.rows
        if len(rows) > 1:
            self._backend.execute_many(self._connection, sql, rows)
            return
        touched = self._connection.execute(sql, rows[0]).rowcount
        if write.expect is not None and touched != write.expect:
            raise Conflict(
                "Somebody else changed this meanwhile.", "Load it again and repeat what you did."
            )

    def _add(self, statement: Insert, rows: Sequence[Row]) -> None:
        """Adds rows in as few steps as the bound on their number allows."""
        at = 0
        while left := len(rows) - at:
            count = min(_ROWS_AT_ONCE, left)
            values = list(chain.from_iterable(rows[at : at + count]))
            self._connection.execute(statement.text(self._backend.dialect, count), values)
            at += count

    def _explain(self, error: Exception) -> Exception:
        if isinstance(error, SpanwiseError):
            return error
        if self._backend.is_conflict(error):
            return Conflict("This exists already.", "Load it instead of adding it again.")
        if self._backend.is_lost(error):
            return _lost(error)
        return error

    def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except Exception:
                return  # it was lost anyway


def _gathered(units: Sequence[UnitOfWork]) -> Iterator[Write | Addition]:
    """The writes of a group, with the new rows of each table together.

    A statement that may read or change rows keeps its place: it sees what came before it, and
    nothing of what came after.
    """
    new: dict[Insert, list[Row]] = {}
    for unit in units:
        for write in unit.writes:
            if isinstance(write, Addition):
                new.setdefault(write.statement, []).extend(write.rows)
            else:
                yield from starmap(Addition, new.items())
                new.clear()
                yield write
    yield from starmap(Addition, new.items())


def _tell(done: Done, error: Exception | None) -> None:
    try:
        done(error)
    except Exception:  # whoever waited is gone; the writer goes on for the others
        _log.exception("nobody takes notice of a commit")


def _lost(error: Exception) -> Unavailable:
    return Unavailable(
        f"The database did not take the write: {error}.",
        "Send it again with the same idempotency key.",
    )
