"""Compiles a contract into the check of one product's rows, or says why it cannot."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial

import duckdb
from sqlglot import exp

from spanwise.core.clock import MINUTE_MS
from spanwise.core.errors import InvalidInput
from spanwise.data.checks import Check
from spanwise.data.contracts import ContractProblem, schema_problems
from spanwise.data.kinds import kind_of
from spanwise.data.options import option_rules
from spanwise.data.quality import field_quality, table_quality
from spanwise.data.rules import Column, Findings, Unique, allowed, readable, required
from spanwise.spec.models.contracts import ContractField, ContractTable, DataContract
from spanwise.spec.models.products import Product, ProductFormat
from spanwise.spec.problems import did_you_mean

MAX_KEY_LENGTH = 512
MAX_CLOCK_SKEW_MS = 5 * MINUTE_MS
LATEST_MS = "latest_ms"

_MAX_HELD = 256
# Compiling takes longer than checking a few rows; the same contract is compiled once.
_held: dict[tuple[str, str, frozenset[str]], Check] = {}


def compile_check(
    contract: DataContract, product: Product, *, typed: frozenset[str] = frozenset()
) -> Check:
    """The check of a product's rows.

    Args:
        typed: fields that a file holds as dates and timestamps rather than as text, so that
            the declared formats do not apply to them.

    Raises:
        InvalidInput: the contract has a rule that is not supported; the message names it.
    """
    key = (contract.digest(), product.digest(), typed)
    held = _held.get(key)
    if held is not None:
        return held
    check, problems = _compile_once(_Asked.of(contract, product, typed))
    if check is None or problems:
        more = f" ({len(problems) - 1} more like this.)" if len(problems) > 1 else ""
        first = problems[0]
        raise InvalidInput(
            f"Contract '{contract.id}', {first.path}: {first.message}{more}",
            first.fix,
            code="unsupported_rule",
        )
    if len(_held) >= _MAX_HELD:
        _held.clear()
    _held[key] = check
    return check


def check_problems(contract: DataContract, product: Product) -> list[ContractProblem]:
    """Everything that keeps a product's rows from being checked as its contract says."""
    invalid = schema_problems(contract.document)
    if invalid:
        return invalid
    check, problems = _compile_once(_Asked.of(contract, product, frozenset()))
    return list(problems) if check is None else list(_refused_by_engine(check))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a check depends on, told apart by digests."""

    contract_digest: str
    product_digest: str
    typed: frozenset[str]
    contract: DataContract = field(compare=False)
    product: Product = field(compare=False)

    @classmethod
    def of(cls, contract: DataContract, product: Product, typed: frozenset[str]) -> "_Asked":
        return cls(contract.digest(), product.digest(), typed, contract, product)


@lru_cache(maxsize=64)
def _compile_once(asked: _Asked) -> tuple[Check | None, tuple[ContractProblem, ...]]:
    contract, product = asked.contract, asked.product
    table = contract.table(product.table)
    if table is None or not table.fields:
        problem = ContractProblem(
            path="schema",
            message=f"The contract has no single table with fields for '{product.name}'.",
            fix="Name one of its tables in the product's 'table'.",
        )
        return None, (problem,)
    at = contract.tables.index(table)
    findings = Findings()
    columns = {}
    for i, declared in enumerate(table.fields):
        path = f"schema[{at}].properties[{i}]"
        is_typed = (declared.physical_name or declared.name) in asked.typed
        column = _column(declared, i, product.format, path, findings, is_typed=is_typed)
        if column is not None:
            columns[declared.name] = column
            _field_rules(column, findings)
    _table_rules(table, f"schema[{at}]", findings)
    key = _role(columns, table, product.key, "key", findings)
    as_of = _role(columns, table, product.as_of, "as_of", findings)
    if key is None or as_of is None or findings.problems:
        return None, tuple(findings.problems)
    check = Check(
        columns=tuple(columns.values()),
        rules=tuple(findings.rules),
        uniques=tuple(dict.fromkeys(findings.uniques)),
        key=key,
        as_of=as_of,
        written=product.format,
    )
    return _with_row_rules(check), ()


def _column(
    declared: ContractField,
    i: int,
    written: ProductFormat,
    path: str,
    findings: Findings,
    *,
    is_typed: bool,
) -> Column | None:
    try:
        kind = kind_of(declared, written, is_typed=is_typed)
    except InvalidInput as error:
        findings.refuse(path, error)
        return None
    text, value = exp.column(f"c{i}"), exp.column(f"v{i}")
    return Column(field=declared, path=path, kind=kind, text=text, value=value)


def _field_rules(column: Column, findings: Findings) -> None:
    declared = column.field
    if declared.required or declared.primary_key:
        findings.rules.append(required(column))
    findings.rules.extend(readable(column))
    if declared.unique:
        findings.uniques.append(Unique(fields=(declared.name,)))
    if declared.enum:
        findings.take(f"{column.path}.enum", lambda: [allowed(column, declared.allowed)])
    for name, wanted in declared.options.items():
        here = f"{column.path}.logicalTypeOptions.{name}"
        findings.take(here, partial(option_rules, column, name, wanted))
    for i, rule in enumerate(declared.quality):
        here = f"{column.path}.quality[{i}]"
        findings.take(here, partial(field_quality, column, rule))


def _table_rules(table: ContractTable, path: str, findings: Findings) -> None:
    primary = tuple(field.name for field in table.fields if field.primary_key)
    if primary:
        findings.uniques.append(Unique(fields=primary))
    names = frozenset(table.by_name)
    for i, rule in enumerate(table.quality):
        here = f"{path}.quality[{i}]"
        findings.take(here, partial(table_quality, rule, names))


def _role(
    columns: dict[str, Column], table: ContractTable, name: str, role: str, findings: Findings
) -> Column | None:
    """The column that a product uses as its key or as its time."""
    column = columns.get(name)
    if column is None:
        if name not in table.by_name:
            hint = did_you_mean(name, table.by_name)
            findings.refuse("", InvalidInput(f"The {role} '{name}' is not a field.", hint))
        return None
    if role == "key" and not column.kind.keys:
        error = InvalidInput(
            f"The key '{name}' is of type '{column.kind.name}'.",
            "Use a string, an integer, a date or a timestamp.",
        )
        findings.refuse("", error)
    if role == "as_of" and column.kind.name not in ("date", "timestamp"):
        error = InvalidInput(
            f"The as_of field '{name}' is of type '{column.kind.name}'.",
            "Use a date or a timestamp.",
        )
        findings.refuse("", error)
    return column


def _with_row_rules(check: Check) -> Check:
    """Adds what every row needs to be stored and found: a key, and a time that is not ahead."""
    key, as_of = check.key, check.as_of
    given = [required(key)] if key is as_of else [required(key), required(as_of)]
    length = exp.Length(this=key.kind.text(key.value))
    too_long = exp.GT(this=length, expression=exp.convert(MAX_KEY_LENGTH))
    ahead = exp.GT(this=check.as_of_ms(), expression=exp.Placeholder(this=LATEST_MS))
    rules = (
        *check.rules,
        *(rule for rule in given if rule not in check.rules),
        key.rule("key_length", f"is longer than {MAX_KEY_LENGTH} characters", too_long),
        as_of.rule("as_of_ahead", "lies in the future", ahead),
    )
    return replace(check, rules=rules)


def _refused_by_engine(check: Check) -> Iterator[ContractProblem]:
    """Rules that the engine does not take, such as a pattern with an unclosed bracket."""
    with duckdb.connect(":memory:") as connection:
        for rule in check.rules:
            column = next(c for c in check.columns if c.field.name == rule.field)
            texts = exp.select(exp.alias_(exp.convert("0"), column.text.name)).subquery()
            value = exp.alias_(column.kind.value(column.text), column.value.name)
            values = exp.select("*", value).from_(texts)
            query = exp.select(rule.bad).from_(values.subquery()).sql("duckdb")
            try:
                connection.execute(query, {LATEST_MS: 0} if LATEST_MS in query else {})
            except duckdb.Error as error:
                said = str(error).splitlines()[0][:200]
                yield ContractProblem(
                    path=column.path,
                    message=f"The rule '{rule.code}' cannot be checked: {said}.",
                    fix="Correct the pattern, the format or the time zone.",
                )
