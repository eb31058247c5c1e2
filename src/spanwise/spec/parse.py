"""From the text of a file to documents, each mistake with its line, column and fix."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import ValidationError

from spanwise.core.errors import InvalidInput
from spanwise.spec.mistakes import problems_of
from spanwise.spec.models.assets import ModelAsset, RuleAsset
from spanwise.spec.models.contracts import DataContract
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.spec.models.entities import Entity
from spanwise.spec.models.functions import BusinessFunction, WorkspaceSettings
from spanwise.spec.models.products import Product
from spanwise.spec.places import Place
from spanwise.spec.problems import Problem, did_you_mean
from spanwise.spec.workspace import AnyDocument, Workspace
from spanwise.spec.yaml import read_yaml

_KINDS: Mapping[str, Mapping[str | None, type[Any]]] = {
    "workspace": {None: WorkspaceSettings},
    "function": {None: BusinessFunction},
    "product": {None: Product},
    "entity": {None: Entity},
    "asset": {"model": ModelAsset, "rule": RuleAsset},
    "decision_point": {None: DecisionPoint},
}
"""The models by first key, and by `kind` where there are several."""

Placed: TypeAlias = tuple[AnyDocument, Place]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was read.

    Attributes:
        documents: each valid document with its place.
        broken: first key and name of each document that is there but not valid, so that
            nobody calls a reference to it unknown.
        problems: every mistake found.
        complete: every file was read to its end.
    """

    documents: tuple[Placed, ...] = ()
    broken: frozenset[tuple[str, str]] = frozenset()
    problems: tuple[Problem, ...] = ()
    complete: bool = True

    def __add__(self, other: "Parsed") -> "Parsed":
        return Parsed(
            self.documents + other.documents,
            self.broken | other.broken,
            self.problems + other.problems,
            self.complete and other.complete,
        )


def parse_text(text: str, file: str = "workspace.yaml") -> Parsed:
    """The documents of one file. It never raises: what is wrong is in `problems`."""
    nodes, problems = read_yaml(text, file)
    # A key that stands twice is the one mistake after which reading goes on.
    complete = all(problem.code == "duplicate_key" for problem in problems)
    documents: list[Placed] = []
    broken: set[tuple[str, str]] = set()
    for node in nodes:
        if node.value is None:
            continue
        place = Place(file, node)
        document, mistakes = _document(place)
        problems.extend(mistakes)
        if document is not None:
            documents.append((document, place))
        elif isinstance(node.value, dict) and node.value:
            broken.add(_identity(node.value))
    return Parsed(tuple(documents), frozenset(broken), tuple(problems), complete)


def workspace_of(parsed: Parsed) -> Workspace:
    """The workspace of what was parsed, without checks across documents.

    Raises:
        InvalidInput: a problem, or not exactly one `workspace` document.
    """
    settings = [found for found, _ in parsed.documents if isinstance(found, WorkspaceSettings)]
    if parsed.problems:
        first = parsed.problems[0]
        raise InvalidInput(f"{first}", f"{len(parsed.problems)} problems in all.")
    if len(settings) != 1:
        raise InvalidInput("A workspace has exactly one 'workspace' document.")
    return Workspace.of(settings[0], [document for document, _ in parsed.documents])


def _document(place: Place) -> tuple[AnyDocument | None, list[Problem]]:
    value = place.node.value
    if not isinstance(value, dict) or not value:
        message = "A document has keys, and the first one tells its kind."
        fix = f"Start it with one of {', '.join(_KINDS)}, or an ODCS contract with apiVersion."
        return None, [place.problem((), message, fix, code="not_a_document")]
    model = DataContract if _is_contract(value) else _model_of(place)
    if isinstance(model, Problem):
        return None, [model]
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        return None, list(problems_of(error, model, place))


def _is_contract(value: Mapping[str, Any]) -> bool:
    return value.get("kind") == "DataContract" or "apiVersion" in value


def _model_of(place: Place) -> type[Any] | Problem:
    """The model that the first key, and for an asset its `kind`, asks for."""
    value: Mapping[str, Any] = place.node.value
    first = next(iter(value))
    models = _KINDS.get(first)
    if models is None:
        message = f"'{first[:60]}' is not a kind of document."
        fix = did_you_mean(first, _KINDS)
        return place.problem((first,), message, fix, code="unknown_kind", key=True)
    if None in models:
        return models[None]
    kind = value.get("kind")
    model = models.get(kind) if isinstance(kind, str) else None
    if model is None:
        message = f"{first}: 'kind' must say what it is."
        fix = did_you_mean(str(kind), [name for name in models if name])
        return place.problem(("kind",), message, fix, code="unknown_kind")
    return model


def _identity(value: Mapping[str, Any]) -> tuple[str, str]:
    if _is_contract(value):
        return "contract", str(value.get("id"))
    first = next(iter(value))
    return first, str(value[first])
