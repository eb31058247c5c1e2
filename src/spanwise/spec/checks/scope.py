"""All that was parsed, by kind and name, for checks that look across documents."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from spanwise.spec.models.assets import ModelAsset, RuleAsset
from spanwise.spec.models.contracts import ContractTable, DataContract
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.spec.models.entities import Entity
from spanwise.spec.models.functions import BusinessFunction, WorkspaceSettings
from spanwise.spec.models.products import Product
from spanwise.spec.parse import Parsed
from spanwise.spec.places import Path, Place
from spanwise.spec.problems import Problem, did_you_mean
from spanwise.spec.workspace import AnyDocument

_T = TypeVar("_T")

_KIND_OF: Mapping[type[object], str] = {
    WorkspaceSettings: "workspace",
    BusinessFunction: "function",
    DataContract: "contract",
    Product: "product",
    Entity: "entity",
    ModelAsset: "asset",
    RuleAsset: "asset",
    DecisionPoint: "decision_point",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Documents by kind and name; of two with one name the first counts.

    Attributes:
        declared: every name of a kind, of documents that are not valid too.
        complete: nothing was left unread, so that a name that is not here is nowhere.
    """

    documents: Mapping[str, Mapping[str, tuple[AnyDocument, Place]]]
    declared: Mapping[str, frozenset[str]]
    complete: bool

    @classmethod
    def of(cls, parsed: Parsed) -> "Scope":
        documents: dict[str, dict[str, tuple[AnyDocument, Place]]] = {}
        for document, place in parsed.documents:
            group = documents.setdefault(kind_of(document), {})
            group.setdefault(document.name, (document, place))
        declared = {kind: set(group) for kind, group in documents.items()}
        for kind, name in parsed.broken:
            declared.setdefault(kind, set()).add(name)
        names = {kind: frozenset(group) for kind, group in declared.items()}
        return cls(documents, names, parsed.complete)

    def all(self, model: type[_T]) -> Iterator[tuple[_T, Place]]:
        """Every document of a model, with its place."""
        for document, place in self.documents.get(_KIND_OF[model], {}).values():
            if isinstance(document, model):
                yield document, place

    def find(self, model: type[_T], name: str) -> _T | None:
        """The valid document of that name and model."""
        document, _ = self.documents.get(_KIND_OF[model], {}).get(name, (None, None))
        return document if isinstance(document, model) else None

    def place_of(self, document: AnyDocument) -> Place:
        """Where a document that was found stands."""
        return self.documents[kind_of(document)][document.name][1]

    def unknown(self, place: Place, path: Path, kind: str, name: str) -> Iterator[Problem]:
        """A problem where no document of that kind and name exists."""
        names = self.declared.get(kind, frozenset())
        if self.complete and name not in names:
            words = kind.replace("_", " ")
            message = f"There is no {words} '{name}'."
            yield place.problem(path, message, did_you_mean(name, names), code=f"unknown_{kind}")

    def table(self, product: str) -> tuple[DataContract, ContractTable] | None:
        """The contract and table behind a product, where all of it is valid."""
        declared = self.find(Product, product)
        contract = self.find(DataContract, declared.contract) if declared else None
        table = contract.table(declared.table) if contract and declared else None
        return (contract, table) if contract and table else None


def kind_of(document: AnyDocument) -> str:
    """The first key that tells its kind; `contract` for a contract."""
    return _KIND_OF[type(document)]


def repeated(names: Iterator[str] | tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Position and name of each that was there before."""
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield index, name
        seen.add(name)
