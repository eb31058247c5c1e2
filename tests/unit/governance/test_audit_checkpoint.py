"""Checkpoints: C2SP signed notes that nobody else can make and nobody can alter."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spanwise.core.errors import InvalidInput
from spanwise.governance.audit.checkpoint import (
    Checkpoint,
    open_checkpoint,
    open_note,
    sign_checkpoint,
    sign_note,
)
from spanwise.governance.audit.keys import SigningKey, VerifierKey, to_base64

LOG = "example.com/spanwise"
KEY = SigningKey(LOG, bytes(range(32)))
ROOT = hashlib.sha256(b"root").digest()
ENCODED = to_base64(ROOT)
LOOSE = ENCODED[:-2] + chr(ord(ENCODED[-2]) + 1) + "="  # the same bytes, unused bits set
NOTE = sign_checkpoint(size=20_852_163, root=ROOT, key=KEY)


def test_the_example_of_the_specification_opens() -> None:
    key = VerifierKey.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    note = (
        "This is an example message.\n"
        "\n"
        "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFX"
        "mRKuwHjG1Yu72IneyaQM=\n"
    )
    assert open_note(note, [key]) == ("This is an example message.\n", key)


def test_a_checkpoint_opens_with_its_key() -> None:
    text, _, signature = NOTE.partition("\n\n")
    assert text == f"{LOG}\n20852163\n{ENCODED}"
    assert signature.startswith(f"— {LOG} ")
    assert open_checkpoint(NOTE, [KEY.verifier]) == Checkpoint(
        origin=LOG, size=20_852_163, root=ROOT
    )


def test_signatures_of_others_are_passed_over() -> None:
    witness = SigningKey.generate("witness.example")
    line = sign_note(NOTE.partition("\n\n")[0] + "\n", witness).rpartition("\n\n")[2]
    cosigned = NOTE + line
    assert open_checkpoint(cosigned, [KEY.verifier]).size == 20_852_163
    before = NOTE.replace("\n\n", "\n\n" + line)
    assert open_checkpoint(before, [KEY.verifier]).size == 20_852_163


def test_after_a_change_of_key_both_open_their_own() -> None:
    new = SigningKey.generate(LOG)
    keys = [new.verifier, KEY.verifier]
    assert open_checkpoint(NOTE, keys).root == ROOT
    assert open_checkpoint(sign_checkpoint(size=1, root=ROOT, key=new), keys).size == 1
    with pytest.raises(InvalidInput, match="not signed by a key of this log"):
        open_checkpoint(NOTE, [new.verifier])


@pytest.mark.parametrize(
    "text",
    [
        f"example.com/other\n1\n{ENCODED}\n",
        f"{LOG}\n01\n{ENCODED}\n",
        f"{LOG}\n-1\n{ENCODED}\n",
        f"{LOG}\n1\n{LOOSE}\n",
        f"{LOG}\n1\nc2hvcnQ=\n",
        f"{LOG}\n1\n",
    ],
)
def test_a_signed_text_that_is_no_checkpoint_of_this_log_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        open_checkpoint(sign_note(text, KEY), [KEY.verifier])
    assert refused.value.code == "checkpoint_invalid"


@pytest.mark.parametrize("note", ["", "\n\n", NOTE[:-1], NOTE + "\n", NOTE * 200])
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(InvalidInput):
        open_checkpoint(note, [KEY.verifier])


@given(st.integers(0, len(NOTE) - 1), st.characters(codec="utf-8"))
@settings(max_examples=100, deadline=None)
def test_no_character_can_be_replaced(place: int, char: str) -> None:
    altered = NOTE[:place] + char + NOTE[place + 1 :]
    if altered == NOTE:
        return
    with pytest.raises(InvalidInput):
        open_checkpoint(altered, [KEY.verifier])
