"""A row in quarantine waits, visible, until a correction takes its place."""

from copy import deepcopy
from typing import Any

import pytest

from spanwise.core.actor import Actor
from spanwise.core.errors import Conflict, InvalidInput, NotFound
from spanwise.data.lookups import lookup
from spanwise.data.quarantine import correct, held_rows
from spanwise.spec.models.contracts import DataContract
from spanwise.spec.models.products import Product
from spanwise.store import audit, products
from spanwise.store.database import Store

GOOD = {"id": "a", "at": "2026-01-01", "amount": 1}


@pytest.fixture
def fix(store: Store, product: Product, contract: DataContract, actor: Actor) -> Any:
    def correct_row(batch_id: str, line: int, row: dict[str, object]) -> str:
        return correct(store, product, contract, row, actor, batch_id=batch_id, line=line)

    return correct_row


def test_rows_are_listed_by_page_with_their_reasons(store: Store, send: Any) -> None:
    older = send("a,2026-01-01,-1", "b,2026-01-01,-1")
    newer = send("c,2026-01-01,x")
    first, second = held_rows(store, "sales.orders", limit=2)
    [third] = held_rows(store, "sales.orders", limit=2, after=second)
    assert [(row.batch_id, row.line) for row in (first, second, third)] == [
        (newer.batch_id, 2),
        (older.batch_id, 2),
        (older.batch_id, 3),
    ]
    assert [str(reason) for reason in first.reasons] == ["amount is not a finite number"]
    assert [str(reason) for reason in third.reasons] == ["amount is below 0"]


def test_a_corrected_row_is_published_and_leaves(store: Store, send: Any, fix: Any) -> None:
    report = send("a,2026-01-01,-1")
    assert fix(report.batch_id, 2, GOOD) == "a"
    row = lookup(store, "sales.orders", "a")
    assert row is not None
    assert (row.content["amount"], row.batch_id) == (1, report.batch_id)
    assert held_rows(store, "sales.orders") == []
    assert products.count_waiting(store, "sales.orders") == 0
    batch = products.batch(store, report.batch_id)
    assert batch is not None
    assert (batch.received, batch.accepted, batch.quarantined) == (1, 0, 1)
    entries = audit.unchained(store, since="", limit=10)
    assert {entry.action for entry in entries} == {"data.batch_published", "data.row_corrected"}


def test_a_correction_that_still_breaks_the_contract_is_refused(
    store: Store, send: Any, fix: Any
) -> None:
    report = send("a,2026-01-01,-1")
    with pytest.raises(InvalidInput, match="amount is below 0") as raised:
        fix(report.batch_id, 2, {**GOOD, "amount": -2})
    assert raised.value.code == "contract_violated"
    assert len(held_rows(store, "sales.orders")) == 1


def test_a_row_is_corrected_once(send: Any, fix: Any) -> None:
    report = send("a,2026-01-01,-1")
    fix(report.batch_id, 2, GOOD)
    with pytest.raises(Conflict):
        fix(report.batch_id, 2, GOOD)


def test_only_a_row_in_quarantine_can_be_corrected(send: Any, fix: Any) -> None:
    report = send("a,2026-01-01,1")
    with pytest.raises(NotFound):
        fix(report.batch_id, 2, GOOD)


def test_a_correction_does_not_replace_a_newer_row(store: Store, send: Any, fix: Any) -> None:
    report = send("a,2026-01-01,-1")
    send("a,2026-01-02,2")
    fix(report.batch_id, 2, GOOD)
    row = lookup(store, "sales.orders", "a")
    assert row is not None
    assert row.content["amount"] == 2


def test_a_duplicate_needs_a_key_of_its_own(
    store: Store, product: Product, contract: DataContract, actor: Actor, send: Any
) -> None:
    report = send("a,2026-01-01,1", "b,2026-01-01,-1")
    document = deepcopy(contract.document)
    document["schema"][0]["properties"][0]["unique"] = True
    strict = DataContract.model_validate(document)
    with pytest.raises(Conflict, match="another row with the key 'a'"):
        correct(store, product, strict, GOOD, actor, batch_id=report.batch_id, line=3)
    own = {**GOOD, "id": "c"}
    assert correct(store, product, strict, own, actor, batch_id=report.batch_id, line=3) == "c"
