"""Nobody hands out more than they hold."""

from collections.abc import Set

from spanwise.core.actor import Actor, ActorKind, Role
from spanwise.core.errors import Forbidden


def check_within(giver: Actor, *, roles: Set[Role], functions: Set[str] | None) -> None:
    """Refuses roles or functions that the giver lacks.

    A platform lead may give any role within their own functions; others, the roles they hold.

    Raises:
        Forbidden: it is more than the giver holds.
    """
    if giver.kind is ActorKind.PLATFORM:
        return
    if giver.decision_points is not None or (
        giver.functions is not None and (functions is None or functions - giver.functions)
    ):
        raise Forbidden(
            "You cannot give access to functions outside your own scope.",
            "Name only functions of yours, or ask a platform lead.",
        )
    if not giver.has(Role.PLATFORM_LEAD) and roles - giver.roles:
        raise Forbidden(
            "You cannot give a role that you do not have.",
            "Name only roles of yours, or ask a platform lead.",
        )
