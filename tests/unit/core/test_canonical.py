"""The same value is always the same bytes, and they are the ones that RFC 8785 prescribes."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from spanwise.core.canonical import Json, canonical, digest, digest_bytes
from spanwise.routing.routes import Route

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
keys = st.text(st.characters(max_codepoint=127), max_size=8)
values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_the_bytes_are_those_of_the_standard(value: Json) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(st.dictionaries(keys, st.integers(0, 9), min_size=2))
def test_the_order_in_which_keys_were_written_does_not_count(value: dict[str, int]) -> None:
    assert digest(dict(reversed(value.items()))) == digest(value)


@pytest.mark.parametrize("refused", [0.5, 1.0, float("nan"), [1, 2.0], {"rate": {"of": 0.15}}])
def test_a_float_has_no_bytes_of_its_own(refused: Json) -> None:
    with pytest.raises(TypeError, match="float"):
        canonical(refused)


@pytest.mark.parametrize("refused", [b"bytes", {1, 2}, object(), {"at": b"bytes"}])
def test_neither_has_what_json_does_not_know(refused: Json) -> None:
    with pytest.raises(TypeError):
        canonical(refused)


@pytest.mark.parametrize("refused", [2**53, -(2**53), [{"n": 10**30}]])
def test_a_number_that_another_reader_would_round_is_refused(refused: Json) -> None:
    with pytest.raises(ValueError, match="beyond"):
        canonical(refused)


@pytest.mark.parametrize("refused", [{"größe": 1}, {1: "one"}, [{"€": None}]])
def test_a_key_that_sorts_differently_elsewhere_is_refused(refused: Json) -> None:
    with pytest.raises(ValueError, match="key"):
        canonical(refused)


def test_half_of_a_character_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        canonical({"note": "\ud800"})


def test_tuples_words_and_truths_are_written_as_json_has_them() -> None:
    value: Json = {"routes": (Route.REVIEW, None), "audited": True, "n": 1}
    assert canonical(value) == b'{"audited":true,"n":1,"routes":["review",null]}'


def test_a_digest_is_the_sha_256_of_the_bytes() -> None:
    assert digest_bytes(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest({"a": 1}) == digest_bytes(b'{"a":1}')
