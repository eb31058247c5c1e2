"""A batch is published whole, once, and the newest row of each key counts."""

import gzip
from pathlib import Path
from typing import Any

import msgspec
import pytest

from spanwise.core.actor import Actor
from spanwise.core.clock import FixedClock
from spanwise.core.errors import Conflict, InvalidInput, TooLarge
from spanwise.data.contracts import contract_state
from spanwise.data.ingest import ingest, ingest_rows
from spanwise.data.lookups import lookup
from spanwise.data.quarantine import held_rows
from spanwise.spec.models.contracts import DataContract
from spanwise.spec.models.products import Product
from spanwise.store import audit, outbox, products
from spanwise.store.database import Store


def amount(store: Store, key: str) -> object:
    row = lookup(store, "sales.orders", key)
    return row and row.content["amount"]


def states(store: Store) -> list[str]:
    return [batch.state for batch in products.list_batches(store, "sales.orders", limit=10)]


def test_good_rows_are_published_and_bad_ones_held(store: Store, send: Any) -> None:
    report = send("a,2026-01-01,1.5", "b,2026-01-01,-1", "c,never,1")
    assert (report.received, report.accepted, report.quarantined) == (3, 1, 2)
    assert report.reasons == {"amount: minimum": 1, "at: type": 1}
    row = lookup(store, "sales.orders", "a")
    assert row is not None
    assert row.content == {"id": "a", "at": "2026-01-01T00:00:00.000Z", "amount": 1.5}
    assert (row.as_of_ms, row.batch_id) == (1_767_225_600_000, report.batch_id)
    assert lookup(store, "sales.orders", "b") is None
    assert lookup(store, "other.product", "a") is None
    assert [(held.line, held.raw) for held in held_rows(store, "sales.orders")] == [
        (3, "b,2026-01-01,-1"),
        (4, "c,never,1"),
    ]


def test_a_batch_is_told_to_the_audit_log_and_to_consumers(
    store: Store, send: Any, clock: FixedClock
) -> None:
    report = send("a,2026-01-01,1")
    [entry] = audit.unchained(store, since="", limit=10)
    assert (entry.action, entry.subject) == ("data.batch_published", "product:sales.orders")
    body = msgspec.json.decode(entry.body)
    assert (body["batch"], body["contract"], body["received"]) == (report.batch_id, "orders", 1)
    [message] = outbox.due(store, clock.now_ms(), 10)
    assert message.topic == "data.batch_published"
    assert msgspec.json.decode(message.payload) == {
        "product": "sales.orders",
        "batch": report.batch_id,
        "received": 1,
        "accepted": 1,
        "quarantined": 0,
    }


def test_an_older_row_never_replaces_a_newer_one(store: Store, send: Any) -> None:
    send("a,2026-01-02,2", "b,2026-01-02,2")
    send("a,2026-01-01,1", "b,2026-01-02,3")
    assert (amount(store, "a"), amount(store, "b")) == (2, 3)


def test_within_a_file_the_newest_row_of_a_key_counts(store: Store, send: Any) -> None:
    report = send("a,2026-01-01,1", "a,2026-01-03,3", "a,2026-01-02,2")
    assert (report.accepted, report.quarantined) == (3, 0)
    assert amount(store, "a") == 3
    assert products.extent(store, "sales.orders").rows == 1


def test_the_same_bytes_are_published_once(store: Store, send: Any) -> None:
    first = send("a,2026-01-01,1", "b,2026-01-01,-1")
    second = send("a,2026-01-01,1", "b,2026-01-01,-1")
    assert second.repeated
    assert not first.repeated
    assert (second.batch_id, second.received, second.reasons) == (
        first.batch_id,
        first.received,
        first.reasons,
    )
    assert states(store) == ["published"]
    assert products.count_waiting(store, "sales.orders") == 1


def test_the_same_bytes_can_be_loaded_again_on_purpose(store: Store, send: Any) -> None:
    first = send("a,2026-01-01,1")
    second = send("a,2026-01-01,1", again=True)
    assert second.batch_id != first.batch_id
    assert states(store) == ["published", "published"]
    assert products.extent(store, "sales.orders").rows == 1


