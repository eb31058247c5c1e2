"""A store on each database that Spanwise supports, and a product whose orders arrive in files."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from spanwise.core.actor import Actor, ActorKind
from spanwise.core.clock import FixedClock
from spanwise.core.ids import Ids
from spanwise.data.ingest import ingest
from spanwise.data.reports import IngestReport
from spanwise.spec.models.contracts import DataContract
from spanwise.spec.models.products import Product
from spanwise.store.database import Store

Send = Callable[..., IngestReport]


BESIDE_THE_PROJECT = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture(scope="session")
def incident_log() -> Path:
    """The real incident log; a test that needs it skips where it is absent."""
    folder = Path(os.environ.get("SPANWISE_DATA", BESIDE_THE_PROJECT))
    path = folder / "operations" / "incident_events.csv.gz"
    if not path.is_file():
        pytest.skip(f"no real data at {folder}: set SPANWISE_DATA")
    return path


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


@pytest.fixture
def actor() -> Actor:
    return Actor(id="user:ana.silva", kind=ActorKind.PERSON, functions=None)


@pytest.fixture
def contract() -> DataContract:
    document = {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": "orders",
        "version": "1.0.0",
        "schema": [
            {
                "name": "orders",
                "properties": [
                    {"name": "id", "logicalType": "string", "required": True},
                    {"name": "at", "logicalType": "timestamp", "required": True},
                    {
                        "name": "amount",
                        "logicalType": "number",
                        "logicalTypeOptions": {"minimum": 0},
                    },
                ],
            }
        ],
    }
    return DataContract.model_validate(document)


@pytest.fixture
def product() -> Product:
    return Product.model_validate(
        {"product": "sales.orders", "contract": "orders", "key": "id", "as_of": "at"}
    )


@pytest.fixture
def send(
    store: Store, product: Product, contract: DataContract, actor: Actor, tmp_path: Path
) -> Send:
    """Ingests lines under the header `id,at,amount`, a second after what came before."""
    clock = store.clock
    assert isinstance(clock, FixedClock)

    def ingest_lines(*lines: str, **options: Any) -> IngestReport:
        clock.advance(1_000)
        path = tmp_path / "orders.csv"
        path.write_text("\n".join(["id,at,amount", *lines]) + "\n")
        return ingest(store, product, contract, path, actor, source=path.name, **options)

    return ingest_lines
