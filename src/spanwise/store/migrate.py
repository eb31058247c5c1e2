"""Brings the tables up to date by Alembic, at the cost of one query when they are."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from spanwise.store.backends import Backend

_SCRIPTS = Path(__file__).parent / "migrations"


def migrate(backend: Backend) -> None:
    """Applies the migrations that the database lacks."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    if _version(backend) == ScriptDirectory.from_config(config).get_current_head():
        return
    url = backend.url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _version(backend: Backend) -> str | None:
    connection = backend.connect(read_only=True)
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except Exception:  # a new database has no such table
        return None
    finally:
        connection.close()
    return str(row[0]) if row else None
