"""Fixtures that several suites share; a suite's conftest names those that it wants."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from tests.support.operations import Operations, fill, open_copy

from spanwise.core.clock import FixedClock
from spanwise.store.database import Store


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Iterator[Store]:
    """A store in which the example is applied, and some incidents have arrived."""
    with open_copy(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def operations(store: Store, clock: FixedClock) -> Operations:
    """The operations desk in shadow, where everything begins."""
    return Operations(store, clock)


@pytest.fixture
def two_processes(
    postgres_server: str, clock: FixedClock
) -> Iterator[tuple[Operations, Operations]]:
    """Two processes on one PostgreSQL database, with the same content as `operations`."""
    name = f"spanwise_{uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    url = postgres_server.replace("/postgres?", f"/{name}?", 1)
    stores = [Store.open(url, clock=clock) for _ in range(2)]
    one, other = (Operations(store, clock) for store in stores)
    fill(one)
    yield one, other
    for store in stores:
        store.close()
