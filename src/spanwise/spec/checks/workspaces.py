"""Every check across documents, in one call."""

from collections.abc import Iterator

from spanwise.spec.checks.contexts import context_problems, uses_problems
from spanwise.spec.checks.data import contract_problems, entity_problems, product_problems
from spanwise.spec.checks.functions import asset_problems, function_problems
from spanwise.spec.checks.routes import option_problems, review_problems, stage_problems
from spanwise.spec.checks.scope import Scope, kind_of
from spanwise.spec.models.assets import ModelAsset, RuleAsset
from spanwise.spec.models.contracts import DataContract
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.spec.models.entities import Entity
from spanwise.spec.models.functions import BusinessFunction
from spanwise.spec.models.products import Product
from spanwise.spec.parse import Parsed
from spanwise.spec.places import Place
from spanwise.spec.problems import Problem


def cross_problems(parsed: Parsed) -> Iterator[Problem]:
    """What is wrong between documents that are each valid.

    Documents that are not valid count as there, so that one mistake is told once.
    """
    yield from _count_problems(parsed)
    scope = Scope.of(parsed)
    for function, place in scope.all(BusinessFunction):
        yield from function_problems(function, place)
    for contract, place in scope.all(DataContract):
        yield from contract_problems(contract, place)
    for product, place in scope.all(Product):
        yield from product_problems(scope, product, place)
    for entity, place in scope.all(Entity):
        yield from entity_problems(scope, entity, place)
    for model, place in scope.all(ModelAsset):
        yield from asset_problems(scope, model, place)
    for rule, place in scope.all(RuleAsset):
        yield from asset_problems(scope, rule, place)
    for point, place in scope.all(DecisionPoint):
        yield from context_problems(scope, point, place)
        yield from uses_problems(scope, point, place)
        yield from option_problems(scope, point, place)
        yield from stage_problems(point, place)
        yield from review_problems(scope, point, place)


def _count_problems(parsed: Parsed) -> Iterator[Problem]:
    """One workspace document, and one document of each kind and name."""
    first: dict[tuple[str, str], Place] = {}
    for document, place in parsed.documents:
        kind = kind_of(document)
        name = "" if kind == "workspace" else document.name
        before = first.setdefault((kind, name), place)
        if before is not place:
            message = f"The {kind.replace('_', ' ')} '{document.name}' is a second one."
            fix = f"The first is at {before.file}:{before.node.line}: keep one of them."
            yield place.problem((), message, fix, code="defined_twice")
    kinds = {kind for kind, _ in (*first, *parsed.broken)}
    if parsed.complete and "workspace" not in kinds:
        yield Problem(
            file=".",
            line=0,
            column=0,
            code="no_workspace",
            message="No file has a 'workspace' document.",
            fix="Add one: 'workspace: my-company'.",
        )
