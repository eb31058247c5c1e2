"""The chain: what of an entry is hashed, and how each head follows from the one before."""

import hashlib
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spanwise.core.canonical import canonical
from spanwise.governance.audit.chain import EMPTY_HEAD, Chain, entry_json, leaf_of
from spanwise.governance.audit.merkle import root_of
from spanwise.store.audit import AuditEntry

ENTRY = AuditEntry(
    id="aud_01",
    at_ms=1_700_000_000_000,
    actor="user:dana.ito",
    action="pin.moved",
    subject="finance.permits",
    body='{"reason":"gate passed – all five","release":"ab12"}',
)


def test_an_entry_is_canonical_json_with_its_body_in_it() -> None:
    assert entry_json(ENTRY) == canonical(
        {
            "id": "aud_01",
            "at_ms": 1_700_000_000_000,
            "actor": "user:dana.ito",
            "action": "pin.moved",
            "subject": "finance.permits",
            "body": {"reason": "gate passed – all five", "release": "ab12"},
        }
    )


@pytest.mark.parametrize(
    "body",
    ["", "not json", '{"a":1', '{"b":1,"a":2}', '{"a": 1}', '{"a":1,"a":2}', "[1]", '"text"',
     '{},"id":"aud_99"', "[" * 5_000],
)  # fmt: skip
def test_a_body_that_is_no_canonical_object_stands_as_text(body: str) -> None:
    shown = msgspec.json.decode(entry_json(replace(ENTRY, body=body)))
    assert shown["body"] == body
    assert shown["id"] == "aud_01"


@given(st.text(max_size=20), st.text(max_size=20))
def test_different_bodies_never_share_a_leaf(one: str, other: str) -> None:
    same = leaf_of(replace(ENTRY, body=one)) == leaf_of(replace(ENTRY, body=other))
    assert same is (one == other)


def test_a_head_is_the_hash_of_the_head_before_and_the_leaf() -> None:
    chain = Chain()
    entries = [replace(ENTRY, id=f"aud_{number}") for number in range(5)]
    head = EMPTY_HEAD
    for size, entry in enumerate(entries, start=1):
        leaf = leaf_of(entry)
        assert leaf == hashlib.sha256(b"\x00" + entry_json(entry)).digest()
        head = hashlib.sha256(head + leaf).digest()
        assert chain.next_head(leaf) == head
        assert chain.append(leaf) == chain.head == head
        assert chain.size == size
    assert chain.root() == root_of([leaf_of(entry) for entry in entries])
