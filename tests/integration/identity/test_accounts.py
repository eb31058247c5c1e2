"""Accounts: what is kept, what is audited, and that nobody gives more than they hold."""

import json

import pytest

from spanwise.core.actor import PLATFORM, Actor, ActorKind, Role
from spanwise.core.errors import Conflict, Forbidden, InvalidInput, NotFound, Unauthenticated
from spanwise.identity.accounts import Accounts
from spanwise.identity.passwords import Passwords
from spanwise.identity.sessions import Sessions
from spanwise.identity.throttle import Throttle
from spanwise.store import audit
from spanwise.store.accounts import account_by_login, list_accounts
from spanwise.store.database import Store

PASSWORD = "correct horse battery"
FINANCE = frozenset({"finance"})
QUICK = Passwords(time_cost=1, memory_cost_kib=64, parallelism=1)


@pytest.fixture
def accounts(store: Store) -> Accounts:
    return Accounts(store, QUICK)


def create(accounts: Accounts, login: str, *roles: Role, by: Actor = PLATFORM) -> Actor:
    return accounts.create(
        by,
        login=login,
        name="Dana Ito",
        password=PASSWORD,
        roles=frozenset(roles),
        functions=FINANCE,
    ).actor


def audited(store: Store) -> list[tuple[str, str, str]]:
    """Actor, action and subject of every entry."""
    entries = audit.unchained(store, since="", limit=100)
    return [(entry.actor, entry.action, entry.subject) for entry in entries]


def test_an_account_stands_for_a_person(accounts: Accounts, store: Store) -> None:
    create(accounts, "dana.ito", Role.REVIEWER)
    account = accounts.find("dana.ito")
    assert account.actor == Actor(
        id="user:dana.ito",
        kind=ActorKind.PERSON,
        name="Dana Ito",
        roles=frozenset({Role.REVIEWER}),
        functions=FINANCE,
    )
    assert PASSWORD not in account.password_hash
    assert list_accounts(store, limit=10) == [account]


def test_functions_may_be_all_of_them(accounts: Accounts) -> None:
    accounts.create(
        PLATFORM,
        login="lead",
        name="",
        password=PASSWORD,
        roles={Role.PLATFORM_LEAD},
        functions=None,
    )
    assert accounts.find("lead").actor.functions is None


def test_every_change_is_audited_without_the_password(accounts: Accounts, store: Store) -> None:
    create(accounts, "dana.ito", Role.REVIEWER)
    accounts.change_scope(PLATFORM, "dana.ito", roles={Role.AUDITOR}, functions=None)
    accounts.set_password(PLATFORM, "dana.ito", "another long password")
    accounts.disable(PLATFORM, "dana.ito")
    assert sorted(audited(store)) == [
        ("platform", "account.created", "account:dana.ito"),
        ("platform", "account.disabled", "account:dana.ito"),
        ("platform", "account.password_changed", "account:dana.ito"),
        ("platform", "account.scope_changed", "account:dana.ito"),
    ]
    entries = audit.unchained(store, since="", limit=100)
    changed = next(each for each in entries if each.action == "account.scope_changed")
    assert json.loads(changed.body) == {"roles": ["auditor"], "functions": None}
    assert not any("password" in each.body or "argon" in each.body for each in entries)


def test_a_login_is_taken_once(accounts: Accounts, store: Store) -> None:
    create(accounts, "dana.ito")
    with pytest.raises(Conflict) as refused:
        create(accounts, "dana.ito", Role.PLATFORM_LEAD)
    assert refused.value.code == "login_taken"
    assert accounts.find("dana.ito").actor.roles == frozenset()
    assert len(audited(store)) == 1


@pytest.mark.parametrize("login", ["", "two words", "-dash", "x" * 129, "nul\x00", "\ud800", "ä"])
def test_a_login_is_plain(accounts: Accounts, login: str) -> None:
    with pytest.raises(InvalidInput):
        create(accounts, login)
    with pytest.raises(NotFound):
        accounts.find(login)


def test_a_password_is_long_enough(accounts: Accounts, store: Store) -> None:
    create(accounts, "dana.ito")
    for password in ("short", "x" * 257):
        with pytest.raises(InvalidInput):
            accounts.set_password(PLATFORM, "dana.ito", password)
    assert len(audited(store)) == 1


def test_nobody_gives_more_than_they_hold(accounts: Accounts) -> None:
    lead = create(accounts, "lead", Role.PLATFORM_LEAD)
    owner = create(accounts, "owner", Role.FUNCTION_OWNER)
    assert create(accounts, "new.auditor", Role.AUDITOR, by=lead).roles == {Role.AUDITOR}
    with pytest.raises(Forbidden, match="role that you do not have"):
        create(accounts, "new.lead", Role.PLATFORM_LEAD, by=owner)
    for functions in (None, {"finance", "operations"}):
        with pytest.raises(Forbidden, match="outside your own scope"):
            accounts.change_scope(lead, "owner", roles=set(), functions=functions)


def test_nobody_changes_an_account_that_holds_more(accounts: Accounts) -> None:
    create(accounts, "lead", Role.PLATFORM_LEAD)
    owner = create(accounts, "owner", Role.FUNCTION_OWNER)
    with pytest.raises(Forbidden):
        accounts.disable(owner, "lead")
    with pytest.raises(Forbidden):
        accounts.set_password(owner, "lead", "a password of mine")
    with pytest.raises(Forbidden):
        accounts.change_scope(owner, "lead", roles=set(), functions=set())
    accounts.set_password(owner, "owner", "a password of mine")


def test_disabling_ends_sessions_and_happens_once(accounts: Accounts, store: Store) -> None:
    create(accounts, "dana.ito")
    sessions = Sessions(store, QUICK, Throttle())
    token = sessions.sign_in("dana.ito", PASSWORD)
    accounts.disable(PLATFORM, "dana.ito")
    with pytest.raises(Unauthenticated):
        sessions.session(token)
    with pytest.raises(Unauthenticated):
        sessions.sign_in("dana.ito", PASSWORD)
    with pytest.raises(Conflict):
        accounts.disable(PLATFORM, "dana.ito")
    account = account_by_login(store, "dana.ito")
    assert account is not None
    assert account.disabled_at_ms == store.clock.now_ms()


def test_a_new_password_ends_sessions_and_replaces_the_old(
    accounts: Accounts, store: Store
) -> None:
    create(accounts, "dana.ito")
    sessions = Sessions(store, QUICK, Throttle())
    token = sessions.sign_in("dana.ito", PASSWORD)
    accounts.set_password(PLATFORM, "dana.ito", "another long password")
    with pytest.raises(Unauthenticated):
        sessions.session(token)
    with pytest.raises(Unauthenticated):
        sessions.sign_in("dana.ito", PASSWORD)
    assert sessions.sign_in("dana.ito", "another long password")
