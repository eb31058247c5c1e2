"""Access rules of a data product, compiled to Cedar policies.

Cedar sees an actor with its kind and roles, and a column with its tags; the one action is to
read, for a purpose. Each product has policies of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import cedarpy

from spanwise.core.actor import Actor, Role
from spanwise.core.errors import InvalidInput
from spanwise.spec.models.contracts import ContractTable
from spanwise.spec.models.products import AccessRule, Product
from spanwise.spec.problems import did_you_mean

SCHEMA = cedarpy.Schema.from_str(
    """
    entity Role;
    entity Tag;
    entity Actor in [Role] { kind: String };
    entity Column in [Tag];
    action read appliesTo { principal: [Actor], resource: [Column], context: { purpose: String } };
    """
)

_PLAIN = frozenset(map(chr, range(0x20, 0x7F))) - {'"', "\\"}


@dataclass(frozen=True, kw_only=True, slots=True)
class GovernedProduct:
    """What access needs to know of a data product.

    Attributes:
        columns: the tags of each column, by its name.
    """

    name: str
    columns: Mapping[str, frozenset[str]]
    rules: tuple[AccessRule, ...]

    @classmethod
    def of(cls, product: Product, table: ContractTable) -> "GovernedProduct":
        """A product whose columns are the fields of its contract."""
        columns = {field.name: field.tags for field in table.fields}
        return cls(name=product.name, columns=columns, rules=product.rules)


def compile_rules(product: GovernedProduct) -> str:
    """The Cedar policies of a product, one for each rule, valid against the schema.

    Raises:
        InvalidInput: a rule names a role, field or tag that does not exist, or limits rows.
    """
    policies = "\n".join(_policy(rule, product) for rule in product.rules)
    problems = cedarpy.validate_policies(policies, SCHEMA).errors
    if problems:
        raise _refusal(f"The rules of '{product.name}' do not compile: {problems[0]}.", "")
    return policies


def roles_in(rules: Iterable[AccessRule]) -> frozenset[str]:
    """The roles that rules speak of."""
    return frozenset(rule.who.role for rule in rules if rule.who.role is not None)


def holds_role(actor: Actor, role: str) -> bool:
    """Whether an actor has a role: `reviewer` in any function, `finance.reviewer` in that one."""
    function, _, name = role.rpartition(".")
    return name in actor.roles and (not function or actor.covers(function))


def quoted(text: str) -> str:
    """A Cedar string literal with exactly this text.

    Raises:
        InvalidInput: half of a surrogate pair, which no Cedar text can hold.
    """
    if any(0xD800 <= ord(char) <= 0xDFFF for char in text):
        raise _refusal("A name holds half of a character.", "Write it again as plain text.")
    escaped = (char if char in _PLAIN else f"\\u{{{ord(char):x}}}" for char in text)
    return f'"{"".join(escaped)}"'


def _policy(rule: AccessRule, product: GovernedProduct) -> str:
    if rule.rows is not None:
        raise _refusal(
            f"Rule '{rule.id}' of '{product.name}' limits rows, but grants are by column.",
            "Leave out 'rows', and put rows for different readers into products of their own.",
        )
    effect = "permit" if rule.effect == "allow" else "forbid"
    columns = (f"resource in {_column_entity(name, rule, product)}" for name in rule.columns)
    clauses = [f"when {{ {' || '.join(columns)} }}"]
    if rule.who.kind is not None:
        clauses.append(f"when {{ principal.kind == {quoted(rule.who.kind)} }}")
    if rule.purpose:
        clauses.append(f"when {{ {_purpose_in(rule.purpose)} }}")
    if rule.unless_purpose:
        clauses.append(f"unless {{ {_purpose_in(rule.unless_purpose)} }}")
    scope = f'{_principal(rule)}, action == Action::"read", resource'
    return f"@id({quoted(rule.id)})\n{effect} ({scope})\n" + "\n".join(clauses) + ";\n"


def _principal(rule: AccessRule) -> str:
    who = rule.who
    if who.user is not None:
        return f"principal == Actor::{quoted(f'user:{who.user}')}"
    if who.role is None:
        return "principal"
    name = who.role.rpartition(".")[2]
    if name not in set(Role):
        raise _refusal(f"Rule '{rule.id}' names the role '{name}'.", did_you_mean(name, Role))
    return f"principal in Role::{quoted(who.role)}"


def _column_entity(name: str, rule: AccessRule, product: GovernedProduct) -> str:
    tags = frozenset[str]().union(*product.columns.values())
    if name in product.columns and name in tags:
        raise _refusal(
            f"'{name}' in rule '{rule.id}' is both a field and a tag of '{product.name}'.",
            "Give the tag another name.",
        )
    if name not in product.columns and name not in tags:
        raise _refusal(
            f"Rule '{rule.id}' names '{name}', no field or tag of '{product.name}'.",
            did_you_mean(name, tags.union(product.columns)),
        )
    return f"{'Column' if name in product.columns else 'Tag'}::{quoted(name)}"


def _purpose_in(purposes: Iterable[str]) -> str:
    return f"[{', '.join(map(quoted, purposes))}].contains(context.purpose)"


def _refusal(message: str, fix: str) -> InvalidInput:
    return InvalidInput(message, fix, code="invalid_rule")
