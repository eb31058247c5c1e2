"""Accounts, sessions and API tokens, and the actors that they stand for."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from sqlalchemy import bindparam, delete, select, update

from spanwise.core.actor import Actor, ActorKind, Role
from spanwise.core.canonical import canonical
from spanwise.store import tables
from spanwise.store.database import Store
from spanwise.store.records import Records
from spanwise.store.statements import Statement

_a, _s, _t = tables.accounts.c, tables.sessions.c, tables.api_tokens.c
_decode_names = msgspec.json.Decoder(list[str]).decode


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """A person who may sign in.

    Attributes:
        login: what they type, and the name by which the workspace knows them.
        roles: JSON list of roles.
        functions: JSON list of the business functions in scope; None means every one.
    """

    id: str
    login: str
    name: str
    password_hash: str
    roles: str
    functions: str | None
    created_at_ms: int
    disabled_at_ms: int | None = None

    @property
    def actor(self) -> Actor:
        return Actor(
            id=f"user:{self.login}",
            kind=ActorKind.PERSON,
            name=self.name,
            roles=_roles(self.roles),
            functions=_names(self.functions),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredSession:
    """A signed-in browser, by the hash of its token."""

    token_sha256: str
    account_id: str
    csrf_token: str
    created_at_ms: int
    expires_at_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiToken:
    """A service's credential, by the hash of its secret.

    Attributes:
        roles: JSON list of roles.
        functions: JSON list of the business functions in scope; None means every one.
        decision_points: JSON list of the only ones it may use; None means all of its functions.
        expires_at_ms: None means never.
    """

    id: str
    name: str
    secret_sha256: str
    roles: str
    functions: str | None
    decision_points: str | None
    created_at_ms: int
    created_by: str
    expires_at_ms: int | None = None
    revoked_at_ms: int | None = None

    @property
    def actor(self) -> Actor:
        return Actor(
            id=f"token:{self.id}",
            kind=ActorKind.SERVICE,
            name=self.name,
            roles=_roles(self.roles),
            functions=_names(self.functions),
            decision_points=_names(self.decision_points),
        )


accounts = Records(tables.accounts, Account)
sessions = Records(tables.sessions, StoredSession)
api_tokens = Records(tables.api_tokens, ApiToken)

_BY_LOGIN = accounts.where(_a.login == bindparam("login"))
_ALL_ACCOUNTS = accounts.where(order_by=_a.login, limit=0)
SET_PASSWORD = Statement(
    update(tables.accounts)
    .where(_a.id == bindparam("account_id"))
    .values(password_hash=bindparam("password_hash"))
)
SET_SCOPE = Statement(
    update(tables.accounts)
    .where(_a.id == bindparam("account_id"))
    .values(roles=bindparam("roles"), functions=bindparam("functions"))
)
DISABLE = Statement(
    update(tables.accounts)
    .where(_a.id == bindparam("account_id"), _a.disabled_at_ms.is_(None))
    .values(disabled_at_ms=bindparam("disabled_at_ms"))
)

_WITH_ACCOUNT = Statement(
    select(*_s, *_a)
    .join_from(tables.sessions, tables.accounts, _s.account_id == _a.id)
    .where(_s.token_sha256 == bindparam("token_sha256"))
)
END_SESSION = Statement(delete(tables.sessions).where(_s.token_sha256 == bindparam("token_sha256")))
END_SESSIONS_OF = Statement(delete(tables.sessions).where(_s.account_id == bindparam("account_id")))
END_EXPIRED_SESSIONS = Statement(
    delete(tables.sessions).where(_s.expires_at_ms <= bindparam("now_ms"))
)

_BY_SECRET = api_tokens.where(_t.secret_sha256 == bindparam("secret_sha256"))
_BY_TOKEN_ID = api_tokens.where(_t.id == bindparam("id"))
_ALL_TOKENS = api_tokens.where(order_by=_t.id.desc(), limit=0)
REVOKE = Statement(
    update(tables.api_tokens)
    .where(_t.id == bindparam("token_id"), _t.revoked_at_ms.is_(None))
    .values(revoked_at_ms=bindparam("revoked_at_ms"))
)


def account_by_login(store: Store, login: str) -> Account | None:
    return accounts.first(store, _BY_LOGIN, login=login)


def list_accounts(store: Store, *, limit: int) -> list[Account]:
    """Accounts by login, disabled ones included."""
    return accounts.all(store, _ALL_ACCOUNTS, limit=limit)


def session_with_account(store: Store, token_sha256: str) -> tuple[StoredSession, Account] | None:
    row = store.row(_WITH_ACCOUNT, token_sha256=token_sha256)
    if row is None:
        return None
    width = len(_s)
    return sessions.build(row[:width]), accounts.build(row[width:])


def token_by_secret(store: Store, secret_sha256: str) -> ApiToken | None:
    return api_tokens.first(store, _BY_SECRET, secret_sha256=secret_sha256)


def token_by_id(store: Store, token_id: str) -> ApiToken | None:
    return api_tokens.first(store, _BY_TOKEN_ID, id=token_id)


def list_tokens(store: Store, *, limit: int) -> list[ApiToken]:
    """Tokens, the newest first, expired and revoked ones included."""
    return api_tokens.all(store, _ALL_TOKENS, limit=limit)


def names_text(names: Iterable[str]) -> str:
    """The JSON list under which roles, functions and decision points are stored."""
    return canonical(sorted(names)).decode()


def _names(text: str | None) -> frozenset[str] | None:
    return None if text is None else frozenset(_decode_names(text))


def _roles(text: str) -> frozenset[Role]:
    return frozenset(map(Role, _decode_names(text)))
