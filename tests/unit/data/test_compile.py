"""A rule that cannot be checked is an error that names it, never a rule that is passed over."""

from typing import Any

import pytest

from spanwise.core.errors import InvalidInput
from spanwise.data.compile import check_problems, compile_check

AT = {"name": "at", "logicalType": "timestamp"}
ID = {"name": "id", "logicalType": "string"}


@pytest.mark.parametrize(
    ("field", "path", "words"),
    [
        ({"logicalType": "vector", "logicalTypeOptions": {"dimensions": 3}}, "", "'vector'"),
        (
            {"quality": [{"type": "sql", "query": "SELECT 1", "mustBe": 0}]},
            ".quality[0]",
            "type 'sql'",
        ),
        (
            {"quality": [{"type": "custom", "engine": "soda", "implementation": "x"}]},
            ".quality[0]",
            "type 'custom'",
        ),
        ({"quality": [{"metric": "rowCount", "mustBe": 0}]}, ".quality[0]", "'rowCount'"),
        (
            {"quality": [{"metric": "nullValues", "mustBeLessThan": 5, "unit": "percent"}]},
            ".quality[0]",
            "tolerance on 'nullValues'",
        ),
        (
            {"quality": [{"metric": "invalidValues", "mustBe": 0, "arguments": {"maximum": 3}}]},
            ".quality[0]",
            "argument 'maximum'",
        ),
        (
            {"quality": [{"metric": "invalidValues", "mustBe": 0}]},
            ".quality[0]",
            "'invalidValues'",
        ),
        (
            {"logicalTypeOptions": {"format": "ipv6"}},
            ".logicalTypeOptions.format",
            "'format: ipv6'",
        ),
        (
            {"logicalTypeOptions": {"pattern": "(?=x)"}},
            ".logicalTypeOptions.pattern",
            "group '(?='",
        ),
        ({"logicalTypeOptions": {"pattern": "[a"}}, "", "'pattern' cannot be checked"),
        (
            {"logicalType": "number", "logicalTypeOptions": {"multipleOf": 0.01}},
            ".logicalTypeOptions.multipleOf",
            "'multipleOf: 0.01'",
        ),
        (
            {"logicalType": "date", "logicalTypeOptions": {"minimum": "soon"}},
            ".logicalTypeOptions.minimum",
            "'soon' is not an ISO 8601 date",
        ),
        (
            {"logicalType": "timestamp", "logicalTypeOptions": {"defaultTimezone": "Mars/Base"}},
            "",
            "no time zone 'Mars/Base'",
        ),
        (
            {"logicalType": "time", "logicalTypeOptions": {"format": "HH"}},
            ".logicalTypeOptions.format",
            "'format: HH'",
        ),
        ({"logicalType": "number", "enum": [{"value": "a"}]}, ".enum", "'a' is not a number"),
    ],
)
def test_an_unsupported_rule_is_named_with_its_place(
    make_contract: Any, make_product: Any, field: Any, path: str, words: str
) -> None:
    [problem] = check_problems(make_contract(ID, AT, {"name": "x", **field}), make_product())
    assert problem.path == f"schema[0].properties[2]{path}"
    assert words in problem.message
    assert problem.fix


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"metric": "rowCount", "mustBeGreaterThan": 0}, "tolerance on 'rowCount'"),
        (
            {"metric": "duplicateValues", "mustBe": 0, "arguments": {"properties": ["nope"]}},
            "table rule 'duplicateValues'",
        ),
    ],
)
def test_an_unsupported_rule_of_the_table_is_named(
    make_contract: Any, make_product: Any, rule: Any, words: str
) -> None:
    [problem] = check_problems(make_contract(ID, AT, quality=[rule]), make_product())
    assert problem.path == "schema[0].quality[0]"
    assert words in problem.message


@pytest.mark.parametrize(
    ("product", "words"),
    [
        ({"key": "idd"}, "The key 'idd' is not a field. Did you mean 'id'?"),
        ({"as_of": "id"}, "The as_of field 'id' is of type 'string'."),
        ({"key": "amount"}, "The key 'amount' is of type 'number'."),
        ({"table": "other"}, "no single table"),
        ({"format": {"dates": "%H:%M"}}, "it has no year"),
    ],
)
def test_what_a_product_asks_of_a_contract_must_be_there(
    make_contract: Any, make_product: Any, product: Any, words: str
) -> None:
    contract = make_contract(ID, AT, {"name": "amount", "logicalType": "number"})
    [problem] = check_problems(contract, make_product(**product))
    assert words in str(problem)


def test_an_invalid_document_is_told_first(make_contract: Any, make_product: Any) -> None:
    contract = make_contract(ID, {**AT, "requird": True})
    [problem] = check_problems(contract, make_product())
    assert "Did you mean 'required'?" in problem.fix


def test_prose_is_no_rule(make_contract: Any, make_product: Any) -> None:
    prose = {"type": "text", "description": "As the bank wrote it."}
    contract = make_contract({**ID, "quality": [prose]}, AT, quality=[prose])
    assert check_problems(contract, make_product()) == []


def test_ingest_refuses_what_it_cannot_check(make_contract: Any, make_product: Any) -> None:
    contract = make_contract({**ID, "logicalTypeOptions": {"format": "uri"}}, AT)
    with pytest.raises(InvalidInput, match="Contract 'orders', schema") as raised:
        compile_check(contract, make_product())
    assert raised.value.code == "unsupported_rule"
