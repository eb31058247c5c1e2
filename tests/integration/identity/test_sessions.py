"""Signing in and out, and what a session is good for."""

import time

import pytest
from sqlalchemy import select

from spanwise.core.actor import PLATFORM, Role
from spanwise.core.clock import HOUR_MS, MINUTE_MS, FixedClock
from spanwise.core.errors import Forbidden, RateLimited, Unauthenticated
from spanwise.identity.accounts import Accounts
from spanwise.identity.passwords import Passwords
from spanwise.identity.sessions import Sessions
from spanwise.identity.throttle import Throttle
from spanwise.store import audit, tables
from spanwise.store.accounts import account_by_login
from spanwise.store.database import Store
from spanwise.store.statements import Statement

PASSWORD = "correct horse battery"
QUICK = Passwords(time_cost=1, memory_cost_kib=64, parallelism=1)


@pytest.fixture
def accounts(store: Store) -> Accounts:
    made = Accounts(store, QUICK)
    made.create(
        PLATFORM,
        login="dana.ito",
        name="Dana Ito",
        password=PASSWORD,
        roles={Role.REVIEWER},
        functions={"finance"},
    )
    return made


@pytest.fixture
def sessions(store: Store, accounts: Accounts) -> Sessions:
    return Sessions(store, QUICK, Throttle(attempts=3))


def actions(store: Store) -> list[str]:
    return sorted(entry.action for entry in audit.unchained(store, since="", limit=100))


def test_who_signs_in_gets_a_session(sessions: Sessions, store: Store) -> None:
    session = sessions.session(sessions.sign_in("dana.ito", PASSWORD))
    assert session.actor.id == "user:dana.ito"
    assert session.expires_at_ms == store.clock.now_ms() + 12 * HOUR_MS
    assert actions(store) == ["account.created", "session.opened"]


def test_only_the_hash_of_a_token_is_kept(sessions: Sessions, store: Store) -> None:
    token = sessions.sign_in("dana.ito", PASSWORD)
    assert len(token) >= 43
    assert token not in str(store.rows(Statement(select(tables.sessions))))


def test_a_session_lasts_twelve_hours(sessions: Sessions, clock: FixedClock) -> None:
    token = sessions.sign_in("dana.ito", PASSWORD)
    clock.advance(12 * HOUR_MS - 1)
    sessions.session(token)
    clock.advance(1)
    with pytest.raises(Unauthenticated):
        sessions.session(token)


def test_expired_sessions_are_cleared_away(
    sessions: Sessions, store: Store, clock: FixedClock
) -> None:
    sessions.sign_in("dana.ito", PASSWORD)
    clock.advance(13 * HOUR_MS)
    sessions.sign_in("dana.ito", PASSWORD)
    assert len(store.rows(Statement(select(tables.sessions)))) == 1


def test_signing_out_ends_the_session_alone(sessions: Sessions, store: Store) -> None:
    here, there = (sessions.sign_in("dana.ito", PASSWORD) for _ in range(2))
    sessions.sign_out(here)
    sessions.sign_out(here)
    with pytest.raises(Unauthenticated):
        sessions.session(here)
    sessions.session(there)
    assert actions(store).count("session.closed") == 1


@pytest.mark.parametrize("token", ["", "x", "\ud800", "é\x00", "x" * 100_000])
def test_what_is_no_token_signs_nobody_in(sessions: Sessions, token: str) -> None:
    with pytest.raises(Unauthenticated):
        sessions.session(token)
    sessions.sign_out(token)


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("dana.ito", "wrong"),
        ("dana.ito", ""),
        ("dana.ito", PASSWORD + "x" * 100_000),
        ("dana.ito", "\ud800"),
        ("nobody", PASSWORD),
        ("", ""),
        ("nul\x00", PASSWORD),
        ("\ud800", PASSWORD),
        ("x" * 100_000, PASSWORD),
    ],
)
def test_every_failure_looks_alike(sessions: Sessions, login: str, password: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        sessions.sign_in(login, password)
    assert str(refused.value) == "The login or the password is wrong. Try again."


def test_an_unknown_login_takes_as_long_as_a_wrong_password(
    store: Store, accounts: Accounts
) -> None:
    slow = Passwords(time_cost=4, memory_cost_kib=8_192, parallelism=1)
    accounts = Accounts(store, slow)
    accounts.create(
        PLATFORM, login="slow", name="", password=PASSWORD, roles=set(), functions=set()
    )
    sessions = Sessions(store, slow, Throttle(attempts=100))

    def took_s(login: str) -> float:
        started = time.perf_counter()
        with pytest.raises(Unauthenticated):
            sessions.sign_in(login, "a wrong password")
        return time.perf_counter() - started

    known, unknown = zip(*[(took_s("slow"), took_s("nobody")) for _ in range(7)], strict=True)
    assert 0.5 < min(known) / min(unknown) < 2


def test_too_many_failures_close_a_login_for_a_while(
    sessions: Sessions, store: Store, clock: FixedClock
) -> None:
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            sessions.sign_in("dana.ito", "wrong")
    with pytest.raises(RateLimited, match="Too many attempts"):
        sessions.sign_in("dana.ito", PASSWORD)
    assert actions(store).count("sign_in.throttled") == 1
    clock.advance(15 * MINUTE_MS)
    assert sessions.sign_in("dana.ito", PASSWORD)


def test_what_was_typed_as_an_unknown_login_is_not_written_down(
    sessions: Sessions, store: Store
) -> None:
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            sessions.sign_in("my-password-by-mistake", "wrong")
    entries = audit.unchained(store, since="", limit=100)
    throttled = [entry.subject for entry in entries if entry.action == "sign_in.throttled"]
    assert throttled == ["account:unknown"]


def test_a_hash_of_older_parameters_is_renewed_at_sign_in(sessions: Sessions, store: Store) -> None:
    stronger = Passwords(time_cost=2, memory_cost_kib=64, parallelism=1)
    renewing = Sessions(store, stronger, Throttle())
    renewing.sign_in("dana.ito", PASSWORD)
    renewing.sign_in("dana.ito", PASSWORD)
    account = account_by_login(store, "dana.ito")
    assert account is not None
    assert not stronger.is_outdated(account.password_hash)
    assert actions(store).count("account.password_rehashed") == 1


def test_a_change_of_scope_holds_from_the_next_request(
    sessions: Sessions, accounts: Accounts
) -> None:
    token = sessions.sign_in("dana.ito", PASSWORD)
    accounts.change_scope(PLATFORM, "dana.ito", roles={Role.AUDITOR}, functions=set())
    actor = sessions.session(token).actor
    assert actor.roles == {Role.AUDITOR}
    assert actor.functions == frozenset()


def test_a_form_carries_the_token_of_its_session(sessions: Sessions) -> None:
    mine, other = (sessions.session(sessions.sign_in("dana.ito", PASSWORD)) for _ in range(2))
    mine.check_csrf(mine.csrf_token)
    for token in (other.csrf_token, "", "é", "\ud800"):
        with pytest.raises(Forbidden):
            mine.check_csrf(token)
