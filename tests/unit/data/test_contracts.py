"""The official schema speaks plainly, and nothing that a contract promises is passed over."""

import copy
from typing import Any

import pytest

from spanwise.data.contracts import schema_problems, unchecked_promises
from spanwise.spec.models.contracts import DataContract

CONTRACT: dict[str, Any] = {
    "apiVersion": "v3.2.0",
    "kind": "DataContract",
    "id": "orders",
    "version": "1.0.0",
    "schema": [
        {
            "name": "orders",
            "properties": [
                {"name": "id", "logicalType": "string", "required": True},
                {
                    "name": "amount",
                    "logicalType": "number",
                    "quality": [{"metric": "nullValues", "mustBe": 0}],
                },
            ],
        }
    ],
}

FIRST = "schema 0 properties 0"


def problems(path: str, change: dict[str, Any]) -> list[tuple[str, str]]:
    """Path and words of every problem after a change to one part; None removes a key."""
    document = copy.deepcopy(CONTRACT)
    part: Any = document
    for step in path.split():
        part = part[int(step) if step.isdigit() else step]
    part.update(change)
    for key in [key for key, value in change.items() if value is None]:
        del part[key]
    return [(found.path, f"{found.message} {found.fix}") for found in schema_problems(document)]


def test_a_sound_contract_has_no_problems() -> None:
    assert schema_problems(CONTRACT) == []


def test_a_field_may_leave_its_type_out() -> None:
    change = {"logicalType": None, "logicalTypeOptions": {"pattern": "[a-z]+"}}
    assert problems(FIRST, change) == []


@pytest.mark.parametrize(
    ("part", "change", "path", "words"),
    [
        ("", {"id": None}, "", "'id' is missing. Add id."),
        (
            FIRST,
            {"primarykey": True},
            "schema[0].properties[0]",
            "The standard has no 'primarykey' here. Did you mean 'primaryKey'?",
        ),
        (
            FIRST,
            {"logicalType": "strng"},
            "schema[0].properties[0].logicalType",
            "'strng' is not a known value. Did you mean 'string'?",
        ),
        (
            FIRST,
            {"required": "yes"},
            "schema[0].properties[0].required",
            "'yes' is not of type boolean. Write a value of type boolean.",
        ),
        (
            FIRST,
            {"logicalTypeOptions": {"minimun": 3}},
            "schema[0].properties[0].logicalTypeOptions",
            "The standard has no 'minimun' here. Known: format, maxLength, minLength, pattern.",
        ),
        (
            FIRST,
            {"customProperties": [{"property": "knownAt"}]},
            "schema[0].properties[0].customProperties[0]",
            "'value' is missing. Add value.",
        ),
        (
            "",
            {"team": {"members": [{"username": 3}]}},
            "team.members[0].username",
            "3 is not of type string. Write a value of type string.",
        ),
    ],
)
def test_a_mistake_is_told_once_with_its_place_and_its_fix(
    part: str, change: dict[str, Any], path: str, words: str
) -> None:
    assert problems(part, change) == [(path, words)]


def test_an_operator_too_many_names_the_choice() -> None:
    [(path, words)] = problems("schema 0 properties 1 quality 0", {"mustNotBe": 3})
    assert path == "schema[0].properties[1].quality[0]"
    assert "Use exactly one of mustBe, mustNotBe" in words


def test_problems_are_bounded() -> None:
    document = copy.deepcopy(CONTRACT)
    document["schema"][0]["properties"] = [{"name": i} for i in range(60)]
    assert len(schema_problems(document)) == 50


def test_promises_that_nothing_checks_are_listed() -> None:
    document = copy.deepcopy(CONTRACT)
    table = document["schema"][0]
    table["quality"] = [{"type": "text", "description": "Complete by 6 in the morning."}]
    table["properties"][0]["relationships"] = [{"to": "customers.id"}]
    assert unchecked_promises(DataContract.model_validate(document)) == [
        "orders: Complete by 6 in the morning.",
        "orders.id: refers to customers.id",
    ]
