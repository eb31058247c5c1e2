"""A store on each database that Spanwise supports: every test here runs on both."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest

from spanwise.core.clock import FixedClock
from spanwise.core.ids import Ids
from spanwise.store.backends import backend_for
from spanwise.store.database import Store
from spanwise.store.migrate import migrate


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """A database with every table, to be copied: that is quicker than migrating each."""
    with _database(postgres_server) as (name, url):
        migrate(backend_for(url))
        yield name


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """The address of an empty database on the server."""
    with _database(postgres_server, template=postgres_template) as (_, url):
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def store(database_url: str, clock: FixedClock) -> Iterator[Store]:
    opened = Store.open(database_url, clock=clock, ids=Ids(clock, os.urandom))
    yield opened
    opened.close()


@contextmanager
def _database(server: str, *, template: str = "template1") -> Iterator[tuple[str, str]]:
    name = f"spanwise_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield name, urlsplit(server)._replace(path=f"/{name}").geturl()
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
