"""Contracts: valid by the Open Data Contract Standard, and kept by the data that arrives."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypeAlias

import msgspec
from jsonschema import Draft201909Validator
from jsonschema.exceptions import ValidationError

from spanwise.spec.models.contracts import DataContract
from spanwise.spec.problems import did_you_mean
from spanwise.stats.binomial import lower_bound
from spanwise.store.database import Store
from spanwise.store.products import last_published

ContractState: TypeAlias = Literal["ok", "broken", "unknown"]
MAX_QUARANTINED_SHARE = 0.05
_SURE = 0.95
_MAX_PROBLEMS = 50
_QUOTED = re.compile(r"'([^']*)'")
_UNKNOWN_KEYS = ("additionalProperties", "unevaluatedProperties")


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractProblem:
    """One mistake in a contract.

    Attributes:
        path: where, such as `schema[0].properties[2].logicalType`; empty for the whole.
        message: what is wrong.
        fix: what the author can do about it.
    """

    path: str
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{self.path or 'contract'}: {self.message} {self.fix}".rstrip()


def schema_problems(document: Mapping[str, Any]) -> list[ContractProblem]:
    """What the official schema says against the document, at most fifty problems."""
    found = _validator().iter_errors(_with_types(document))
    errors = [leaf for error in found for leaf in _leaves(error)]
    # A part that fails anywhere inside counts as unevaluated as a whole: only the cause is told.
    causes = [tuple(error.absolute_path) for error in errors if not _is_unknown_key(error)]
    problems = {
        (path_of(error.absolute_path), problem.message): problem
        for error in errors
        if not (_is_unknown_key(error) and _has_cause(tuple(error.absolute_path), causes))
        for problem in [_problem(error)]
    }
    return [problems[key] for key in sorted(problems)][:_MAX_PROBLEMS]


def unchecked_promises(contract: DataContract) -> list[str]:
    """What a contract states in prose or about other data: shown to people, checked by nobody."""
    promises = []
    for table in contract.tables:
        named = [(table.name, table.quality)]
        named += [(f"{table.name}.{field.name}", field.quality) for field in table.fields]
        promises += [
            f"{name}: {rule.get('description') or rule.get('name') or 'a rule in prose'}"
            for name, rules in named
            for rule in rules
            if rule.get("type") == "text"
        ]
    for table in contract.document.get("schema") or ():
        parts = [(table["name"], table)]
        parts += [(f"{table['name']}.{p['name']}", p) for p in table.get("properties") or ()]
        promises += [
            f"{name}: refers to {relation.get('to')}"
            for name, part in parts
            for relation in part.get("relationships") or ()
        ]
    return promises


def contract_state(
    store: Store, product: str, *, max_quarantined_share: float = MAX_QUARANTINED_SHARE
) -> ContractState:
    """Whether a product keeps its contract: broken when surely too much of its last batch did not.

    Surely, since one bad row in a batch of three says little about the product. It is unknown,
    and thereby not ok, until a batch with at least one row is published.
    """
    batch = last_published(store, product)
    if batch is None or not batch.received:
        return "unknown"
    surely = lower_bound(batch.quarantined, batch.received, _SURE)
    return "broken" if surely > max_quarantined_share else "ok"


def path_of(parts: Iterable[str | int]) -> str:
    """`schema[0].name` of `("schema", 0, "name")`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.removeprefix(".")


@cache
def _schema() -> dict[str, Any]:
    content = files("open_data_contract_standard").joinpath("schema.json").read_bytes()
    return msgspec.json.decode(content, type=dict[str, Any])


@cache
def _validator() -> Draft201909Validator:
    return Draft201909Validator(_schema())


def _with_types(part: Any) -> Any:
    """The document with the default type at every field that states none.

    The schema's conditions hold where `logicalType` is absent, and would then demand of the field
    what they demand of a map, a vector and every other type at once.
    """
    if isinstance(part, list):
        return [_with_types(item) for item in part]
    if not isinstance(part, dict):
        return part
    typed = {key: _with_types(value) for key, value in part.items()}
    if isinstance(part.get("properties"), list):
        typed["properties"] = [
            {"logicalType": "string", **item} if isinstance(item, dict) else item
            for item in typed["properties"]
        ]
    return typed


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    """The errors that matter inside an `anyOf` or `oneOf`: of the branch that came furthest."""
    if error.validator not in ("anyOf", "oneOf") or not error.context:
        yield error
        return
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    best = max(branches.values(), key=_progress)
    if _progress(best) <= (len(error.absolute_path), False):
        yield error  # no branch was even begun
        return
    for inner in best:
        yield from _leaves(inner)


def _progress(errors: Sequence[ValidationError]) -> tuple[int, bool]:
    return min((len(e.absolute_path), _is_unknown_key(e)) for e in errors)


def _is_unknown_key(error: ValidationError) -> bool:
    return error.validator in _UNKNOWN_KEYS


def _has_cause(path: tuple[str | int, ...], causes: Sequence[tuple[str | int, ...]]) -> bool:
    return any(cause[: len(path)] == path for cause in causes)


def _problem(error: ValidationError) -> ContractProblem:
    path = path_of(error.absolute_path)
    message, fix = _words(error)
    return ContractProblem(path=path, message=message, fix=fix)


def _words(error: ValidationError) -> tuple[str, str]:
    expected: Any = error.validator_value
    instance: Any = error.instance
    schema: Any = error.schema
    found = repr(instance)[:80]
    match error.validator:
        case "required":
            missing = [name for name in expected if name not in instance]
            return f"'{missing[0]}' is missing.", f"Add {', '.join(missing)}."
        case "additionalProperties" | "unevaluatedProperties":
            unknown = _QUOTED.findall(error.message)
            names = ", ".join(f"'{name}'" for name in unknown[:5])
            known = _known_keys(schema)
            hint = did_you_mean(unknown[0], known) if unknown and known else ""
            return f"The standard has no {names} here.", hint or "Move it to customProperties."
        case "enum":
            return f"{found} is not a known value.", did_you_mean(str(instance), expected)
        case "type":
            wanted = expected if isinstance(expected, str) else " or ".join(expected)
            return f"{found} is not of type {wanted}.", f"Write a value of type {wanted}."
        case "pattern":
            return f"{found} does not match {expected}.", "Use letters, digits, '-' and '_'."
        case "anyOf" | "oneOf":
            keys = [key for branch in expected for key in branch.get("required", ())]
            return (
                f"{found} fits none of the allowed forms, or more than one.",
                f"Use exactly one of {', '.join(keys)}." if keys else "See the standard.",
            )
        case _:
            return error.message[:200], "See the standard."


def _known_keys(schema: Mapping[str, Any]) -> set[str]:
    """Names that a part may have, through references."""
    known = set(schema.get("properties", ()))
    for part in (*schema.get("allOf", ()), schema):
        reference = part.get("$ref", "")
        if reference.startswith("#/$defs/"):
            known |= _known_keys(_schema()["$defs"][reference.removeprefix("#/$defs/")])
    return known
