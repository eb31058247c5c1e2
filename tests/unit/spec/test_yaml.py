from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from spanwise.spec.yaml import MAX_CHARACTERS, MAX_DEPTH, MAX_NODES, Node, read_yaml


def only(text: str) -> Node:
    nodes, problems = read_yaml(text, "a.yaml")
    assert not problems
    (node,) = nodes
    return node


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("0.25", 0.25),
        ("1e3", 1000.0),
        ("007", "007"),
        ("0x1F", "0x1F"),
        ("0o7", "0o7"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("2026-01-01", "2026-01-01"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1e999", "1e999"),
        ("99999999999999999999", "99999999999999999999"),
        ("-", [None]),
        ("+", "+"),
        (".", "."),
        ("'12'", "12"),
        ('"true"', "true"),
        ("2%", "2%"),
        ("<<", "<<"),
    ],
)
def test_only_json_s_own_scalars_are_not_text(written: str, value: object) -> None:
    assert only(f"key: {written}" if value != [None] else "key:\n- ").value == {"key": value}


def test_every_value_and_key_has_a_line_and_a_column() -> None:
    node = only("a: 1\nb:\n  - x\n  - {c: y}\n")
    inner = node.at("b", 1, "c")
    assert (inner.value, inner.line, inner.column) == ("y", 4, 9)
    assert node.at("b", 1).key_marks == {"c": (4, 6)}


def test_a_path_that_is_not_there_ends_at_the_nearest_value_around_it() -> None:
    assert only("a: {b: 1}").at("a", "missing").value == {"b": 1}


def test_several_documents_stand_in_one_file() -> None:
    nodes, problems = read_yaml("a: 1\n---\nb: 2\n", "a.yaml")
    assert [node.value for node in nodes] == [{"a": 1}, {"b": 2}]
    assert not problems


def test_a_key_that_stands_twice_is_refused_with_both_lines() -> None:
    _, (problem,) = read_yaml("a: 1\nb: 2\na: 3\n", "a.yaml")
    assert (problem.line, problem.column, problem.code) == (3, 1, "duplicate_key")
    assert "first in line 1" in problem.message


def test_the_documents_before_a_mistake_are_still_read() -> None:
    nodes, (problem,) = read_yaml("a: 1\n---\nb: [1\n---\nc: 3\n", "a.yaml")
    assert [node.value for node in nodes] == [{"a": 1}]
    assert (problem.file, problem.code) == ("a.yaml", "invalid_yaml")
    assert problem.line >= 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: !!python/object/apply:os.system [id]", "tag_refused"),
        ("a: !secret x", "tag_refused"),
        ("{a: 1}: b", "invalid_key"),
        ("? [a]\n: b", "invalid_key"),
        ("a: &x 1\n*x : 2", "invalid_key"),
        ("a: *nobody", "unknown_anchor"),
        ("a: &x [*x]", "unknown_anchor"),
        ("a: &x 1\n---\nb: *x", "unknown_anchor"),
        ("a: '\x00'", "invalid_yaml"),
        ("\ud800", "invalid_yaml"),
        ("a: b: c", "invalid_yaml"),
    ],
)
def test_what_is_not_plain_yaml_is_refused_with_a_fix(text: str, code: str) -> None:
    _, problems = read_yaml(text, "a.yaml")
    assert [problem.code for problem in problems] == [code]
    assert problems[0].fix


def test_an_alias_repeats_its_value() -> None:
    assert only("a: &x [1, 2]\nb: *x").value == {"a": [1, 2], "b": [1, 2]}


def test_aliases_that_multiply_are_stopped() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    _, (problem,) = read_yaml("\n".join(lines), "a.yaml")
    assert (problem.code, str(MAX_NODES) in problem.message) == ("too_large", True)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 200_000])
def test_deep_nesting_is_stopped_and_does_not_crash(opening: str, depth: int) -> None:
    _, (problem,) = read_yaml(opening * depth, "a.yaml")
    assert problem.code == "too_deep"


def test_a_file_that_is_too_large_is_not_read() -> None:
    nodes, (problem,) = read_yaml("#" * (MAX_CHARACTERS + 1), "a.yaml")
    assert (nodes, problem.code, problem.line) == ([], "too_large", 0)


def leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


@given(st.text(st.sampled_from("ab01 :-[]{},'\"&*!|>#%?\n\t~.\\é\x00"), max_size=60))
@example("a: &x\n b: *x")
@settings(max_examples=100)
def test_any_text_gives_plain_data_or_a_problem(text: str) -> None:
    nodes, problems = read_yaml(text, "a.yaml")
    assert all(problem.message and problem.fix for problem in problems)
    for node in nodes:
        assert all(
            leaf is None or isinstance(leaf, str | int | float) for leaf in leaves(node.value)
        )
