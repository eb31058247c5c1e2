"""API tokens: shown once, scoped, and over when they are revoked or expired."""

import json

import pytest
from sqlalchemy import select

from spanwise.core.actor import PLATFORM, Actor, ActorKind, Role
from spanwise.core.clock import DAY_MS, SECOND_MS, FixedClock
from spanwise.core.errors import Conflict, Forbidden, InvalidInput, NotFound, Unauthenticated
from spanwise.identity.tokens import Tokens
from spanwise.store import audit, tables
from spanwise.store.accounts import list_tokens
from spanwise.store.database import Store
from spanwise.store.statements import Statement

INTEGRATOR = Actor(
    id="user:ira",
    kind=ActorKind.PERSON,
    roles=frozenset({Role.INTEGRATOR}),
    functions=frozenset({"finance"}),
)


@pytest.fixture
def tokens(store: Store) -> Tokens:
    return Tokens(store)


def issue(tokens: Tokens, lifetime_ms: int | None = None) -> tuple[str, str]:
    token, secret = tokens.issue(
        INTEGRATOR,
        name="ERP",
        roles={Role.INTEGRATOR},
        functions={"finance"},
        decision_points={"finance.permits"},
        lifetime_ms=lifetime_ms,
    )
    return token.id, secret


def test_a_token_stands_for_a_service_with_its_scope(tokens: Tokens) -> None:
    token_id, secret = issue(tokens)
    assert secret.startswith("spw_")
    assert tokens.actor_for_token(secret) == Actor(
        id=f"token:{token_id}",
        kind=ActorKind.SERVICE,
        name="ERP",
        roles=frozenset({Role.INTEGRATOR}),
        functions=frozenset({"finance"}),
        decision_points=frozenset({"finance.permits"}),
    )


def test_only_the_hash_of_a_secret_is_kept(tokens: Tokens, store: Store) -> None:
    token_id, secret = issue(tokens)
    assert secret not in str(store.rows(Statement(select(tables.api_tokens))))
    (entry,) = audit.unchained(store, since="", limit=10)
    assert (entry.actor, entry.action) == ("user:ira", "token.issued")
    assert entry.subject == f"token:{token_id}"
    assert json.loads(entry.body) == {
        "name": "ERP",
        "roles": ["integrator"],
        "functions": ["finance"],
        "decision_points": ["finance.permits"],
        "expires_at_ms": None,
    }


def test_a_token_expires_to_the_millisecond(tokens: Tokens, clock: FixedClock) -> None:
    _, secret = issue(tokens, lifetime_ms=SECOND_MS)
    tokens.actor_for_token(secret)
    clock.advance(SECOND_MS - 1)
    tokens.actor_for_token(secret)
    clock.advance(1)
    with pytest.raises(Unauthenticated):
        tokens.actor_for_token(secret)


def test_a_revocation_holds_at_once_here_and_soon_elsewhere(
    tokens: Tokens, store: Store, clock: FixedClock
) -> None:
    elsewhere = Tokens(store)
    token_id, secret = issue(tokens)
    tokens.actor_for_token(secret)
    elsewhere.actor_for_token(secret)
    tokens.revoke(INTEGRATOR, token_id)
    with pytest.raises(Unauthenticated):
        tokens.actor_for_token(secret)
    clock.advance(5 * SECOND_MS - 1)
    elsewhere.actor_for_token(secret)
    clock.advance(1)
    with pytest.raises(Unauthenticated):
        elsewhere.actor_for_token(secret)


def test_a_token_is_revoked_once(tokens: Tokens, store: Store) -> None:
    token_id, _ = issue(tokens)
    tokens.revoke(INTEGRATOR, token_id)
    with pytest.raises(Conflict):
        tokens.revoke(INTEGRATOR, token_id)
    with pytest.raises(NotFound):
        tokens.revoke(INTEGRATOR, "tok_unheard_of")
    (token,) = list_tokens(store, limit=10)
    assert token.revoked_at_ms == store.clock.now_ms()


@pytest.mark.parametrize("secret", ["", "spw_", "spw_\ud800", "spw_" + "x" * 100_000, "Bearer x"])
def test_what_is_no_token_is_nobody(tokens: Tokens, secret: str) -> None:
    with pytest.raises(Unauthenticated):
        tokens.actor_for_token(secret)


@pytest.mark.parametrize(
    ("roles", "functions"),
    [
        ({Role.FUNCTION_OWNER}, {"finance"}),
        ({Role.INTEGRATOR}, {"operations"}),
        ({Role.INTEGRATOR}, None),
    ],
)
def test_a_token_holds_no_more_than_who_issues_it(
    tokens: Tokens, roles: set[Role], functions: set[str] | None
) -> None:
    with pytest.raises(Forbidden):
        tokens.issue(INTEGRATOR, name="ERP", roles=roles, functions=functions)


def test_a_token_that_holds_more_is_not_ours_to_revoke(tokens: Tokens) -> None:
    token, secret = tokens.issue(PLATFORM, name="all", roles={Role.AUDITOR}, functions=None)
    with pytest.raises(Forbidden):
        tokens.revoke(INTEGRATOR, token.id)
    assert tokens.actor_for_token(secret).functions is None


def test_a_token_issues_no_tokens(tokens: Tokens) -> None:
    _, secret = issue(tokens, lifetime_ms=DAY_MS)
    with pytest.raises(Forbidden):
        tokens.issue(tokens.actor_for_token(secret), name="more", roles=set(), functions=set())


@pytest.mark.parametrize(("name", "lifetime_ms"), [("", None), ("a\nb", None), ("ERP", 0)])
def test_a_token_needs_a_name_and_time(tokens: Tokens, name: str, lifetime_ms: int | None) -> None:
    with pytest.raises(InvalidInput):
        tokens.issue(PLATFORM, name=name, roles=set(), functions=set(), lifetime_ms=lifetime_ms)
