"""JSON Schemas of every kind of document, for completion and checking in an editor."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from spanwise.spec.models.assets import Asset
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.spec.models.entities import Entity
from spanwise.spec.models.functions import BusinessFunction, WorkspaceSettings
from spanwise.spec.models.products import Product

_KINDS: Mapping[str, Any] = {
    "workspace": WorkspaceSettings,
    "function": BusinessFunction,
    "product": Product,
    "entity": Entity,
    "asset": Asset,
    "decision_point": DecisionPoint,
}
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_ATTRIBUTE = re.compile(r"^([a-z_, ]+): (.+(?:\n {4}.+)*)$", re.MULTILINE)


def json_schemas() -> dict[str, dict[str, Any]]:
    """The schema of each kind by its first key, and of any document as `document`."""
    schemas = {kind: _schema(model) for kind, model in _KINDS.items()}
    return {**schemas, "document": _any_of(schemas)}


class _Described(GenerateJsonSchema):
    """Takes the description of each key from its model's docstring."""

    def model_schema(self, schema: Any) -> dict[str, Any]:
        generated = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        text = _dedented(model.__doc__ or "")
        generated["description"] = text.partition("\n\n")[0].strip()
        properties = generated.get("properties", {})
        for name, meaning in _attributes(text):
            field = model.model_fields.get(name)
            key = (field.alias or name) if field else name
            if key in properties:
                properties[key]["description"] = meaning
        return generated


def _schema(model: Any) -> dict[str, Any]:
    generated = TypeAdapter(model).json_schema(schema_generator=_Described)
    return {"$schema": _DRAFT, **generated}


def _any_of(schemas: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """One schema that follows the first key; a contract has a published schema of its own."""
    definitions: dict[str, Any] = {}
    rest: dict[str, Any] = {"required": ["apiVersion"]}
    # A decision point may have an `entity` too, so its own key is asked for first, as the last.
    for kind, schema in schemas.items():
        body = {key: value for key, value in schema.items() if key not in ("$defs", "$schema")}
        definitions |= {**schema.get("$defs", {}), kind: body}
        rest = {"if": {"required": [kind]}, "then": {"$ref": f"#/$defs/{kind}"}, "else": rest}
    return {"$schema": _DRAFT, "type": "object", "$defs": definitions, **rest}


def _dedented(text: str) -> str:
    first, _, rest = text.partition("\n")
    return f"{first}\n" + re.sub(r"^ {4}", "", rest, flags=re.MULTILINE)


def _attributes(text: str) -> Iterator[tuple[str, str]]:
    section = text.partition("Attributes:\n")[2]
    for names, meaning in _ATTRIBUTE.findall(re.sub(r"^ {4}", "", section, flags=re.MULTILINE)):
        for name in names.split(", "):
            yield name, " ".join(meaning.split())
