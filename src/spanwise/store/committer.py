"""One writer thread that commits many units at once: durability at the price of one sync."""

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

from spanwise.core.errors import Conflict, SpanwiseError, Unavailable
from spanwise.store.backends import Backend
from spanwise.store.unit import Done, UnitOfWork, Write

_QUEUE_BOUND = 20_000
_GROUP_BOUND = 512
_COMMIT_TIMEOUT_S = 60

_Submitted = tuple[UnitOfWork, Done]


class Committer:
    """Drains submitted units in group commits.

    Units of one group are first applied together. If one of them fails, the group is rolled back
    and applied again with a savepoint for each unit, so that a conflict fails only its own unit.

    Attributes:
        governed_version: rises when something that deciders hold in memory was written.
    """

    def __init__(self, backend: Backend) -> None:
        self.governed_version = 0
        self._backend = backend
        self._queue: queue.Queue[_Submitted | None] = queue.Queue(_QUEUE_BOUND)
        self._connection: Any = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="spanwise-writer", daemon=True)
        self._thread.start()

    def submit(self, unit: UnitOfWork, done: Done) -> None:
        if self._closed:
            raise Unavailable("The store is closed.", "Try again when the server is up.")
        try:
            self._queue.put_nowait((unit, done))
        except queue.Full:
            raise Unavailable(
                f"{_QUEUE_BOUND} writes are waiting.", "Try again in a second."
            ) from None

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
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        while True:
            group, last = self._next_group()
            if group:
                errors = self._commit_group(group)
                if any(write.statement.governs for unit, _ in group for write in unit.writes):
                    self.governed_version += 1
                for (_, done), error in zip(group, errors, strict=True):
                    done(error)
            if last:
                if self._connection is not None:
                    self._connection.close()
                return

    def _next_group(self) -> tuple[list[_Submitted], bool]:
        group: list[_Submitted] = []
        item = self._queue.get()
        while item is not None:
            group.append(item)
            if len(group) == _GROUP_BOUND:
                return group, False
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return group, False
        return group, True

    def _commit_group(self, group: Sequence[_Submitted]) -> list[Exception | None]:
        units = [unit for unit, _ in group]
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
            for unit in units:
                for write in unit.writes:
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

    def _apply(self, write: Write) -> None:
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


def _lost(error: Exception) -> Unavailable:
    return Unavailable(
        f"The database did not take the write: {error}.",
        "Nothing was recorded; send it again with the same idempotency key.",
    )
