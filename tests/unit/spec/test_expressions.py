from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spanwise.spec.expression_tokens import MAX_LENGTH, ExpressionRefused
from spanwise.spec.expression_values import ExpressionFailed
from spanwise.spec.expressions import compile_expression

ROW = {"impact": "1", "urgency": "2", "age": 30, "share": 0.5, "unknown": None, "category.1": "x"}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("impact == '1' or urgency == '1'", True),
        ("impact == '1' and urgency == '1'", False),
        ("not impact == '1'", False),
        ("impact in ['1', '2']", True),
        ("impact not in ['1', '2']", False),
        ("age + 2 * 3 - 1", 35),
        ("(age + 2) * 3", 96),
        ("age / 4 > 7", True),
        ("-age < 0", True),
        ("10 - 3 - 2", 5),
        ("lower('ABC') == \"abc\"", True),
        ("'it''s' == \"it's\"", True),
        ("len(impact) == 1", True),
        ("min(age, 3, 7)", 3),
        ("max('a', 'b')", "b"),
        ("abs(-2.5)", 2.5),
        ("coalesce(unknown, age)", 30),
        ("`category.1` == 'x'", True),
        ("true", True),
        ("impact", "1"),
    ],
)
def test_an_expression_answers_for_a_row(text: str, answer: object) -> None:
    assert compile_expression(text).evaluate(ROW) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("unknown == '1'", None),
        ("unknown == null", None),
        ("unknown is null", True),
        ("unknown is not null", False),
        ("unknown + 1", None),
        ("not (unknown == '1')", None),
        ("unknown == '1' or true", True),
        ("unknown == '1' or false", None),
        ("unknown == '1' and false", False),
        ("unknown == '1' and true", None),
        ("unknown in ['1']", None),
        ("impact in ['1', null]", True),
        ("impact in ['2', null]", None),
        ("impact not in ['2', null]", None),
        ("len(unknown)", None),
        ("min(1, unknown)", None),
        ("coalesce(unknown, null)", None),
    ],
)
def test_null_means_unknown(text: str, answer: object) -> None:
    assert compile_expression(text).evaluate(ROW) is answer


def test_the_names_are_the_fields_that_it_reads() -> None:
    expression = compile_expression("lower(a) == 'b' and c in [d, 1] or `e f` is null")
    assert expression.names == {"a", "c", "d", "e f"}


def test_the_right_side_is_not_asked_when_the_left_one_decides() -> None:
    guarded = compile_expression("age != 0 and 10 / age > 1")
    assert guarded.evaluate({"age": 0}) is False
    assert compile_expression("age == 0 or 10 / age > 1").evaluate({"age": 0}) is True


@pytest.mark.parametrize(
    "text",
    [
        "impact == 1",
        "impact > 0",
        "true < false",
        "true == 1",
        "impact + 1",
        "-impact",
        "age / 0",
        "lower(age)",
        "len(age)",
        "min(age, impact)",
        "not age",
        "age and true",
        "missing == 1",
        "share * 1" + "0" * 14 + " * 100000000000000" * 25,
        "given == 1",
    ],
)
def test_what_has_no_answer_is_an_error_and_never_a_guess(text: str) -> None:
    with pytest.raises(ExpressionFailed):
        compile_expression(text).evaluate({**ROW, "given": ["a", "list"]})


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_is_not_finite_is_refused(number: float) -> None:
    with pytest.raises(ExpressionFailed, match="'age'"):
        compile_expression("age > 1").evaluate({"age": number})


def test_a_condition_holds_or_not_or_is_unknown() -> None:
    assert compile_expression("age > 1").holds(ROW) is True
    assert compile_expression("unknown > 1").holds(ROW) is None
    with pytest.raises(ExpressionFailed, match="neither true nor false"):
        compile_expression("age").holds(ROW)


@pytest.mark.parametrize(
    ("text", "column", "hint"),
    [
        ("", 1, "expected a value"),
        ("age >", 6, "the end"),
        ("age = 1", 5, "'=='"),
        ("age == 1 & true", 10, "'and'"),
        ("1 < age < 3", 9, "do not chain"),
        ("(age", 5, "')'"),
        ("age)", 4, "the end"),
        ("age 3", 5, "the end"),
        ("foo(1)", 1, "no function 'foo'"),
        ("lowr(age)", 1, "Did you mean 'lower'?"),
        ("len()", 1, "0 arguments"),
        ("len(a, b)", 1, "2 arguments"),
        ("min()", 1, "0 arguments"),
        ("age in []", 10, "at least one"),
        ("age in 3", 8, "'['"),
        ("age is 3", 8, "'null'"),
        ("'open", 1, "Close the quote"),
        ("a.b == 1", 2, "backquotes"),
        ("a.__class__", 2, "dots"),
        ("2 ** 9", 4, "expected a value"),
        ("a[0]", 2, "the end"),
        ("lambda: 1", 7, "not understood"),
        ("1abc", 1, "not understood"),
        ("`a", 1, "backquote"),
        ("and", 1, "expected a value"),
        ("a == \n %", 8, "not understood"),
    ],
)
def test_what_is_not_in_the_language_is_refused_by_column(
    text: str, column: int, hint: str
) -> None:
    with pytest.raises(ExpressionRefused) as caught:
        compile_expression(text)
    assert caught.value.column == column
    assert hint in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["(" * 500, "(" * 500 + "a" + ")" * 500, "not " * 400 + "a", "-" * 900 + "1", "abs(" * 300],
)
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(ExpressionRefused, match="nested deeper"):
        compile_expression(text)


def test_a_long_text_is_refused() -> None:
    with pytest.raises(ExpressionRefused, match="longer than"):
        compile_expression("a or " * MAX_LENGTH)


def test_a_long_flat_chain_is_fine() -> None:
    text = " or ".join(["age == 1"] * 150)
    assert compile_expression(text).evaluate(ROW) is False
    assert compile_expression("+".join(["1"] * 900)).evaluate({}) == 900


@given(st.text(st.sampled_from("ab1 .'\"`()[],+-*/<>=!andornotisnulcl"), max_size=40))
@settings(max_examples=100)
def test_any_text_is_refused_or_answers_or_fails_clearly(text: str) -> None:
    with suppress(ExpressionRefused, ExpressionFailed):
        answer = compile_expression(text).evaluate({"a": "x", "b": 2, "n": None})
        assert answer is None or isinstance(answer, str | int | float)


values = st.one_of(st.none(), st.booleans())


@given(values, values)
def test_and_or_not_keep_de_morgan_s_laws_with_unknowns(a: bool | None, b: bool | None) -> None:
    row = {"a": a, "b": b}
    for left, right in [
        ("not (a and b)", "not a or not b"),
        ("not (a or b)", "not a and not b"),
    ]:
        assert compile_expression(left).evaluate(row) is compile_expression(right).evaluate(row)


@given(st.integers(-99, 99), st.integers(-99, 99), st.integers(1, 99))
def test_arithmetic_is_python_s(a: int, b: int, c: int) -> None:
    row = {"a": a, "b": b, "c": c}
    assert compile_expression("a - b * c + a / c").evaluate(row) == a - b * c + a / c
