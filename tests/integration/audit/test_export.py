"""An export of a real log verifies, and shows what was done to the database behind its back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from spanwise.core.actor import PLATFORM
from spanwise.core.errors import Conflict
from spanwise.governance.audit.export import Exported, export
from spanwise.governance.audit.keys import SigningKey
from spanwise.governance.audit.sequence import Sequencer
from spanwise.governance.audit.verify import Verification, verify
from spanwise.store import audit
from spanwise.store.database import Store
from spanwise.store.statements import Statement

KEY = SigningKey("example.com/spanwise", bytes(range(32)))
ACCIDENTS = [
    "DELETE FROM audit_entries",
    "DELETE FROM audit_chain",
    "DELETE FROM audit_checkpoints",
    "UPDATE audit_entries SET actor = 'nobody'",
    "UPDATE audit_chain SET seq = seq",
    "UPDATE audit_checkpoints SET note = ''",
]
Tamper = Callable[..., None]


def record(store: Store, count: int) -> None:
    unit = store.unit(PLATFORM)
    for number in range(count):
        unit.audit("case.decided", f"dec_{number}", route="review", reasons=["stale_data", "é"])
    unit.commit()


def verified(store: Store, tmp_path: Path, newest: str | None = None) -> Verification:
    with (tmp_path / "log").open("wb") as out:
        export(store, out)
    return verify(tmp_path / "log", [KEY.verifier], newest=newest)


@pytest.fixture
def log(store: Store) -> Store:
    sequencer = Sequencer(store, KEY)
    for _ in range(3):
        record(store, 1_500)
        sequencer.seal()
    return store


def test_an_export_holds_the_chain_and_counts_what_it_leaves_out(
    log: Store, tmp_path: Path
) -> None:
    record(log, 2)
    with (tmp_path / "log").open("wb") as out:
        assert export(log, out) == Exported(entries=4_500, checkpoints=3, unchained=2)
    found = verify(tmp_path / "log", [KEY.verifier])
    assert found == Verification(verified=4_500, sealed=4_500, checkpoints=3, fault=None)


def test_an_edited_row_is_named(log: Store, tmp_path: Path, tamper: Tamper) -> None:
    (chained,) = audit.chained(log, first=2_345, last=2_345)
    tamper(
        "UPDATE audit_entries SET actor = 'nobody' "
        "WHERE id = (SELECT entry_id FROM audit_chain WHERE seq = 2345)"
    )
    fault = verified(log, tmp_path).fault
    assert fault is not None
    assert (fault.line, fault.seq, fault.entry_id) == (2_345, 2_345, chained.link.entry_id)


def test_a_deleted_row_is_named(log: Store, tmp_path: Path, tamper: Tamper) -> None:
    (chained,) = audit.chained(log, first=7, last=7)
    tamper("DELETE FROM audit_entries WHERE id = (SELECT entry_id FROM audit_chain WHERE seq = 7)")
    fault = verified(log, tmp_path).fault
    assert fault is not None
    assert (fault.seq, fault.entry_id) == (7, chained.link.entry_id)
    assert fault.problem == "the entry was deleted from the database"


def test_a_cut_tail_is_found_by_the_checkpoint_that_left_the_host(
    log: Store, tmp_path: Path, tamper: Tamper
) -> None:
    newest = audit.newest_checkpoint(log)
    assert newest is not None
    tamper(
        "DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_chain WHERE seq > 3000)",
        "DELETE FROM audit_chain WHERE seq > 3000",
        "DELETE FROM audit_checkpoints WHERE size > 3000",
    )
    assert verified(log, tmp_path).ok
    fault = verified(log, tmp_path, newest.note).fault
    assert fault is not None
    assert fault.seq == 3_001
    assert "covers 4500 entries" in fault.problem


def test_triggers_keep_accidents_out(log: Store) -> None:
    for sql in ACCIDENTS:
        unit = log.unit(PLATFORM)
        unit.write(Statement(sql))
        with pytest.raises(Conflict):
            unit.commit()
    record(log, 1)
    assert Sequencer(log, KEY).seal() == 1
