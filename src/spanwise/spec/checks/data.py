"""Checks of contracts, products and entities."""

from collections.abc import Iterator

from spanwise.spec.checks.scope import Scope, repeated
from spanwise.spec.models.contracts import ContractTable, DataContract
from spanwise.spec.models.entities import Entity
from spanwise.spec.models.products import Product
from spanwise.spec.places import Path, Place
from spanwise.spec.problems import Problem, did_you_mean


def contract_problems(contract: DataContract, place: Place) -> Iterator[Problem]:
    """The life cycle is a list of moments, and fields become known at one of them."""
    stated = contract.custom("lifecycle")
    path: Path = ("customProperties",)
    if stated is not None and list(contract.lifecycle) != stated:
        message = "The life cycle is not a list of names."
        yield place.problem(path, message, "Write [opened, closed].", code="invalid_lifecycle")
    for _, moment in repeated(contract.lifecycle):
        message = f"The moment '{moment}' is in the life cycle twice."
        yield place.problem(path, message, "Keep one of them.", code="invalid_lifecycle")
    for number, table in enumerate(contract.tables):
        yield from _table_problems(contract, table, place, ("schema", number, "properties"))


def _table_problems(
    contract: DataContract, table: ContractTable, place: Place, path: Path
) -> Iterator[Problem]:
    for index, name in repeated(tuple(field.name for field in table.fields)):
        message = f"The field '{name}' is in '{table.name}' twice."
        yield place.problem((*path, index), message, "Remove one.", code="field_twice")
    for index, field in enumerate(table.fields):
        known_at = field.custom("knownAt")
        if known_at is None or known_at in contract.lifecycle:
            continue
        message = f"'{field.name}' becomes known at '{known_at}', which is not in the life cycle."
        fix = (
            did_you_mean(str(known_at), contract.lifecycle)
            if contract.lifecycle
            else "Add the contract's custom property 'lifecycle': its moments in order."
        )
        yield place.problem((*path, index), message, fix, code="unknown_moment")


def product_problems(scope: Scope, product: Product, place: Place) -> Iterator[Problem]:
    """Its function, contract, table and the fields that it names are there."""
    yield from scope.unknown(place, ("product",), "function", product.function)
    yield from scope.unknown(place, ("contract",), "contract", product.contract)
    for index, name in repeated(tuple(rule.id for rule in product.rules)):
        message = f"There are two rules '{name}'."
        yield place.problem(("rules", index), message, "Rename one.", code="rule_twice")
    contract = scope.find(DataContract, product.contract)
    if contract is None:
        return
    table = contract.table(product.table)
    if table is None:
        names = [table.name for table in contract.tables]
        path: Path = ("table",) if product.table else ("contract",)
        message = (
            f"The contract has no table '{product.table}'."
            if product.table
            else f"The contract has {len(names)} tables, and the product does not say which."
        )
        fix = did_you_mean(product.table, names) if product.table else _choice(names)
        yield place.problem(path, message, fix, code="unknown_table")
        return
    for key, name in (("key", product.key), ("as_of", product.as_of)):
        if name not in table.by_name:
            message = f"The contract has no field '{name}'."
            fix = did_you_mean(name, table.by_name)
            yield place.problem((key,), message, fix, code="unknown_field")


def _choice(names: list[str]) -> str:
    return f"Add 'table: {names[0]}'." if names else "Add a schema object to the contract."


def entity_problems(scope: Scope, entity: Entity, place: Place) -> Iterator[Problem]:
    """Every source exists once and maps the key; what may conflict is mapped by somebody."""
    for index, name in repeated(tuple(source.product for source in entity.sources)):
        message = f"'{name}' is a source twice."
        yield place.problem(("sources", index), message, "Merge the two.", code="source_twice")
    for index, source in enumerate(entity.sources):
        yield from scope.unknown(place, ("sources", index, "from"), "product", source.product)
        if entity.key not in source.fields:
            message = f"'{source.product}' does not say what the key '{entity.key}' is there."
            fix = f"Add '{entity.key}: …' to its fields."
            path: Path = ("sources", index, "fields")
            yield place.problem(path, message, fix, code="key_not_mapped")
    mapped = {name for source in entity.sources for name in source.fields}
    for name in entity.conflict:
        if name not in mapped:
            message = f"No source maps '{name}'."
            fix = did_you_mean(name, mapped)
            path = ("conflict", name)
            yield place.problem(path, message, fix, code="unknown_field", key=True)
