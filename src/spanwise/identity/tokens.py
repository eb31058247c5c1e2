"""API tokens: a service's credential, shown once, kept as a hash."""

import hashlib
import secrets
import threading
from collections.abc import Set
from dataclasses import dataclass

from spanwise.core.actor import Actor, Role
from spanwise.core.clock import SECOND_MS
from spanwise.core.errors import InvalidInput, NotFound, Unauthenticated
from spanwise.identity.scopes import check_within
from spanwise.store import accounts as rows
from spanwise.store.accounts import ApiToken, names_text
from spanwise.store.database import Store

_PREFIX = "spw_"
_MAX_NAME = 200
_MAX_SECRET = 100
_CACHED = 4_096
_CACHED_FOR_MS = 5 * SECOND_MS


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    token: ApiToken
    actor: Actor
    read_at_ms: int


class Tokens:
    """The tokens of services. Callers authorise first, as for accounts.

    Tokens in use are kept in memory for five seconds: a revocation takes effect at once in this
    process, and within five seconds in others.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, _Known] = {}
        self._lock = threading.Lock()

    def issue(
        self,
        by: Actor,
        *,
        name: str,
        roles: Set[Role],
        functions: Set[str] | None,
        decision_points: Set[str] | None = None,
        lifetime_ms: int | None = None,
    ) -> tuple[ApiToken, str]:
        """Makes a token; the secret that is returned with it is shown this once.

        Args:
            functions: business functions in scope; None means every one.
            decision_points: the only ones it may use; None means all of its functions.
            lifetime_ms: None means that it does not expire.

        Raises:
            InvalidInput: the name or the lifetime does not do.
            Forbidden: it is more than the giver holds.
        """
        check_within(by, roles=roles, functions=functions)
        if not 0 < len(name) <= _MAX_NAME or not name.isprintable():
            raise InvalidInput("The token has no usable name.", "Name the service that uses it.")
        if lifetime_ms is not None and lifetime_ms <= 0:
            raise InvalidInput("The token would have expired already.", "Give a longer lifetime.")
        secret = _PREFIX + secrets.token_urlsafe(32)
        now_ms = self._store.clock.now_ms()
        token = ApiToken(
            id=self._store.ids.new("tok"),
            name=name,
            secret_sha256=_hashed(secret),
            roles=names_text(roles),
            functions=None if functions is None else names_text(functions),
            decision_points=None if decision_points is None else names_text(decision_points),
            created_at_ms=now_ms,
            created_by=by.id,
            expires_at_ms=None if lifetime_ms is None else now_ms + lifetime_ms,
        )
        unit = self._store.unit(by)
        rows.api_tokens.add(unit, token)
        unit.audit(
            "token.issued",
            token.actor.id,
            name=name,
            roles=sorted(roles),
            functions=None if functions is None else sorted(functions),
            decision_points=None if decision_points is None else sorted(decision_points),
            expires_at_ms=token.expires_at_ms,
        )
        unit.commit()
        return token, secret

    def revoke(self, by: Actor, token_id: str) -> None:
        """Ends a token.

        Raises:
            NotFound: there is no such token.
            Conflict: it is revoked already.
            Forbidden: it holds more than the giver.
        """
        token = rows.token_by_id(self._store, token_id)
        if token is None:
            raise NotFound("There is no such token.", "Look at the list of tokens.")
        check_within(by, roles=token.actor.roles, functions=token.actor.functions)
        unit = self._store.unit(by)
        unit.write(
            rows.REVOKE, expect=1, token_id=token.id, revoked_at_ms=self._store.clock.now_ms()
        )
        unit.audit("token.revoked", token.actor.id)
        unit.commit()
        with self._lock:
            self._known.pop(token.secret_sha256, None)

    def actor_for_token(self, secret: str) -> Actor:
        """The service that a secret belongs to.

        Raises:
            Unauthenticated: it is unknown, revoked or expired.
        """
        if secret.startswith(_PREFIX) and len(secret) <= _MAX_SECRET:
            now_ms = self._store.clock.now_ms()
            known = self._find(_hashed(secret), now_ms)
            if known is not None and _is_live(known.token, now_ms):
                return known.actor
        raise Unauthenticated(
            "The token is not valid.", "Check that it is whole, and neither expired nor revoked."
        )

    def _find(self, secret_sha256: str, now_ms: int) -> _Known | None:
        known = self._known.get(secret_sha256)
        if known is not None and 0 <= now_ms - known.read_at_ms < _CACHED_FOR_MS:
            return known
        token = rows.token_by_secret(self._store, secret_sha256)
        if token is None:
            return None
        known = _Known(token=token, actor=token.actor, read_at_ms=now_ms)
        with self._lock:
            if len(self._known) >= _CACHED:
                self._known.clear()
            self._known[secret_sha256] = known
        return known


def _is_live(token: ApiToken, now_ms: int) -> bool:
    expired = token.expires_at_ms is not None and token.expires_at_ms <= now_ms
    return token.revoked_at_ms is None and not expired


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
