"""Grants answer which columns an actor may read for a purpose."""

from collections.abc import Mapping

import cedarpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spanwise.access.grants import Grants, Ruling
from spanwise.access.rules import GovernedProduct
from spanwise.core.actor import Actor, ActorKind, Role
from spanwise.spec.models.products import AccessRule

COLUMNS: Mapping[str, frozenset[str]] = {
    "cust": frozenset({"key"}),
    "amount": frozenset({"money"}),
    "mail": frozenset({"pii"}),
    "iban": frozenset({"pii", "money"}),
}
RULES = (
    {
        "id": "reviewers",
        "allow": "read",
        "who": {"role": "finance.reviewer"},
        "columns": ["key", "money", "pii"],
        "purpose": ["reporting", "inference"],
    },
    {
        "id": "ai-reads",
        "allow": "read",
        "who": {"kind": "ai"},
        "columns": ["key", "money", "pii"],
    },
    {
        "id": "no-pii-for-ai",
        "deny": "read",
        "who": {"kind": "ai"},
        "columns": ["pii"],
        "unless_purpose": ["support_reply"],
    },
    {"id": "dana", "allow": "read", "who": {"user": "dana.ito"}, "columns": ["mail"]},
)


def grants(*rules: Mapping[str, object]) -> Grants:
    parsed = tuple(AccessRule.model_validate(written) for written in rules)
    product = GovernedProduct(name="finance.invoices", columns=COLUMNS, rules=parsed)
    return Grants([product])


def person(*roles: Role, functions: frozenset[str] | None, login: str = "lee.park") -> Actor:
    return Actor(
        id=f"user:{login}", kind=ActorKind.PERSON, roles=frozenset(roles), functions=functions
    )


AI = Actor(id="ai:finance.permits", kind=ActorKind.AI, functions=frozenset({"finance"}))
REVIEWER = person(Role.REVIEWER, functions=frozenset({"finance"}))


def read(actor: Actor, purpose: str) -> frozenset[str]:
    return grants(*RULES).columns(actor, "finance.invoices", purpose)


def test_a_rule_allows_columns_by_tag_for_its_purposes() -> None:
    assert read(REVIEWER, "reporting") == {"cust", "amount", "mail", "iban"}
    assert read(REVIEWER, "marketing") == set()


def test_a_denial_wins_over_every_permission() -> None:
    assert read(AI, "inference") == {"cust", "amount"}
    assert read(AI, "support_reply") == {"cust", "amount", "mail", "iban"}


def test_a_user_is_named_by_login() -> None:
    assert read(person(functions=frozenset(), login="dana.ito"), "anything") == {"mail"}
    assert read(person(functions=frozenset(), login="dana"), "anything") == set()


def test_a_role_counts_in_its_own_function_only() -> None:
    elsewhere = person(Role.REVIEWER, functions=frozenset({"operations"}))
    everywhere = person(Role.REVIEWER, functions=None)
    assert read(elsewhere, "reporting") == set()
    assert read(everywhere, "reporting") == {"cust", "amount", "mail", "iban"}


def test_what_no_rule_allows_is_denied() -> None:
    assert grants().columns(REVIEWER, "finance.invoices", "reporting") == set()
    assert grants(*RULES).columns(REVIEWER, "finance.unheard-of", "reporting") == set()


def test_rulings_name_the_rules_that_decided() -> None:
    rulings = grants(*RULES).rulings(AI, "finance.invoices", "inference")
    assert rulings["amount"] == Ruling(allowed=True, rules=("ai-reads",))
    assert rulings["iban"] == Ruling(allowed=False, rules=("no-pii-for-ai",))
    nobody = grants(*RULES).rulings(person(functions=None), "finance.invoices", "inference")
    assert nobody["amount"] == Ruling(allowed=False)


def test_an_error_in_cedar_means_no(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = cedarpy.AuthzResult(
        {"decision": "Allow", "diagnostics": {"reason": ["policy0"], "errors": ["overflow"]}}
    )
    monkeypatch.setattr(
        cedarpy, "is_authorized_batch", lambda requests, *_: [failed] * len(requests)
    )
    assert read(REVIEWER, "reporting") == set()


def test_an_id_or_purpose_that_is_no_text_means_no() -> None:
    assert read(REVIEWER, "\ud800") == set()
    assert read(person(functions=None, login="\udfff"), "reporting") == set()


NAMES = [*COLUMNS, "key", "money", "pii"]
PURPOSES = ["reporting", "inference", "support_reply"]
WHO = st.one_of(
    st.sampled_from(["reviewer", "finance.reviewer", "operations.auditor"]).map(
        lambda role: {"role": role}
    ),
    st.sampled_from(["ai", "person"]).map(lambda kind: {"kind": kind}),
    st.sampled_from(["lee.park", "dana.ito"]).map(lambda user: {"user": user}),
)
RULE = st.builds(
    lambda effect, **fields: AccessRule.model_validate({"id": "r", effect: "read", **fields}),
    st.sampled_from(["allow", "deny"]),
    who=WHO,
    columns=st.lists(st.sampled_from(NAMES), min_size=1, max_size=3),
    purpose=st.lists(st.sampled_from(PURPOSES), max_size=2),
    unless_purpose=st.lists(st.sampled_from(PURPOSES), max_size=2),
)
ACTOR = st.builds(
    Actor,
    id=st.sampled_from(["user:lee.park", "user:dana.ito", "ai:finance.permits"]),
    kind=st.sampled_from([ActorKind.PERSON, ActorKind.AI, ActorKind.SERVICE]),
    roles=st.frozensets(st.sampled_from(list(Role))),
    functions=st.none() | st.frozensets(st.sampled_from(["finance", "operations"])),
)


def applies(rule: AccessRule, actor: Actor, column: str, purpose: str) -> bool:
    """What a rule means, without Cedar."""
    who = rule.who
    if who.role is not None:
        function, _, role = who.role.rpartition(".")
        is_meant = Role(role) in actor.roles and (not function or actor.covers(function))
    elif who.kind is not None:
        is_meant = actor.kind is who.kind
    else:
        is_meant = actor.id == f"user:{who.user}"
    return (
        is_meant
        and not COLUMNS[column].union({column}).isdisjoint(rule.columns)
        and (not rule.purpose or purpose in rule.purpose)
        and purpose not in rule.unless_purpose
    )


@given(st.lists(RULE, max_size=4), ACTOR, st.sampled_from(PURPOSES))
@settings(max_examples=100, deadline=None)
def test_cedar_agrees_with_the_plain_meaning(
    rules: list[AccessRule], actor: Actor, purpose: str
) -> None:
    def allowed(column: str) -> bool:
        effects = {rule.effect for rule in rules if applies(rule, actor, column, purpose)}
        return effects == {"allow"}

    product = GovernedProduct(name="p.q", columns=COLUMNS, rules=tuple(rules))
    expected = {column for column in COLUMNS if allowed(column)}
    assert Grants([product]).columns(actor, "p.q", purpose) == expected
