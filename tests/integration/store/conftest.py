"""A store on each database that Spanwise supports: every test here runs on both."""

import os
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from spanwise.core.clock import FixedClock
from spanwise.core.ids import Ids
from spanwise.store.database import Store


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    server = str(request.getfixturevalue("postgres_server"))
    name = f"spanwise_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return server.replace("/postgres?", f"/{name}?", 1)


@pytest.fixture
def store(database_url: str, clock: FixedClock) -> Iterator[Store]:
    opened = Store.open(database_url, clock=clock, ids=Ids(clock, os.urandom))
    yield opened
    opened.close()
