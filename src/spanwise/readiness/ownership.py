"""Who is accountable for a function's outputs: declared in the workspace, accepted in person."""

from typing import Literal, TypeAlias

from spanwise.access.permissions import Action, authorise
from spanwise.core.actor import Actor, ActorKind
from spanwise.core.errors import Forbidden
from spanwise.spec.models.functions import BusinessFunction
from spanwise.store.accounts import account_by_login
from spanwise.store.database import Store
from spanwise.store.standing import Acceptance, acceptances, acceptances_of

Capacity: TypeAlias = Literal["owner", "deputy"]


def login_of(function: BusinessFunction, capacity: Capacity) -> str:
    """The login that is declared today."""
    return function.owner.user if capacity == "owner" else function.owner.deputy


def capacity_of(function: BusinessFunction, actor: Actor) -> Capacity | None:
    """Whether the actor is the person declared as owner or as deputy."""
    if actor.kind is not ActorKind.PERSON:
        return None
    if actor.id == f"user:{function.owner.user}":
        return "owner"
    return "deputy" if actor.id == f"user:{function.owner.deputy}" else None


def required_capacity(function: BusinessFunction, actor: Actor) -> Capacity:
    """The actor's capacity.

    Raises:
        Forbidden: the actor is neither the owner nor the deputy.
    """
    capacity = capacity_of(function, actor)
    if capacity is None:
        raise Forbidden(
            f"Only {function.owner.user} or {function.owner.deputy} answers for '{function.name}'.",
            "Ask one of them, or declare yourself in the workspace.",
            code="not_owner",
        )
    return capacity


def acceptance(store: Store, function: BusinessFunction, capacity: Capacity) -> Acceptance | None:
    """How the person who is declared today accepted; None if they have not."""
    account = account_by_login(store, login_of(function, capacity))
    if account is None:
        return None
    given = acceptances_of(store, function.name)
    return next((a for a in given if (a.account_id, a.capacity) == (account.id, capacity)), None)


def accept_ownership(store: Store, actor: Actor, function: BusinessFunction) -> Acceptance:
    """Records that the actor accepts to be accountable; a second time changes nothing.

    Raises:
        Forbidden: the actor is not the declared owner or deputy, or has no account in use.
        NotFound: the function is outside the actor's scope.
    """
    authorise(actor, Action.ACCEPT_OWNERSHIP, function=function.name)
    capacity = required_capacity(function, actor)
    account = account_by_login(store, login_of(function, capacity))
    if account is None or account.disabled_at_ms is not None:
        raise Forbidden("You have no account in use.", "Ask a platform lead for one.")
    known = acceptance(store, function, capacity)
    if known is not None:
        return known
    unit = store.unit(actor)
    accepted = Acceptance(
        id=unit.ids.new("own"),
        function=function.name,
        account_id=account.id,
        capacity=capacity,
        accepted_at_ms=unit.clock.now_ms(),
    )
    acceptances.add(unit, accepted)
    unit.audit("ownership.accepted", f"function:{function.name}", capacity=capacity)
    unit.commit()
    return accepted
