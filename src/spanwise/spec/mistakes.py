"""Turns what pydantic refuses into problems that name the place, the mistake and the fix."""

import re
import reprlib
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from spanwise.spec.models.base import PATTERN_FIXES
from spanwise.spec.places import Path, Place
from spanwise.spec.problems import Problem, did_you_mean

_WANTED: Mapping[str, str] = {
    "string_type": "text; put quotes around it",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "tuple_type": "a list: [a, b]",
    "list_type": "a list: [a, b]",
    "dict_type": "keys with values: {{key: value}}",
    "model_type": "keys with values: {{key: value}}",
    "model_attributes_type": "keys with values: {{key: value}}",
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than_equal": "{le} or less",
    "too_short": "at least {min_length} of them",
    "too_long": "at most {max_length} of them",
    "string_too_short": "text of at least {min_length} characters",
    "string_too_long": "text of at most {max_length} characters",
}
"""What belongs there, by pydantic's type of error, filled in from its context."""

_QUOTED = re.compile(r"'([^']*)'")


def problems_of(error: ValidationError, model: type[BaseModel], place: Place) -> Iterator[Problem]:
    """Every mistake of one document."""
    details = error.errors(include_url=False)
    for detail in details:
        if not _is_consequence(detail, details):
            yield _problem(detail, model, place)


def _is_consequence(detail: ErrorDetails, details: list[ErrorDetails]) -> bool:
    """Whether a list only counts as too short because something in it is refused."""
    path = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(other["loc"]) > len(path) and other["loc"][: len(path)] == path for other in details
    )


def _problem(detail: ErrorDetails, model: type[BaseModel], place: Place) -> Problem:
    path, kind, context = detail["loc"], detail["type"], detail.get("ctx", {})
    is_key = bool(path) and path[-1] == "[key]"
    if is_key:
        path = path[:-1]
    last = str(path[-1])[:60] if path else ""
    around = place.name_of(path[:-1]) or "the document"
    if kind == "missing":
        return place.problem(
            path, f"'{last}' is missing in {around}.", f"Add '{last}'.", code="missing_key"
        )
    if kind == "extra_forbidden":
        message = f"'{last}' is not a key of {around}."
        fix = did_you_mean(last, _keys_at(model, path[:-1]))
        return place.problem(path, message, fix, code="unknown_key", key=True)
    name = place.name_of(path)
    shown = f"{name}: " if name else ""
    code = "invalid_value"
    if kind == "spanwise":
        message, fix, code = context["message"], context["fix"], context["code"]
    else:
        message = f"{reprlib.repr(detail['input'])} is not allowed here."
        fix = _fix(detail)
    return place.problem(path, shown + message, fix, code=code, key=is_key)


def _fix(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in ("literal_error", "enum"):
        return did_you_mean(str(detail["input"]), _QUOTED.findall(context["expected"]))
    if kind == "string_pattern_mismatch":
        return PATTERN_FIXES.get(context["pattern"], "Write it in another form.")
    wanted = _WANTED.get(kind)
    return f"Write {wanted.format_map(context)}." if wanted else f"{detail['msg']}."


def _keys_at(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that may stand at the path, of all forms that are allowed there."""
    models = {model}
    for step in path:
        inner = {
            found
            for outer in models
            for name, field in outer.model_fields.items()
            if step == (field.alias or name)
            for found in _models_in(field.annotation)
        }
        models = inner or models
    return [field.alias or name for found in models for name, field in found.model_fields.items()]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
