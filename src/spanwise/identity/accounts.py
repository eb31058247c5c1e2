"""Local accounts: created, changed and disabled, each with an audit entry."""

from collections.abc import Set

from pydantic import TypeAdapter, ValidationError

from spanwise.core.actor import Actor, Role
from spanwise.core.errors import Conflict, InvalidInput, NotFound
from spanwise.identity.passwords import Passwords
from spanwise.identity.scopes import check_within
from spanwise.spec.models.base import UserName
from spanwise.store import accounts as rows
from spanwise.store.accounts import Account, names_text
from spanwise.store.database import Store

_login = TypeAdapter[str](UserName)
_MAX_NAME = 200


class Accounts:
    """The people who may sign in.

    Callers authorise first; this keeps anybody from giving more than they hold.
    """

    def __init__(self, store: Store, passwords: Passwords) -> None:
        self._store = store
        self._passwords = passwords

    def create(
        self,
        by: Actor,
        *,
        login: str,
        name: str,
        password: str,
        roles: Set[Role],
        functions: Set[str] | None,
    ) -> Account:
        """Adds an account.

        Args:
            functions: business functions in scope; None means every one.

        Raises:
            InvalidInput: the login, name or password does not do.
            Forbidden: it is more than the giver holds.
            Conflict: the login is taken.
        """
        check_within(by, roles=roles, functions=functions)
        account = Account(
            id=self._store.ids.new("acc"),
            login=_valid_login(login),
            name=_valid_name(name),
            password_hash=self._passwords.hash(password),
            roles=names_text(roles),
            functions=None if functions is None else names_text(functions),
            created_at_ms=self._store.clock.now_ms(),
        )
        unit = self._store.unit(by)
        rows.accounts.add(unit, account)
        unit.audit("account.created", _subject(account), **_scope(roles, functions))
        try:
            unit.commit()
        except Conflict:
            raise Conflict(
                f"There is an account '{login}' already.",
                "Choose another login.",
                code="login_taken",
            ) from None
        return account

    def change_scope(
        self, by: Actor, login: str, *, roles: Set[Role], functions: Set[str] | None
    ) -> None:
        """Sets roles and functions; they hold from the next request on.

        Raises:
            NotFound: there is no such account.
            Forbidden: the account has or would have more than the giver holds.
        """
        account = self.find(login)
        check_within(by, roles=account.actor.roles, functions=account.actor.functions)
        check_within(by, roles=roles, functions=functions)
        unit = self._store.unit(by)
        unit.write(
            rows.SET_SCOPE,
            expect=1,
            account_id=account.id,
            roles=names_text(roles),
            functions=None if functions is None else names_text(functions),
        )
        unit.audit("account.scope_changed", _subject(account), **_scope(roles, functions))
        unit.commit()

    def set_password(self, by: Actor, login: str, password: str) -> None:
        """Sets the password and ends every session of the account.

        Raises:
            NotFound: there is no such account.
            InvalidInput: the password does not do.
            Forbidden: the account is somebody else's and holds more than the giver.
        """
        account = self.find(login)
        if by.id != account.actor.id:
            check_within(by, roles=account.actor.roles, functions=account.actor.functions)
        unit = self._store.unit(by)
        unit.write(
            rows.SET_PASSWORD,
            expect=1,
            account_id=account.id,
            password_hash=self._passwords.hash(password),
        )
        unit.write(rows.END_SESSIONS_OF, account_id=account.id)
        unit.audit("account.password_changed", _subject(account))
        unit.commit()

    def disable(self, by: Actor, login: str) -> None:
        """Bars the account from signing in and ends its sessions.

        Raises:
            NotFound: there is no such account.
            Conflict: it is disabled already.
            Forbidden: it holds more than the giver.
        """
        account = self.find(login)
        check_within(by, roles=account.actor.roles, functions=account.actor.functions)
        unit = self._store.unit(by)
        unit.write(
            rows.DISABLE,
            expect=1,
            account_id=account.id,
            disabled_at_ms=self._store.clock.now_ms(),
        )
        unit.write(rows.END_SESSIONS_OF, account_id=account.id)
        unit.audit("account.disabled", _subject(account))
        unit.commit()

    def find(self, login: str) -> Account:
        """The account of a login.

        Raises:
            NotFound: there is none.
        """
        account = rows.account_by_login(self._store, login) if is_login(login) else None
        if account is None:
            raise NotFound(f"There is no account '{login[:128]}'.", "Look at the list of accounts.")
        return account


def is_login(text: str) -> bool:
    """Whether an account could have this login."""
    try:
        _login.validate_python(text)
    except ValidationError:
        return False
    return True


def _valid_login(login: str) -> str:
    if not is_login(login):
        raise InvalidInput(
            f"{login[:128]!r} cannot be a login.",
            "Use letters, digits and . _ @ + -, at most 128, a letter or digit first.",
            code="invalid_login",
        )
    return login


def _valid_name(name: str) -> str:
    if len(name) > _MAX_NAME or not name.isprintable():
        raise InvalidInput("The name is too long or not plain text.", "Write a shorter one.")
    return name


def _scope(roles: Set[Role], functions: Set[str] | None) -> dict[str, list[str] | None]:
    return {
        "roles": sorted(roles),
        "functions": None if functions is None else sorted(functions),
    }


def _subject(account: Account) -> str:
    return f"account:{account.login}"
