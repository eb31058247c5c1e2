"""Rules about rows: one SQL expression each, true where a row is bad."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from spanwise.core.errors import InvalidInput
from spanwise.data.contracts import ContractProblem
from spanwise.data.expressions import Expression, is_null, matches
from spanwise.data.kinds import Kind
from spanwise.data.patterns import portable
from spanwise.spec.models.contracts import ContractField


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One thing that a row must satisfy.

    Attributes:
        code: stable, such as `required` or `minimum`.
        field: the field it is about; None when it is about the row.
        message: what is wrong with a row that breaks it, after the field's name.
        bad: true where the row breaks it; null or false where it does not.
    """

    code: str
    field: str | None
    message: str
    bad: Expression


@dataclass(frozen=True, kw_only=True, slots=True)
class Unique:
    """Fields whose values together stand once in a batch."""

    fields: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"repeats an earlier row's {', '.join(self.fields)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A field under check: the column of its text and the column of its value.

    Attributes:
        path: where the contract states the field.
    """

    field: ContractField
    path: str
    kind: Kind
    text: Expression
    value: Expression

    def rule(self, code: str, message: str, bad: Expression) -> Rule:
        return Rule(code=code, field=self.field.name, message=message, bad=bad)


@dataclass(slots=True)
class Findings:
    """Rules that were understood, and problems with those that were not."""

    rules: list[Rule] = field(default_factory=list)
    uniques: list[Unique] = field(default_factory=list)
    problems: list[ContractProblem] = field(default_factory=list)

    def take(self, path: str, make: Callable[[], Iterable[Rule | Unique]]) -> None:
        """Collects what `make` gives; a rule that it refuses becomes a problem at the path."""
        try:
            for rule in make():
                if isinstance(rule, Rule):
                    self.rules.append(rule)
                else:
                    self.uniques.append(rule)
        except InvalidInput as error:
            self.refuse(path, error)

    def refuse(self, path: str, error: InvalidInput) -> None:
        """Notes a problem at a path of the contract."""
        self.problems.append(ContractProblem(path=path, message=error.message, fix=error.fix))


def required(column: Column) -> Rule:
    """That there is a value."""
    return column.rule("required", "is missing", is_null(column.text))


def unsupported(what: str, fix: str) -> InvalidInput:
    """The refusal of a rule that cannot be checked."""
    return InvalidInput(f"{what} is not supported.", fix, code="unsupported_rule")


def readable(column: Column) -> Iterator[Rule]:
    """That a text is of the field's logical type."""
    if column.kind.name != "string":
        unread = exp.and_(is_null(column.value), exp.not_(is_null(column.text)))
        yield column.rule("type", f"is not {column.kind.expected}", unread)


def allowed(column: Column, values: Iterable[Any]) -> Rule:
    """That a value is one of those listed; a null there adds nothing, as nulls are not asked."""
    values = [value for value in values if value is not None]
    texts = [("true" if v else "false") if isinstance(v, bool) else str(v) for v in values]
    if column.kind.name == "number":
        known = column.value.isin(*[exp.convert(number(value, "enum")) for value in values])
    else:
        known = column.kind.text(column.value).isin(*texts)
    shown = ", ".join(texts[:8]) + (", …" if len(texts) > 8 else "")
    return column.rule("enum", f"is not one of {shown}", exp.not_(known))


def pattern_rule(column: Column, pattern: str) -> Rule:
    """That a text matches a pattern as a whole."""
    bad = exp.not_(matches(column.text, portable(pattern)))
    return column.rule("pattern", f"does not match {pattern[:80]}", bad)


def number(value: Any, name: str) -> int | float:
    """A number from a contract.

    Raises:
        InvalidInput: it is something else.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidInput(
            f"The {name} value '{str(value)[:40]}' is not a number.",
            "Write a finite number.",
            code="unsupported_rule",
        )
    return float(value) if isinstance(value, float) else int(value)