def test_deciders_learn_that_a_batch_was_published(store: Store, send: Any) -> None:
    before = store.governed_version
    assert contract_state(store, "sales.orders") == "unknown"
    send(*(f"k{n},2026-01-01,1" for n in range(20)))
    assert store.governed_version > before
    assert contract_state(store, "sales.orders") == "ok"


def test_a_contract_is_broken_when_too_much_of_the_last_batch_broke_it(
    store: Store, send: Any
) -> None:
    send("a,2026-01-01,-1", "b,2026-01-01,1", "c,2026-01-01,1")
    assert contract_state(store, "sales.orders") == "ok"  # one of three may be chance
    send(*(f"k{n},2026-01-02,{n - 5}" for n in range(20)))
    assert contract_state(store, "sales.orders") == "broken"
    assert contract_state(store, "sales.orders", max_quarantined_share=0.2) == "ok"


def test_an_empty_batch_proves_nothing(store: Store, send: Any) -> None:
    report = send()
    assert (report.received, report.accepted, report.quarantined) == (0, 0, 0)
    assert contract_state(store, "sales.orders") == "unknown"


def test_what_fails_on_the_way_leaves_nothing(
    store: Store, product: Product, contract: DataContract, actor: Actor, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv.gz"
    path.write_bytes(gzip.compress(b"id,at,amount\n" + b"a,2026-01-01,1\n" * 100_000)[:-20])
    with pytest.raises(InvalidInput, match="is damaged"):
        ingest(store, product, contract, path, actor, source="orders.csv.gz")
    assert states(store) == ["failed"]
    assert lookup(store, "sales.orders", "a") is None


def test_a_file_that_lacks_a_column_is_refused_before_a_batch_begins(
    store: Store, product: Product, contract: DataContract, actor: Actor, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("id;at;amount\n")
    with pytest.raises(InvalidInput, match="no column 'id'"):
        ingest(store, product, contract, path, actor, source="orders.csv")
    assert states(store) == []


def test_a_later_ingest_takes_over_and_the_earlier_one_says_so(store: Store, send: Any) -> None:
    sent: list[str] = []

    def interfere(phase: str, _rows: int) -> None:
        if phase == "checked" and not sent:
            sent.append(phase)
            send("a,2026-01-01,2")

    with pytest.raises(Conflict, match="Another ingest") as raised:
        send("a,2026-01-02,1", "b,2026-01-02,1", progress=interfere)
    assert raised.value.code == "ingest_superseded"
    assert states(store) == ["published", "failed"]
    assert (amount(store, "a"), amount(store, "b")) == (2, None)


def test_progress_tells_every_phase(send: Any) -> None:
    seen: list[tuple[str, int]] = []
    rows = [f"k{n},2026-01-01,1" for n in range(6_000)]
    send(*rows, progress=lambda phase, count: seen.append((phase, count)))
    assert seen == [("read", 6_000), ("checked", 6_000), ("staged", 5_000), ("staged", 6_000)]


def test_rows_sent_as_objects_are_checked_alike(
    store: Store, product: Product, contract: DataContract, actor: Actor
) -> None:
    rows: list[dict[str, object]] = [
        {"id": "a", "at": "2026-01-01", "amount": 1.5, "salary": 9},
        {"id": "b", "at": "2026-01-01", "amount": -1},
        {"id": "c", "at": "2026-01-01", "amount": {"eur": 1}},
        {"at": "2026-01-01"},
    ]
    report = ingest_rows(store, product, contract, rows, actor, source="api")
    assert (report.received, report.accepted, report.quarantined) == (4, 1, 3)
    assert report.notices == ("Not in the contract, and left out: salary.",)
    assert report.reasons == {"amount: minimum": 1, "row: nested_value": 1, "id: required": 1}
    assert amount(store, "a") == 1.5
    assert ingest_rows(store, product, contract, rows, actor, source="api").repeated


def test_rows_at_once_are_bounded(
    store: Store, product: Product, contract: DataContract, actor: Actor
) -> None:
    with pytest.raises(TooLarge, match="5001 rows at once"):
        ingest_rows(store, product, contract, [{}] * 5_001, actor, source="api")
