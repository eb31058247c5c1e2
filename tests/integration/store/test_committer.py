"""The writer: groups keep their order, a full queue says so, and a crash takes nothing back."""

import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select

from spanwise.core.actor import PLATFORM
from spanwise.core.clock import FixedClock
from spanwise.core.errors import Conflict, Unavailable
from spanwise.core.ids import Ids
from spanwise.store import backends, tables, tasks
from spanwise.store.backends import backend_for
from spanwise.store.committer import Committer
from spanwise.store.database import Store
from spanwise.store.statements import Statement
from spanwise.store.tasks import Timer
from spanwise.store.unit import UnitOfWork

ENTRIES = Statement(select(tables.audit_entries.c.subject).order_by(tables.audit_entries.c.id))
TIMERS = tasks.timers.where(order_by=tables.timers.c.id)


@contextmanager
def occupied(url: str) -> Iterator[None]:
    """Holds the database, so that the writer waits and units gather behind it."""
    if url.startswith("sqlite"):
        other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.close()
    else:
        with psycopg.connect(url) as holder:
            holder.execute("LOCK TABLE audit_entries, timers, tasks")
            yield


class Group:
    """Units that are submitted while the writer waits, and how each of them ended."""

    def __init__(self, store: Store, committer: Committer) -> None:
        self._store = store
        self._committer = committer
        self._ended = threading.Semaphore(0)
        self.errors: list[Exception | None] = []

    def unit(self) -> UnitOfWork:
        return UnitOfWork(PLATFORM, self._store.clock, self._store.ids, self._committer)

    def submit(self, unit: UnitOfWork) -> None:
        number = len(self.errors)
        self.errors.append(TimeoutError("not told yet"))

        def done(error: Exception | None) -> None:
            self.errors[number] = error
            self._ended.release()

        try:
            unit.submit(done)
        except Unavailable:
            del self.errors[number]
            raise

    def wait(self) -> list[Exception | None]:
        """How the units ended, in the order in which they were submitted."""
        for _ in self.errors:
            assert self._ended.acquire(timeout=30)
        return self.errors


@pytest.fixture
def committer(store: Store, database_url: str) -> Iterator[Committer]:
    """A writer with a short queue, beside the store that reads what it wrote."""
    made = Committer(backend_for(database_url), bound=200)
    yield made
    made.close()


@pytest.fixture
def group(store: Store, committer: Committer) -> Group:
    return Group(store, committer)


def timer(store: Store, number: int, *, subject: str = "tsk_1") -> Timer:
    return Timer(id=f"tmr_{number:03d}", kind="task_lease", subject_id=subject, due_at_ms=number)


def test_everything_in_a_large_group_arrives_in_its_order(
    store: Store, group: Group, database_url: str
) -> None:
    with occupied(database_url):
        for number in range(150):
            unit = group.unit()
            unit.audit("tested", f"subject {number}")
            tasks.timers.add(unit, timer(store, number))
            group.submit(unit)
    assert group.wait() == [None] * 150
    assert [timer.due_at_ms for timer in tasks.timers.all(store, TIMERS)] == list(range(150))
    if database_url.startswith("sqlite"):
        by_place = Statement("SELECT subject FROM audit_entries ORDER BY rowid")
        subjects = [row[0] for row in store.rows(by_place)]
        assert subjects == [f"subject {number}" for number in range(150)]


def test_a_change_sees_what_came_before_it_and_nothing_of_what_came_after(
    store: Store, group: Group, database_url: str
) -> None:
    with occupied(database_url):
        for number in (1, 2):
            unit = group.unit()
            tasks.timers.add(unit, timer(store, number))
            group.submit(unit)
        renewed = group.unit()
        tasks.end_timers_of(renewed, "tsk_1", now_ms=7)
        tasks.timers.add(renewed, timer(store, 3))
        group.submit(renewed)
    assert group.wait() == [None] * 3
    assert [timer.ended_at_ms for timer in tasks.timers.all(store, TIMERS)] == [7, 7, None]


def test_of_a_group_only_the_unit_with_the_conflict_fails(
    store: Store, group: Group, database_url: str
) -> None:
    with occupied(database_url):
        for number in (1, 2, 2, 3):
            unit = group.unit()
            unit.audit("tested", f"timer {number}")
            tasks.timers.add(unit, timer(store, number))
            group.submit(unit)
    errors = group.wait()
    assert [type(error) for error in errors] == [type(None), type(None), Conflict, type(None)]
    assert [timer.due_at_ms for timer in tasks.timers.all(store, TIMERS)] == [1, 2, 3]
    assert sorted(row[0] for row in store.rows(ENTRIES)) == ["timer 1", "timer 2", "timer 3"]


