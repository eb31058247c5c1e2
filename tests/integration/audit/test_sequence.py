"""The sequencer chains every committed entry once, whoever else runs and however late it came."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from spanwise.core.actor import Actor, ActorKind
from spanwise.core.clock import HOUR_MS, MINUTE_MS, SECOND_MS, FixedClock
from spanwise.core.errors import Conflict, InvalidInput
from spanwise.core.ids import Ids
from spanwise.governance.audit.checkpoint import open_checkpoint
from spanwise.governance.audit.export import export
from spanwise.governance.audit.keys import SigningKey
from spanwise.governance.audit.sequence import Sequencer
from spanwise.governance.audit.verify import verify
from spanwise.store import audit
from spanwise.store.database import Store

KEY = SigningKey("example.com/spanwise", bytes(range(32)))
Tamper = Callable[..., None]
DANA = Actor(id="user:dana.ito", kind=ActorKind.PERSON)


def record(store: Store, *actions: str, ids: Ids | None = None) -> None:
    """One transaction with an entry for each action."""
    unit = store.unit(DANA)
    unit.ids = ids or unit.ids
    for action in actions:
        unit.audit(action, "finance.permits")
    unit.commit()


def actions(store: Store) -> list[str]:
    """What was done, in the order of the chain."""
    return [each.entry.action for each in audit.chained(store, first=1, last=5_000) if each.entry]


def test_entries_are_chained_once_and_counted_until_then(store: Store) -> None:
    sequencer = Sequencer(store, KEY, batch=2)
    record(store, "one.done")
    record(store, "two.done")
    record(store, "three.done")
    assert sequencer.unchained() == 3
    assert [sequencer.step() for _ in range(3)] == [2, 1, 0]
    assert sequencer.unchained() == 0
    assert sorted(actions(store)) == ["one.done", "three.done", "two.done"]
    assert [link.seq for link in audit.links(store, first=1, last=10)] == [1, 2, 3]


def test_entries_of_different_moments_keep_their_order(store: Store, clock: FixedClock) -> None:
    for number in range(20):
        record(store, f"{number:02}.done")
        clock.advance(1)
    Sequencer(store, KEY).step()
    assert actions(store) == [f"{number:02}.done" for number in range(20)]


def test_sqlite_keeps_the_order_within_one_transaction(tmp_path: Path, clock: FixedClock) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/spanwise.db", clock=clock)
    done = [f"{number:02}.done" for number in range(20)]
    record(store, *done)
    Sequencer(store, KEY).step()
    assert actions(store) == done
    store.close()


@pytest.mark.parametrize("late_ms", [SECOND_MS, 2 * MINUTE_MS, 2 * HOUR_MS])
def test_an_entry_committed_late_is_chained(store: Store, clock: FixedClock, late_ms: int) -> None:
    """Its id is older than everything that was chained before it was committed."""
    slow_ids = Ids(FixedClock(clock.now_ms()), bytes)
    sequencer = Sequencer(store, KEY)
    clock.advance(late_ms)
    record(store, "later.done")
    sequencer.step()
    sequencer.step()
    record(store, "earlier.done", ids=slow_ids)
    for _ in range(3):
        sequencer.step()
        clock.advance(HOUR_MS)
    assert actions(store) == ["later.done", "earlier.done"]


def test_sealing_looks_over_the_whole_log(store: Store, clock: FixedClock) -> None:
    slow_ids = Ids(FixedClock(clock.now_ms()), bytes)
    sequencer = Sequencer(store, KEY)
    clock.advance(30 * MINUTE_MS)
    record(store, "later.done")
    sequencer.step()
    record(store, "earlier.done", ids=slow_ids)
    assert sequencer.step() == 0
    assert sequencer.seal() == 1
    newest = audit.newest_checkpoint(store)
    assert newest is not None
    assert newest.size == 2


def test_a_checkpoint_is_signed_after_so_many_entries(store: Store) -> None:
    sequencer = Sequencer(store, KEY, checkpoint_every=3)
    record(store, "a.done", "b.done")
    sequencer.step()
    assert audit.newest_checkpoint(store) is None
    record(store, "c.done")
    sequencer.step()
    newest = audit.newest_checkpoint(store)
    assert newest is not None
    assert open_checkpoint(newest.note, [KEY.verifier]).size == newest.size == 3


def test_a_checkpoint_is_signed_after_so_long_if_anything_is_new(
    store: Store, clock: FixedClock
) -> None:
    sequencer = Sequencer(store, KEY, checkpoint_every_ms=MINUTE_MS)
    clock.advance(MINUTE_MS)
    sequencer.step()
    assert audit.newest_checkpoint(store) is None
    record(store, "a.done")
    sequencer.step()
    clock.advance(MINUTE_MS)
    sequencer.step()
    signed = audit.checkpoints(store, first=0, last=100, limit=100)
    assert [checkpoint.size for checkpoint in signed] == [1]


def test_a_restarted_sequencer_goes_on_where_the_log_stands(store: Store, tmp_path: Path) -> None:
    for _ in range(3):
        record(store, "a.done", "b.done", "c.done")
        Sequencer(store, KEY).seal()
    with (tmp_path / "log").open("wb") as out:
        export(store, out)
    assert verify(tmp_path / "log", [KEY.verifier]).sealed == 9


def test_sequencers_of_several_processes_share_one_chain(
    postgres_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    stores = [Store.open(postgres_url, clock=clock) for _ in range(3)]
    sequencers = [Sequencer(each, KEY, batch=7, checkpoint_every=50) for each in stores]
    turns: list[int] = []
    recording = threading.Event()

    def sequence(place: int) -> None:
        while recording.is_set() or sequencers[place].unchained():
            if sequencers[place].step():
                turns.append(place)

    recording.set()
    threads = [threading.Thread(target=sequence, args=[place]) for place in range(3)]
    for thread in threads:
        thread.start()
    for number in range(60):
        record(stores[number % 3], *["a.done"] * 5)
    recording.clear()
    for thread in threads:
        thread.join(timeout=60)

    sequencers[0].seal()
    with (tmp_path / "log").open("wb") as out:
        export(stores[0], out)
    found = verify(tmp_path / "log", [KEY.verifier])
    assert str(found) == "300 entries verified, 300 of them under a checkpoint."
    assert len(set(turns)) > 1, "only one sequencer had a turn"
    assert turns != sorted(turns), "the sequencers did not interleave"
    for each in stores:
        each.close()


def test_nothing_is_chained_onto_a_rewritten_log(store: Store, tamper: Tamper) -> None:
    sequencer = Sequencer(store, KEY)
    record(store, "a.done", "b.done")
    sequencer.seal()
    record(store, "c.done")
    tamper("UPDATE audit_chain SET head_sha256 = leaf_sha256 WHERE seq = 2")
    for each in (sequencer, Sequencer(store, KEY)):
        with pytest.raises(Conflict, match="entry 2") as refused:
            each.step()
        assert refused.value.code == "audit_chain_broken"
    assert sequencer.unchained() == 1


def test_nothing_is_signed_over_a_cut_tail(store: Store, tamper: Tamper) -> None:
    sequencer = Sequencer(store, KEY)
    record(store, "a.done", "b.done", "c.done")
    sequencer.seal()
    tamper("DELETE FROM audit_chain WHERE seq = 3")
    for each in (sequencer, Sequencer(store, KEY)):
        with pytest.raises(Conflict, match="entry 3"):
            each.step()


def test_nothing_is_signed_that_contradicts_the_last_checkpoint(
    store: Store, tamper: Tamper
) -> None:
    record(store, "a.done", "b.done")
    Sequencer(store, KEY).seal()
    signed = audit.newest_checkpoint(store)
    assert signed is not None
    tamper(
        "UPDATE audit_entries SET action = 'forged.done' WHERE action = 'a.done'",
        "DELETE FROM audit_chain",
        "DELETE FROM audit_checkpoints",
    )
    Sequencer(store, KEY).step()
    assert "forged.done" in actions(store)
    unit = store.unit(DANA)
    audit.add_checkpoint(unit, signed)
    unit.commit()
    with pytest.raises(Conflict, match="not what was signed"):
        Sequencer(store, KEY).step()


def test_after_a_change_of_key_the_former_one_is_named(store: Store) -> None:
    record(store, "a.done")
    Sequencer(store, KEY).seal()
    new = SigningKey.generate("example.com/spanwise")
    with pytest.raises(InvalidInput, match="not signed by a key of this log"):
        Sequencer(store, new).step()
    record(store, "b.done")
    assert Sequencer(store, new, former_keys=[KEY.verifier]).seal() == 1
