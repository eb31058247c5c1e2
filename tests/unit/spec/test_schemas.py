"""The published JSON Schemas say what the parser says."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from spanwise.spec.schemas import json_schemas
from spanwise.spec.yaml import read_yaml

EXAMPLE = Path(__file__).parents[3] / "examples" / "operations"
SCHEMAS = json_schemas()


def documents() -> list[dict[str, Any]]:
    return [
        node.value
        for path in sorted(EXAMPLE.rglob("*.yaml"))
        for node in read_yaml(path.read_text(), path.name)[0]
    ]


def mistakes(schema: str, document: object) -> list[str]:
    return [error.message for error in Draft202012Validator(SCHEMAS[schema]).iter_errors(document)]


@pytest.mark.parametrize("kind", sorted(SCHEMAS))
def test_a_schema_is_valid_itself(kind: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[kind])


@pytest.mark.parametrize("document", documents(), ids=lambda document: next(iter(document)))
def test_the_example_keeps_the_schema(document: dict[str, Any]) -> None:
    kind = next(iter(document))
    assert not mistakes("document", document)
    assert kind == "apiVersion" or not mistakes(kind, document)


def test_a_wrong_key_or_value_breaks_the_schema() -> None:
    (point,) = [document for document in documents() if "decision_point" in document]
    assert mistakes("document", {**point, "stge": "assist"})
    assert mistakes("document", {**point, "stage": "everything"})
    assert mistakes("decision_point", {**point, "review": {"team": "x", "due": 4}})
    assert mistakes("document", {"something": "else"})


def test_an_entity_of_a_decision_point_is_not_taken_for_an_entity_document() -> None:
    (point,) = [document for document in documents() if "decision_point" in document]
    assert not mistakes("document", {**point, "entity": "incident"})


def test_keys_are_described() -> None:
    properties = SCHEMAS["decision_point"]["properties"]
    assert properties["stage"]["description"] == "the ceiling."
    assert "Escalation" in SCHEMAS["decision_point"]["$defs"]
    assert SCHEMAS["decision_point"]["$defs"]["Review"]["properties"]["due"]["description"]
