"""Every refusal has a stable code, says what is wrong, and what to do about it."""

import inspect

import pytest

from spanwise.core import errors
from spanwise.core.errors import Conflict, InvalidInput, SpanwiseError

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]


def test_no_two_kinds_share_a_code() -> None:
    assert len({kind.code for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_one_of_ours_with_a_status_of_http(kind: type[SpanwiseError]) -> None:
    assert issubclass(kind, SpanwiseError)
    assert 400 <= kind.status < 600


def test_it_reads_as_one_sentence_and_its_fix() -> None:
    error = InvalidInput("A reason is missing.", "Give one.")
    assert (str(error), error.message, error.fix) == (
        "A reason is missing. Give one.",
        "A reason is missing.",
        "Give one.",
    )
    assert str(InvalidInput("Nothing helps.")) == "Nothing helps."


def test_a_special_case_has_a_code_of_its_own_and_leaves_its_kind_alone() -> None:
    assert Conflict("Used.", code="idempotency_key_reused").code == "idempotency_key_reused"
    assert Conflict("Changed.").code == "conflict"
