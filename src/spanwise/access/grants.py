"""Grants: the columns that an actor may read for a purpose. What no rule allows is denied."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import cedarpy

from spanwise.access.rules import SCHEMA, GovernedProduct, compile_rules, holds_role, roles_in
from spanwise.core.actor import Actor

_CACHED = 10_000
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """Whether a column may be read, and the rules that decided; none means that none allows it."""

    allowed: bool
    rules: tuple[str, ...] = ()


class Grants:
    """The access rules of every data product, fixed once a workspace is applied.

    Args:
        products: the products and their rules.

    Raises:
        InvalidInput: a rule does not compile.
    """

    def __init__(self, products: Iterable[GovernedProduct]) -> None:
        self._products = {product.name: _Compiled(product) for product in products}
        self._cache: dict[tuple[Actor, str, str], frozenset[str]] = {}

    def columns(self, actor: Actor, product: str, purpose: str) -> frozenset[str]:
        """The columns of a product that the actor may read for the purpose."""
        key = (actor, product, purpose)
        known = self._cache.get(key)
        if known is None:
            rulings = self.rulings(actor, product, purpose)
            known = frozenset(name for name, ruling in rulings.items() if ruling.allowed)
            if len(self._cache) >= _CACHED:
                self._cache.clear()
            self._cache[key] = known
        return known

    def rulings(self, actor: Actor, product: str, purpose: str) -> Mapping[str, Ruling]:
        """The ruling on each column; empty for a product that does not exist."""
        compiled = self._products.get(product)
        return {} if compiled is None else compiled.rulings(actor, purpose)


class _Compiled:
    """One product's policies and columns, parsed once."""

    def __init__(self, product: GovernedProduct) -> None:
        self._columns = tuple(product.columns)
        self._roles = roles_in(product.rules)
        self._policies = cedarpy.PolicySet.from_str(compile_rules(product))
        columns = [
            _entity("Column", name, parents=(("Tag", tag) for tag in tags))
            for name, tags in product.columns.items()
        ]
        self._entities = cedarpy.Entities.from_json_str(json.dumps(columns), SCHEMA)

    def rulings(self, actor: Actor, purpose: str) -> dict[str, Ruling]:
        roles = (("Role", role) for role in self._roles if holds_role(actor, role))
        principal = _entity("Actor", actor.id, parents=roles, kind=str(actor.kind))
        try:
            entities = self._entities.with_added_json_str(json.dumps([principal]), SCHEMA)
            results = cedarpy.is_authorized_batch(
                [
                    {
                        "principal": principal["uid"],
                        "action": {"type": "Action", "id": "read"},
                        "resource": {"type": "Column", "id": name},
                        "context": {"purpose": purpose},
                    }
                    for name in self._columns
                ],
                self._policies,
                entities,
                SCHEMA,
            )
        except ValueError:  # an id or a purpose that is no text
            return {name: Ruling(allowed=False) for name in self._columns}
        return dict(zip(self._columns, map(_ruling, results), strict=True))


def _ruling(result: cedarpy.AuthzResult) -> Ruling:
    # Cedar skips a policy that fails, a `forbid` included: an error anywhere means no.
    diagnostics = result.diagnostics
    names = diagnostics.id_annotations_by_reason
    return Ruling(
        allowed=result.allowed and not diagnostics.errors,
        rules=tuple(sorted(names.get(reason, reason) for reason in diagnostics.reasons)),
    )


def _entity(
    kind_of: str, name: str, *, parents: Iterable[tuple[str, str]], **attributes: str
) -> dict[str, object]:
    return {
        "uid": {"type": kind_of, "id": name},
        "attrs": attributes,
        "parents": [{"type": parent, "id": of} for parent, of in parents],
    }
