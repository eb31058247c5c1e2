"""Checks of what a decision point reads: every field exists and is known in time."""

from collections.abc import Iterator, Mapping

from spanwise.spec.checks.scope import Scope, repeated
from spanwise.spec.models.assets import ModelAsset, RuleAsset
from spanwise.spec.models.contracts import ContractField, ContractTable, DataContract
from spanwise.spec.models.decision_points import ContextSource, DecisionPoint
from spanwise.spec.models.entities import Entity
from spanwise.spec.places import Path, Place
from spanwise.spec.problems import Problem, did_you_mean

_NUMERIC = frozenset({"integer", "number"})


def context_problems(scope: Scope, point: DecisionPoint, place: Place) -> Iterator[Problem]:
    """Products, fields, moments and the entity that joins several products."""
    fields: dict[str, str] = {}
    for index, source in enumerate(point.context):
        path: Path = ("context", index)
        yield from scope.unknown(place, (*path, "product"), "product", source.product)
        for number, name in enumerate(source.fields):
            if name in fields:
                message = f"'{name}' is read twice, first from '{fields[name]}'."
                fix = "Keep one of them: a field has one value in a decision."
                yield place.problem((*path, "fields", number), message, fix, code="field_twice")
            fields.setdefault(name, source.product)
        found = scope.table(source.product)
        if found:
            yield from _source_problems(found, point, source, place, path)
    for index, name in repeated(tuple(source.product for source in point.context)):
        message = f"'{name}' is in the context twice."
        path = ("context", index, "product")
        yield place.problem(path, message, "Merge the two.", code="source_twice")
    yield from _entity_problems(scope, point, place)
    if point.outcome.label in fields:
        message = f"The outcome '{point.outcome.label}' is in the context."
        fix = "Remove it from the context: a truth that is known later cannot be an input."
        yield place.problem(("outcome", "label"), message, fix, code="label_in_context")


def _source_problems(
    found: tuple[DataContract, ContractTable],
    point: DecisionPoint,
    source: ContextSource,
    place: Place,
    path: Path,
) -> Iterator[Problem]:
    contract, table = found
    moments = contract.lifecycle
    at = source.at or point.moment.at
    if moments and at not in moments:
        where: Path = (*path, "at") if source.at else ("moment", "at")
        message = (
            f"'{source.product}' knows no moment '{at}'."
            if at
            else f"The moment does not say at which point of '{source.product}' it is."
        )
        fix = did_you_mean(at, moments) if at else f"Add 'at': one of {', '.join(moments)}."
        yield place.problem(where, message, fix, code="unknown_moment")
    for index, name in enumerate(source.fields):
        field = table.by_name.get(name)
        where = (*path, "fields", index)
        if field is None:
            message = f"'{source.product}' has no field '{name}'."
            fix = did_you_mean(name, table.by_name)
            yield place.problem(where, message, fix, code="unknown_field")
        elif at and _is_later(field, at, moments):
            message = f"'{name}' is known at '{field.known_at}', after the decision at '{at}'."
            fix = f"Remove it, or move the decision to '{field.known_at}'."
            yield place.problem(where, message, fix, code="known_too_late")


def _is_later(field: ContractField, at: str, moments: tuple[str, ...]) -> bool:
    return (
        field.known_at in moments
        and at in moments
        and moments.index(field.known_at) > moments.index(at)
    )


def _entity_problems(scope: Scope, point: DecisionPoint, place: Place) -> Iterator[Problem]:
    if point.entity is None:
        if len(point.context) > 1:
            message = "The context has several products, and nothing says how they belong together."
            fix = "Add 'entity': the thing that they know under different keys."
            yield place.problem(("context",), message, fix, code="entity_missing")
        return
    yield from scope.unknown(place, ("entity",), "entity", point.entity)
    entity = scope.find(Entity, point.entity)
    if entity is None:
        return
    mapped = {source.product for source in entity.sources}
    for index, source in enumerate(point.context):
        if source.product not in mapped:
            message = f"The entity '{entity.name}' does not map '{source.product}'."
            fix = "Add it to the entity's sources."
            path: Path = ("context", index, "product")
            yield place.problem(path, message, fix, code="entity_not_mapped")


def uses_problems(scope: Scope, point: DecisionPoint, place: Place) -> Iterator[Problem]:
    """The asset exists, is of that kind, and reads only what the context gives it."""
    kind, name = point.uses.kind, point.uses.asset
    path: Path = ("uses", kind)
    model, rule = scope.find(ModelAsset, name), scope.find(RuleAsset, name)
    if (kind == "model" and rule) or (kind == "rule" and model):
        fix = f"Write 'uses: {{{'rule' if rule else 'model'}: {name}}}'."
        yield place.problem(path, f"'{name}' is not a {kind}.", fix, code="wrong_kind")
        return
    yield from scope.unknown(place, path, "asset", name)
    if rule:
        if not rule.recommend:
            message = f"The rule '{name}' is a condition; it recommends nothing."
            fix = "Use a rule with 'recommend', or name this one in 'routing.review_when'."
            yield place.problem(path, message, fix, code="wrong_kind")
        yield from not_in_context(point, rule.names, place, path)
    if model:
        inputs = {given.name: given.type for given in model.inputs}
        yield from not_in_context(point, inputs, place, path)
        for field in _context_fields(scope, point):
            if inputs.get(field.name) == "number" and field.logical_type not in _NUMERIC:
                message = f"The model reads '{field.name}' as a number; it is {field.logical_type}."
                fix = "Make the input text, or the field a number."
                yield place.problem(path, message, fix, code="input_type")


def not_in_context(
    point: DecisionPoint, names: Mapping[str, object] | frozenset[str], place: Place, path: Path
) -> Iterator[Problem]:
    """A problem for each name that an asset reads and the context does not give."""
    given = frozenset(point.fields)
    for name in names:
        if name not in given:
            message = f"It reads '{name}', which is not in the context."
            fix = f"Add '{name}' to the context's fields. {did_you_mean(name, given)}"
            yield place.problem(path, message, fix, code="input_not_in_context")


def _context_fields(scope: Scope, point: DecisionPoint) -> Iterator[ContractField]:
    for source in point.context:
        found = scope.table(source.product)
        if found:
            by_name = found[1].by_name
            yield from (by_name[name] for name in source.fields if name in by_name)
