"""The offline verifier finds what was done to an export, and names the first bad entry."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spanwise.core.canonical import canonical
from spanwise.core.errors import InvalidInput
from spanwise.governance.audit.chain import Chain, entry_json, leaf_of
from spanwise.governance.audit.checkpoint import sign_checkpoint
from spanwise.governance.audit.export import checkpoint_line, entry_line
from spanwise.governance.audit.keys import SigningKey
from spanwise.governance.audit.verify import Fault, Verification, verify
from spanwise.store.audit import AuditEntry

KEY = SigningKey("example.com/spanwise", bytes(range(32)))
FORGER = SigningKey("example.com/spanwise", bytes(range(1, 33)))


def entry(number: int, note: str = "") -> AuditEntry:
    return AuditEntry(
        id=f"aud_{number:03}",
        at_ms=1_700_000_000_000 + number,
        actor="user:dana.ito",
        action="case.resolved",
        subject=f"dec_{number}",
        body=canonical({"verb": "accept", "note": note or f"№ {number}"}).decode(),
    )


def exported(
    entries: Sequence[AuditEntry], sealed: Sequence[int], key: SigningKey = KEY
) -> tuple[list[bytes], list[str]]:
    """Lines of entries, and the notes of checkpoints over the given sizes."""
    chain, lines, notes = Chain(), [], []
    for each in entries:
        leaf = leaf_of(each)
        head = chain.append(leaf)
        lines.append(entry_line(entry_json(each), head=head.hex(), leaf=leaf.hex(), seq=chain.size))
        if chain.size in sealed:
            notes.append(sign_checkpoint(size=chain.size, root=chain.root(), key=key))
    return lines, notes


ENTRIES = [entry(number) for number in range(1, 13)]
LINES, NOTES = exported(ENTRIES, sealed=[5, 10])
WHOLE = [*LINES, *map(checkpoint_line, NOTES)]


def check(lines: Sequence[bytes], newest: str | None = None) -> Verification:
    with tempfile.NamedTemporaryFile() as file:
        path = Path(file.name)
        path.write_bytes(b"".join(lines))
        return verify(path, [KEY.verifier], newest=newest)


def first_fault(lines: Sequence[bytes], newest: str | None = None) -> Fault:
    found = check(lines, newest)
    assert not found.ok
    assert found.fault is not None
    return found.fault


def test_a_whole_export_is_verified() -> None:
    assert check(WHOLE) == Verification(verified=12, sealed=10, checkpoints=2, fault=None)
    assert str(check(WHOLE)) == "12 entries verified, 10 of them under a checkpoint."
    assert check(WHOLE, newest=NOTES[-1]).checkpoints == 3


def test_an_edited_entry_is_named() -> None:
    edited = [*WHOLE[:6], WHOLE[6].replace(b"accept", b"refuse"), *WHOLE[7:]]
    found = check(edited)
    assert found.verified == 6
    assert found.sealed == 5
    assert found.fault == Fault(
        line=7, seq=7, entry_id="aud_007", problem="its content is not what was chained"
    )
    assert str(found) == (
        "6 entries verified, 5 of them under a checkpoint. "
        "Then line 7, entry 7, aud_007: its content is not what was chained"
    )


def test_a_removed_entry_is_named_by_its_number() -> None:
    fault = first_fault([*WHOLE[:3], *WHOLE[4:]])
    assert (fault.line, fault.seq, fault.entry_id) == (4, 4, "aud_005")
    assert "entry 5 stands in its place" in fault.problem


def test_an_entry_deleted_from_the_database_is_named() -> None:
    line = b'{"deleted":"aud_004",' + WHOLE[3][WHOLE[3].index(b'"head"') :]
    fault = first_fault([*WHOLE[:3], line, *WHOLE[4:]])
    assert (fault.line, fault.seq, fault.entry_id) == (4, 4, "aud_004")
    assert fault.problem == "the entry was deleted from the database"


def test_a_head_that_does_not_continue_the_chain_is_named() -> None:
    head = LINES[2][LINES[2].index(b'"head":"') + 8 :][:64]
    fault = first_fault([*WHOLE[:2], WHOLE[2].replace(head, b"0" * 64), *WHOLE[3:]])
    assert (fault.line, fault.seq) == (3, 3)
    assert fault.problem == "its head does not continue the chain"


def test_a_rewrite_with_all_hashes_fails_against_the_checkpoint() -> None:
    rewritten, _ = exported([*ENTRIES[:6], entry(7, "bribed"), *ENTRIES[7:]], sealed=[])
    found = check([*rewritten, *map(checkpoint_line, NOTES)])
    assert found.verified == found.sealed == 5
    assert found.fault is not None
    assert (found.fault.line, found.fault.seq) == (14, 6)
    assert "entries 6 to 10 are not all what was signed" in found.fault.problem
    kept_elsewhere = first_fault(rewritten, newest=NOTES[-1])
    assert (kept_elsewhere.line, kept_elsewhere.seq) == (None, 1)


def test_a_forged_checkpoint_is_named() -> None:
    rewritten, forged = exported([entry(1, "bribed"), *ENTRIES[1:]], sealed=[10], key=FORGER)
    found = check([*rewritten, *map(checkpoint_line, forged)])
    assert found.sealed == 0
    assert found.fault is not None
    assert found.fault.line == 13
    assert found.fault.seq is None
    assert "not signed by a key of this log" in found.fault.problem


def test_a_cut_tail_shows_against_a_checkpoint() -> None:
    inside = first_fault([*LINES[:8], *map(checkpoint_line, NOTES)])
    assert (inside.line, inside.seq) == (10, 9)
    assert "the tail was cut" in inside.problem
    beside = first_fault([*LINES[:8], checkpoint_line(NOTES[0])], newest=NOTES[1])
    assert (beside.line, beside.seq) == (None, 9)


def test_without_any_checkpoint_nothing_is_proved() -> None:
    for lines in (LINES, []):
        assert "no signed checkpoint" in first_fault(lines).problem
    assert check(LINES, newest=NOTES[-1]).ok


def test_an_entry_after_a_checkpoint_is_a_fault() -> None:
    fault = first_fault([*LINES[:11], checkpoint_line(NOTES[0]), LINES[11]])
    assert (fault.line, fault.seq) == (13, 12)


def test_a_checkpoint_of_another_log_cannot_be_handed_in() -> None:
    _, foreign = exported(ENTRIES, sealed=[10], key=FORGER)
    with pytest.raises(InvalidInput):
        check(WHOLE, newest=foreign[0])


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_any_altered_byte_is_found_on_its_line(data: st.DataObject) -> None:
    content = b"".join(WHOLE)
    place = data.draw(st.integers(0, len(content) - 1))
    altered = bytearray(content)
    altered[place] ^= data.draw(st.integers(1, 255))
    fault = first_fault([bytes(altered)])
    line = content.count(b"\n", 0, place) + 1
    assert fault.line == line
    assert fault.seq == (line if line <= len(LINES) else None)


@given(st.permutations(WHOLE))
@settings(max_examples=50, deadline=None)
def test_any_other_order_is_found(lines: list[bytes]) -> None:
    moved = next(
        (at for at, pair in enumerate(zip(lines, WHOLE, strict=True)) if pair[0] != pair[1]), None
    )
    if moved is None:
        assert check(lines).ok
    else:
        fault = first_fault(lines)
        assert fault.line is not None
        assert fault.line > moved


@given(st.integers(0, len(b"".join(WHOLE)) - 1))
@settings(max_examples=50, deadline=None)
def test_any_cut_is_found_with_the_newest_checkpoint(length: int) -> None:
    kept = b"".join(WHOLE)[:length]
    found = check([kept], newest=NOTES[-1])
    whole_lines = kept.count(b"\n") if not kept or kept.endswith(b"\n") else None
    if whole_lines is not None and whole_lines >= 10:
        assert found.ok
        assert found.sealed == 10
    else:
        assert not found.ok
