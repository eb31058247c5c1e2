"""Signing in with a password, and the sessions of browsers."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from spanwise.core.actor import PLATFORM, Actor
from spanwise.core.clock import HOUR_MS
from spanwise.core.errors import Forbidden, Unauthenticated
from spanwise.identity.accounts import is_login
from spanwise.identity.passwords import Passwords
from spanwise.identity.throttle import Throttle
from spanwise.store import accounts as rows
from spanwise.store.accounts import Account, StoredSession
from spanwise.store.database import Store
from spanwise.store.unit import UnitOfWork

_MAX_TOKEN = 128
_MAX_LOGIN = 128


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A signed-in person.

    Attributes:
        csrf_token: what every form of this session carries.
    """

    actor: Actor
    csrf_token: str
    expires_at_ms: int

    def check_csrf(self, token: str) -> None:
        """Refuses a form that this session did not hand out.

        Raises:
            Forbidden: the token is another.
        """
        if not hmac.compare_digest(token.encode(errors="replace"), self.csrf_token.encode()):
            raise Forbidden(
                "The form is from another session.",
                "Load the page again and repeat what you did.",
                code="csrf_failed",
            )


class Sessions:
    """Sessions by a token that only the browser holds; the store keeps its hash.

    Args:
        lifetime_ms: a session ends this long after sign-in.
    """

    def __init__(
        self,
        store: Store,
        passwords: Passwords,
        throttle: Throttle,
        *,
        lifetime_ms: int = 12 * HOUR_MS,
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._throttle = throttle
        self._lifetime_ms = lifetime_ms

    def sign_in(self, login: str, password: str) -> str:
        """Opens a session and returns its token.

        An unknown login, a disabled account and a wrong password look alike, and take alike.

        Raises:
            Unauthenticated: the login or the password is wrong.
            RateLimited: too many attempts with this login.
            Unavailable: too many people are signing in.
        """
        login = login[: _MAX_LOGIN + 1]
        is_last = self._throttle.attempt(login, self._store.clock.now_ms())
        account = rows.account_by_login(self._store, login) if is_login(login) else None
        if account is not None and account.disabled_at_ms is not None:
            account = None
        known = None if account is None else account.password_hash
        if not self._passwords.matches(password, known) or account is None:
            if is_last:
                self._record_throttling(account)
            raise Unauthenticated("The login or the password is wrong.", "Try again.")
        self._throttle.succeeded(login)
        return self._open(account, password)

    def session(self, token: str) -> Session:
        """The session of a token.

        Raises:
            Unauthenticated: it is unknown, ended or expired, or its account is disabled.
        """
        found = rows.session_with_account(self._store, _hashed(token))
        if found is not None:
            stored, account = found
            is_live = stored.expires_at_ms > self._store.clock.now_ms()
            if is_live and account.disabled_at_ms is None:
                return Session(
                    actor=account.actor,
                    csrf_token=stored.csrf_token,
                    expires_at_ms=stored.expires_at_ms,
                )
        raise Unauthenticated("Nobody is signed in.", "Sign in.")

    def sign_out(self, token: str) -> None:
        """Ends a session; nothing happens if it has ended already."""
        found = rows.session_with_account(self._store, _hashed(token))
        if found is None:
            return
        stored, account = found
        unit = self._store.unit(account.actor)
        unit.write(rows.END_SESSION, token_sha256=stored.token_sha256)
        unit.audit("session.closed", f"account:{account.login}")
        unit.commit()

    def _open(self, account: Account, password: str) -> str:
        now_ms = self._store.clock.now_ms()
        token = secrets.token_urlsafe(32)
        unit = self._store.unit(account.actor)
        unit.write(rows.END_EXPIRED_SESSIONS, now_ms=now_ms)
        rows.sessions.add(
            unit,
            StoredSession(
                token_sha256=_hashed(token),
                account_id=account.id,
                csrf_token=secrets.token_urlsafe(32),
                created_at_ms=now_ms,
                expires_at_ms=now_ms + self._lifetime_ms,
            ),
        )
        unit.audit("session.opened", f"account:{account.login}")
        if self._passwords.is_outdated(account.password_hash):
            self._rehash(unit, account, password)
        unit.commit()
        return token

    def _rehash(self, unit: UnitOfWork, account: Account, password: str) -> None:
        unit.write(
            rows.SET_PASSWORD,
            account_id=account.id,
            password_hash=self._passwords.hash(password),
        )
        unit.audit("account.password_rehashed", f"account:{account.login}")

    def _record_throttling(self, account: Account | None) -> None:
        # What was typed as a login may be a password, so only a known one is written down.
        unit = self._store.unit(PLATFORM)
        unit.audit("sign_in.throttled", f"account:{account.login if account else 'unknown'}")
        unit.commit()


def _hashed(token: str) -> str:
    return hashlib.sha256(token[:_MAX_TOKEN].encode(errors="replace")).hexdigest()