def test_a_full_queue_refuses_and_keeps_what_it_took(
    store: Store, group: Group, database_url: str
) -> None:
    with occupied(database_url):
        refused = None
        for number in range(1_000):
            unit = group.unit()
            tasks.timers.add(unit, timer(store, number))
            try:
                group.submit(unit)
            except Unavailable as error:
                refused = error
                break
    assert refused is not None
    assert (refused.status, refused.message) == (503, "200 writes are waiting.")
    taken = group.wait()
    assert 200 <= len(taken) < 1_000
    assert taken == [None] * len(taken)
    assert len(tasks.timers.all(store, TIMERS)) == len(taken)

    unit = group.unit()
    tasks.timers.add(unit, timer(store, 1_000))
    unit.commit()


def test_what_waits_is_committed_before_the_writer_stops(
    store: Store, group: Group, committer: Committer, database_url: str
) -> None:
    with occupied(database_url):
        unit = group.unit()
        tasks.timers.add(unit, timer(store, 1))
        group.submit(unit)
        closing = threading.Thread(target=committer.close)
        closing.start()
    closing.join(timeout=30)
    assert group.wait() == [None]
    assert len(tasks.timers.all(store, TIMERS)) == 1
    with pytest.raises(Unavailable, match="closed"):
        group.unit().commit()


def test_one_who_cannot_be_told_does_not_stop_the_writer(
    store: Store, group: Group, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(error: Exception | None) -> None:
        raise RuntimeError("the event loop is closed")

    unit = group.unit()
    tasks.timers.add(unit, timer(store, 1))
    with caplog.at_level(logging.ERROR):
        unit.submit(gone)
        later = group.unit()
        tasks.timers.add(later, timer(store, 2))
        later.commit()
    assert "nobody takes notice" in caplog.text
    assert len(tasks.timers.all(store, TIMERS)) == 2


def test_a_database_that_stays_busy_is_unavailable_and_comes_back(
    sqlite_url: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backends, "_SQLITE_BUSY_TIMEOUT_S", 0.05)
    store = Store.open(sqlite_url, clock=clock, ids=Ids(clock, os.urandom))
    unit = store.unit(PLATFORM)
    unit.audit("tested", "once")
    with occupied(sqlite_url), pytest.raises(Unavailable, match="did not take the write"):
        unit.commit()
    assert store.rows(ENTRIES) == []
    unit.commit()
    assert [row[0] for row in store.rows(ENTRIES)] == ["once"]
    store.close()


WRITER = """
import os, sys, threading
from spanwise.core.actor import PLATFORM
from spanwise.core.clock import SystemClock
from spanwise.store.database import Store

store = Store.open(sys.argv[1], clock=SystemClock())

def write(name):
    for number in range(100_000):
        unit = store.unit(PLATFORM)
        unit.audit("tested", f"{name}-{number}")
        unit.publish("tested", f"{name}-{number}", {})
        unit.commit()
        os.write(1, f"{name}-{number}\\n".encode())

for name in "abcdefgh":
    threading.Thread(target=write, args=(name,)).start()
"""


def test_a_crash_takes_back_nothing_that_was_acknowledged(
    sqlite_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    script = tmp_path / "writer.py"
    script.write_text(WRITER, "utf-8")
    told = tmp_path / "told.txt"
    with told.open("wb") as output:
        writer = subprocess.Popen([sys.executable, str(script), sqlite_url], stdout=output)
        for _ in range(300):
            if told.stat().st_size > 2_000:
                break
            time.sleep(0.1)
        writer.send_signal(signal.SIGKILL)
        writer.wait(timeout=30)
    acknowledged = set(told.read_text("utf-8").rpartition("\n")[0].splitlines())
    assert len({name.partition("-")[0] for name in acknowledged}) == 8

    store = Store.open(sqlite_url, clock=clock)
    recorded = [row[0] for row in store.rows(ENTRIES)]
    published = [row[0] for row in store.rows(Statement("SELECT subject_id FROM outbox"))]
    store.close()
    assert acknowledged <= set(recorded)
    assert sorted(recorded) == sorted(published)
