"""An ingest that is killed anywhere leaves nothing visible, and the next one clears up."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from spanwise.core.actor import PLATFORM
from spanwise.core.clock import SystemClock
from spanwise.data.ingest import ingest
from spanwise.data.lookups import lookup
from spanwise.data.quarantine import held_rows
from spanwise.spec.models.contracts import DataContract
from spanwise.spec.models.products import Product
from spanwise.store import products
from spanwise.store.database import Store
from spanwise.store.statements import Statement

VICTIM = """
import os, signal, sys
from pathlib import Path
from spanwise.core.actor import PLATFORM
from spanwise.core.clock import SystemClock
from spanwise.data.ingest import ingest
from spanwise.spec.models.contracts import DataContract
from spanwise.spec.models.products import Product
from spanwise.store.database import Store

url, file, contract, product, phase = sys.argv[1:]

def die(now, rows):
    if now == phase:
        os.kill(os.getpid(), signal.SIGKILL)

store = Store.open(url, clock=SystemClock())
ingest(
    store,
    Product.model_validate_json(product),
    DataContract.model_validate_json(contract),
    Path(file),
    PLATFORM,
    source="orders.csv",
    progress=die,
)
"""
LEFT_STAGED = Statement("SELECT count(*) FROM staged_rows")
LEFT_QUARANTINED = Statement("SELECT count(*) FROM quarantined_rows")


@pytest.mark.parametrize("phase", ["read", "checked", "staged"])
def test_killed_ingest(
    phase: str, sqlite_url: str, tmp_path: Path, contract: DataContract, product: Product
) -> None:
    path = tmp_path / "orders.csv"
    rows = [f"k{n},2026-01-01,{n % 10 - 1}" for n in range(12_000)]
    path.write_text("\n".join(["id,at,amount", *rows]))
    documents = [json.dumps(contract.document), product.model_dump_json()]
    arguments = [sqlite_url, str(path), *documents, phase]
    victim = subprocess.run([sys.executable, "-c", VICTIM, *arguments], timeout=60, check=False)
    assert victim.returncode == -signal.SIGKILL

    store = Store.open(sqlite_url, clock=SystemClock())
    assert lookup(store, "sales.orders", "k5") is None
    assert held_rows(store, "sales.orders") == []
    assert [batch.state for batch in products.list_batches(store, "sales.orders", limit=5)] == [
        "loading"
    ]
    report = ingest(store, product, contract, path, PLATFORM, source="orders.csv")
    assert (report.received, report.accepted, report.quarantined) == (12_000, 10_800, 1_200)
    assert not report.repeated
    states = [batch.state for batch in products.list_batches(store, "sales.orders", limit=5)]
    assert states == ["published", "failed"]
    assert store.row(LEFT_STAGED) == (0,)
    assert store.row(LEFT_QUARANTINED) == (1_200,)
    assert products.extent(store, "sales.orders").rows == 10_800
    store.close()
