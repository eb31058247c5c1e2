"""A migrated database has exactly the tables that the code declares."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from spanwise.core.clock import FixedClock
from spanwise.core.errors import Unavailable
from spanwise.store.database import Store
from spanwise.store.tables import metadata


def test_migrations_lead_to_the_declared_tables(store: Store, database_url: str) -> None:
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_an_embedded_database_has_one_writer(sqlite_url: str, clock: FixedClock) -> None:
    first = Store.open(sqlite_url, clock=clock)
    with pytest.raises(Unavailable, match="Another process writes"):
        Store.open(sqlite_url, clock=clock)
    first.close()
    Store.open(sqlite_url, clock=clock).close()
