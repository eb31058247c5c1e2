"""What each role may do in the product: one table, and the check against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from spanwise.core.actor import Actor, ActorKind, Role
from spanwise.core.errors import Forbidden, NotFound

_LEAD, _OWNER, _REVIEWER = Role.PLATFORM_LEAD, Role.FUNCTION_OWNER, Role.REVIEWER
_INTEGRATOR, _AUDITOR = Role.INTEGRATOR, Role.AUDITOR


class Action(StrEnum):
    """Something that is done in the product, as opposed to data that is read."""

    DECIDE = "decide"
    RECORD_OUTCOME = "record_outcome"
    INGEST = "ingest"
    CORRECT_QUARANTINE = "correct_quarantine"
    VIEW_INBOX = "view_inbox"
    RESOLVE = "resolve"
    REASSIGN = "reassign"
    VIEW_DECISION = "view_decision"
    VIEW_DECISION_POINT = "view_decision_point"
    VIEW_DATA = "view_data"
    VIEW_SCORECARD = "view_scorecard"
    VIEW_READINESS = "view_readiness"
    ACCEPT_OWNERSHIP = "accept_ownership"
    RECORD_BASELINE = "record_baseline"
    LOCK_RELEASE = "lock_release"
    APPROVE = "approve"
    PIN = "pin"
    ROLL_BACK = "roll_back"
    MOVE_STAGE = "move_stage"
    SUSPEND = "suspend"
    RESUME = "resume"
    CLEAR_ALARM = "clear_alarm"
    VIEW_AUDIT = "view_audit"
    EXPORT_AUDIT = "export_audit"
    EXPORT_RECORDS = "export_records"
    VIEW_WORKSPACE = "view_workspace"
    APPLY_WORKSPACE = "apply_workspace"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_TOKENS = "manage_tokens"


@dataclass(frozen=True, kw_only=True, slots=True)
class Permission:
    """Who may do one thing.

    Attributes:
        roles: any one of them is enough.
        wide: it concerns the whole platform, so only an actor for every function may do it.
        personal: only a person may do it, since somebody has to answer for it.
    """

    roles: frozenset[Role]
    wide: bool = False
    personal: bool = False


def _by(*roles: Role, wide: bool = False, personal: bool = False) -> Permission:
    return Permission(roles=frozenset(roles), wide=wide, personal=personal)


PERMISSIONS: Mapping[Action, Permission] = {
    Action.DECIDE: _by(_INTEGRATOR),
    Action.RECORD_OUTCOME: _by(_INTEGRATOR, _OWNER),
    Action.INGEST: _by(_INTEGRATOR, _LEAD),
    Action.CORRECT_QUARANTINE: _by(_INTEGRATOR, _OWNER),
    Action.VIEW_INBOX: _by(_REVIEWER, _OWNER),
    Action.RESOLVE: _by(_REVIEWER, _OWNER),
    Action.REASSIGN: _by(_OWNER),
    Action.VIEW_DECISION: _by(_LEAD, _OWNER, _REVIEWER, _INTEGRATOR, _AUDITOR),
    Action.VIEW_DECISION_POINT: _by(_LEAD, _OWNER, _REVIEWER, _INTEGRATOR, _AUDITOR),
    Action.VIEW_DATA: _by(_LEAD, _OWNER, _INTEGRATOR, _AUDITOR),
    Action.VIEW_SCORECARD: _by(_LEAD, _OWNER, _REVIEWER, _AUDITOR),
    Action.VIEW_READINESS: _by(_LEAD, _OWNER, _AUDITOR),
    Action.ACCEPT_OWNERSHIP: _by(_OWNER, personal=True),
    Action.RECORD_BASELINE: _by(_OWNER),
    Action.LOCK_RELEASE: _by(_INTEGRATOR, _OWNER),
    Action.APPROVE: _by(_OWNER, personal=True),
    Action.PIN: _by(_OWNER),
    Action.ROLL_BACK: _by(_OWNER),
    Action.MOVE_STAGE: _by(_OWNER, personal=True),
    Action.SUSPEND: _by(_LEAD, _OWNER),
    Action.RESUME: _by(_OWNER, personal=True),
    Action.CLEAR_ALARM: _by(_OWNER, personal=True),
    Action.VIEW_AUDIT: _by(_LEAD, _OWNER, _AUDITOR),
    Action.EXPORT_AUDIT: _by(_LEAD, _AUDITOR, wide=True),
    Action.EXPORT_RECORDS: _by(_LEAD, _OWNER, _AUDITOR),
    Action.VIEW_WORKSPACE: _by(_LEAD, _OWNER, _INTEGRATOR, _AUDITOR),
    Action.APPLY_WORKSPACE: _by(_LEAD, wide=True),
    Action.MANAGE_ACCOUNTS: _by(_LEAD, wide=True, personal=True),
    Action.MANAGE_TOKENS: _by(_LEAD, _INTEGRATOR, personal=True),
}


def authorise(
    actor: Actor, action: Action, *, function: str | None = None, decision_point: str | None = None
) -> None:
    """Lets an actor do something, or raises.

    Args:
        function: the business function that it concerns; required unless the action is wide.
        decision_point: the decision point that it concerns, if it concerns one.

    Raises:
        Forbidden: the actor may know of it, and may not do it.
        NotFound: it lies outside the actor's functions or decision points.
    """
    permission = PERMISSIONS[action]
    if not permission.wide:
        _check_scope(actor, function, decision_point)
    if not may(actor, action):
        raise Forbidden(
            f"You may not do this: {action.replace('_', ' ')}.",
            f"Ask somebody who is {_named(permission.roles)}.",
        )


def may(actor: Actor, action: Action) -> bool:
    """Whether an actor's kind and roles allow an action within its own scope."""
    permission = PERMISSIONS[action]
    if actor.kind is ActorKind.AI:
        return False  # it recommends; it never acts
    if permission.wide and (actor.functions is not None or actor.decision_points is not None):
        return False
    if permission.personal:
        return actor.kind is ActorKind.PERSON and actor.has(*permission.roles)
    return actor.kind is ActorKind.PLATFORM or actor.has(*permission.roles)


def _check_scope(actor: Actor, function: str | None, decision_point: str | None) -> None:
    if function is None:
        raise ValueError("this action is within a business function; name it")
    # Outside of the scope, "forbidden" would say that there is such a thing.
    if not actor.covers(function):
        raise NotFound("There is no such function, or it is not in your scope.")
    if actor.decision_points is None:
        return
    if decision_point is None:
        raise Forbidden(
            "This token is for single decision points.",
            "Use a token for the whole function.",
        )
    if decision_point not in actor.decision_points:
        raise NotFound("There is no such decision point, or it is not in your scope.")


def _named(roles: frozenset[Role]) -> str:
    return " or ".join(sorted(role.replace("_", " ") for role in roles))
