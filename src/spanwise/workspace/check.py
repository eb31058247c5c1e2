"""Checks a workspace: across documents, against the contract standard, rules and files."""

import re
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo, available_timezones

from spanwise.access.grants import Grants
from spanwise.access.rules import GovernedProduct, compile_rules
from spanwise.core.actor import Actor, ActorKind
from spanwise.core.errors import InvalidInput
from spanwise.data.compile import check_problems
from spanwise.data.contracts import schema_problems
from spanwise.spec.checks.scope import Scope
from spanwise.spec.checks.workspaces import cross_problems
from spanwise.spec.models.assets import ModelAsset
from spanwise.spec.models.contracts import ContractTable, DataContract
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.spec.models.functions import WorkspaceSettings
from spanwise.spec.models.products import Product
from spanwise.spec.parse import Parsed
from spanwise.spec.places import Path, Place
from spanwise.spec.problems import Problem, did_you_mean

# Rules can tell the AI from others by its kind alone, so one stands for all.
_READER = Actor(id="ai:check", kind=ActorKind.AI)
_STEP = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")


def check(parsed: Parsed, has_file: Callable[[str], bool]) -> tuple[Problem, ...]:
    """Every problem beyond the ones that parsing found, in no particular order.

    Args:
        has_file: whether a file that a document names is there.
    """
    scope = Scope.of(parsed)
    return (
        *cross_problems(parsed),
        *_contract_problems(scope),
        *_rule_problems(scope),
        *_grant_problems(scope),
        *_time_zone_problems(scope),
        *_file_problems(scope, has_file),
    )


def _contract_problems(scope: Scope) -> Iterator[Problem]:
    """What the official schema refuses, else what keeps a product's rows from being checked."""
    for contract, place in scope.all(DataContract):
        for found in schema_problems(contract.document):
            path = _steps(found.path)
            yield place.problem(path, found.message, found.fix, code="invalid_contract")
    for product, place in scope.all(Product):
        found_table = scope.table(product.name)
        if found_table is None:
            continue
        contract, table = found_table
        is_whole = {product.key, product.as_of} <= table.by_name.keys()
        is_whole = is_whole and _is_time_zone(product.format.time_zone)
        if is_whole and not schema_problems(contract.document):
            for found in check_problems(contract, product):
                where = scope.place_of(contract) if found.path else place
                path = _steps(found.path)
                yield where.problem(path, found.message, found.fix, code="unsupported_rule")


def _steps(path: str) -> Path:
    """`schema[0].name` as `("schema", 0, "name")`."""
    return tuple(key or int(index) for key, index in _STEP.findall(path))


def _rule_problems(scope: Scope) -> Iterator[Problem]:
    """Access rules that do not compile, each alone so that all are told."""
    for product, place in scope.all(Product):
        found = scope.table(product.name)
        if found is None:
            continue
        for index, rule in enumerate(product.rules):
            alone = product.model_copy(update={"rules": (rule,)})
            try:
                compile_rules(GovernedProduct.of(alone, found[1]))
            except InvalidInput as error:
                path: Path = ("rules", index)
                yield place.problem(path, error.message, error.fix, code=error.code)


def _grant_problems(scope: Scope) -> Iterator[Problem]:
    """Fields in a context that no rule lets the AI read: every case would be refused."""
    granted: dict[str, frozenset[str]] = {}
    for point, place in scope.all(DecisionPoint):
        for index, source in enumerate(point.context):
            found = scope.table(source.product)
            product = scope.find(Product, source.product)
            if found is None or product is None:
                continue
            if product.name not in granted:
                granted[product.name] = _granted(product, found[1])
            for number, name in enumerate(source.fields):
                if name in found[1].by_name and name not in granted[product.name]:
                    path: Path = ("context", index, "fields", number)
                    message = f"No rule of '{product.name}' lets the AI read '{name}'."
                    fix = "Allow it to 'who: {kind: ai}', or remove it from the context."
                    yield place.problem(path, message, fix, code="access_denied")


def _granted(product: Product, table: ContractTable) -> frozenset[str]:
    try:
        grants = Grants([GovernedProduct.of(product, table)])
    except InvalidInput:  # the rule that does not compile is told by itself
        return frozenset(table.by_name)
    return grants.columns(_READER, product.name, "inference")


def _time_zone_problems(scope: Scope) -> Iterator[Problem]:
    for settings, place in scope.all(WorkspaceSettings):
        yield from _time_zone(settings.time_zone, place, ("time_zone",))
    for product, place in scope.all(Product):
        yield from _time_zone(product.format.time_zone, place, ("format", "time_zone"))


def _time_zone(name: str, place: Place, path: Path) -> Iterator[Problem]:
    if not _is_time_zone(name):
        message = f"There is no time zone '{name}'."
        fix = did_you_mean(name, available_timezones())
        yield place.problem(path, message, fix, code="unknown_time_zone")


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return False
    return True


def _file_problems(scope: Scope, has_file: Callable[[str], bool]) -> Iterator[Problem]:
    for asset, place in scope.all(ModelAsset):
        if not has_file(asset.file):
            message = f"The file '{asset.file}' is missing."
            fix = "Put it there, or say where such files are; 'spanwise demo' makes the example's."
            yield place.problem(("file",), message, fix, code="file_missing")
    for point, place in scope.all(DecisionPoint):
        if point.gate.critical and not has_file(point.gate.critical):
            message = f"The file '{point.gate.critical}' of critical cases is missing."
            path: Path = ("gate", "critical")
            yield place.problem(path, message, "Add it, or remove 'critical'.", code="file_missing")
