"""The workspace as a whole: every document by name, and its text as it is stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeAlias, TypeVar

import msgspec
from pydantic import TypeAdapter, ValidationError

from spanwise.core.canonical import digest_bytes
from spanwise.core.errors import InvalidInput
from spanwise.spec.models.assets import Asset, ModelAsset, RuleAsset
from spanwise.spec.models.base import encode
from spanwise.spec.models.contracts import ContractTable, DataContract
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.spec.models.entities import Entity
from spanwise.spec.models.functions import BusinessFunction, WorkspaceSettings
from spanwise.spec.models.products import Product

AnyDocument: TypeAlias = (
    WorkspaceSettings | BusinessFunction | DataContract | Product | Entity | Asset | DecisionPoint
)


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_T = TypeVar("_T", bound=_Named)


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """Everything that a company declares, by name; contracts by id.

    Building one checks nothing across documents: `workspace.check` does.
    """

    settings: WorkspaceSettings
    functions: Mapping[str, BusinessFunction]
    contracts: Mapping[str, DataContract]
    products: Mapping[str, Product]
    entities: Mapping[str, Entity]
    assets: Mapping[str, Asset]
    decision_points: Mapping[str, DecisionPoint]

    @classmethod
    def of(cls, settings: WorkspaceSettings, documents: Iterable[AnyDocument]) -> "Workspace":
        """The workspace of these documents; of two with one name the first counts."""
        given = list(documents)
        assets: dict[str, Asset] = {**_by_name(given, ModelAsset), **_by_name(given, RuleAsset)}
        return cls(
            settings=settings,
            functions=_by_name(given, BusinessFunction),
            contracts=_by_name(given, DataContract),
            products=_by_name(given, Product),
            entities=_by_name(given, Entity),
            assets=dict(sorted(assets.items())),
            decision_points=_by_name(given, DecisionPoint),
        )

    @classmethod
    def from_json(cls, text: str) -> "Workspace":
        """The workspace that `to_json` wrote.

        Raises:
            InvalidInput: not such a text, or one that this version refuses.
        """
        try:
            stored = msgspec.json.decode(text, type=_Stored)
            settings = WorkspaceSettings.model_validate(stored.workspace)
            documents = [
                document
                for kind, adapter in _ADAPTERS.items()
                for document in adapter.validate_python(getattr(stored, kind))
            ]
        except (msgspec.DecodeError, ValidationError) as error:
            raise InvalidInput(
                f"The stored workspace cannot be read: {error}",
                "Check the workspace's files with this version, and apply them again.",
                code="invalid_workspace",
            ) from error
        return cls.of(settings, documents)

    def to_json(self) -> str:
        """Every document as JSON in one order: equal meaning is equal text."""
        stored = _Stored(
            workspace=self.settings.data(),
            **{
                kind: [document.data() for document in getattr(self, kind).values()]
                for kind in _ADAPTERS
            },
        )
        return encode(stored).decode()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of `to_json()` as UTF-8."""
        return digest_bytes(self.to_json().encode())

    def table(self, product: str) -> ContractTable:
        """The contract's table behind a product.

        Raises:
            KeyError: no such product, contract or table.
        """
        declared = self.products[product]
        table = self.contracts[declared.contract].table(declared.table)
        if table is None:
            raise KeyError(declared.table)
        return table


class _Stored(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The stored text: documents as they would be written, in lists ordered by name."""

    workspace: dict[str, Any]
    functions: list[dict[str, Any]]
    contracts: list[dict[str, Any]]
    products: list[dict[str, Any]]
    entities: list[dict[str, Any]]
    assets: list[dict[str, Any]]
    decision_points: list[dict[str, Any]]


_ADAPTERS: Mapping[str, TypeAdapter[Any]] = {
    "functions": TypeAdapter(list[BusinessFunction]),
    "contracts": TypeAdapter(list[DataContract]),
    "products": TypeAdapter(list[Product]),
    "entities": TypeAdapter(list[Entity]),
    "assets": TypeAdapter(list[Asset]),
    "decision_points": TypeAdapter(list[DecisionPoint]),
}


def _by_name(documents: list[AnyDocument], kind: type[_T]) -> dict[str, _T]:
    named: dict[str, _T] = {}
    for document in documents:
        if isinstance(document, kind):
            named.setdefault(document.name, document)
    return dict(sorted(named.items()))
