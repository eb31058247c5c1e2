"""The library rules in `quality`: those that allow not a single bad row."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlglot import exp

from spanwise.data.expressions import is_null
from spanwise.data.rules import Column, Rule, Unique, allowed, pattern_rule, required, unsupported


def field_quality(column: Column, rule: Mapping[str, Any]) -> Iterator[Rule | Unique]:
    """The rules of one `quality` entry of a field.

    Raises:
        InvalidInput: a rule that is not supported.
    """
    if rule.get("type") == "text":
        return  # prose: listed by `unchecked_promises`
    metric = _zero_metric(rule)
    arguments = rule.get("arguments") or {}
    taken: set[str] = set()
    if metric == "nullValues":
        yield required(column)
    elif metric == "duplicateValues":
        yield Unique(fields=(column.field.name,))
    elif metric == "missingValues":
        taken = {"missingValues"}
        listed = _listed(arguments.get("missingValues", []), "missingValues")
        texts = [str(value) for value in listed if value is not None]
        missing = exp.or_(is_null(column.text), column.text.isin(*texts) if texts else exp.false())
        yield column.rule("required", "is missing", missing)
    elif metric == "invalidValues" and arguments:
        taken = {"validValues", "pattern"}
        if "validValues" in arguments:
            yield allowed(column, _listed(arguments["validValues"], "validValues"))
        if "pattern" in arguments:
            yield pattern_rule(column, str(arguments["pattern"]))
    else:
        raise unsupported(f"The field rule '{metric}'", "Use an option of the logical type.")
    if unknown := arguments.keys() - taken:
        raise unsupported(f"The argument '{min(unknown)}' of '{metric}'", "Remove it.")


def table_quality(rule: Mapping[str, Any], names: frozenset[str]) -> Iterator[Unique]:
    """The rules of one `quality` entry of a table.

    Raises:
        InvalidInput: a rule that is not supported.
    """
    if rule.get("type") == "text":
        return
    metric = _zero_metric(rule)
    properties = (rule.get("arguments") or {}).get("properties")
    known = isinstance(properties, list) and properties and names.issuperset(properties)
    if metric != "duplicateValues" or not known:
        raise unsupported(
            f"The table rule '{metric}'",
            "Use duplicateValues with arguments.properties naming fields, or a field's rule.",
        )
    yield Unique(fields=tuple(properties or ()))


def _zero_metric(rule: Mapping[str, Any]) -> str:
    """The metric of a library rule that allows not a single bad row."""
    metric = rule.get("metric")
    if metric is None:
        raise unsupported(
            f"A quality rule of type '{rule.get('type', 'library')}'",
            "Use a library rule (metric: …), or type: text for prose.",
        )
    if rule.get("mustBe") != 0:
        raise unsupported(
            f"A tolerance on '{metric}'",
            "Write mustBe: 0; every row that breaks the rule goes to quarantine.",
        )
    return str(metric)


def _listed(values: Any, name: str) -> list[Any]:
    if not isinstance(values, list):
        raise unsupported(f"'{name}' that is not a list", "Write a list of values.")
    return values
