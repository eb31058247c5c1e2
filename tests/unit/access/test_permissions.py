"""Each role may do what is listed here, within its own functions, and nothing else."""

import pytest

from spanwise.access.permissions import Action, authorise, may
from spanwise.core.actor import PLATFORM, Actor, ActorKind, Role
from spanwise.core.errors import Forbidden, NotFound

A = Action
EVERY_READER = {A.VIEW_DECISION, A.VIEW_DECISION_POINT}
MAY: dict[Role, set[Action]] = {
    Role.PLATFORM_LEAD: {
        *EVERY_READER, A.VIEW_DATA, A.VIEW_SCORECARD, A.VIEW_READINESS, A.VIEW_AUDIT,
        A.VIEW_WORKSPACE, A.EXPORT_AUDIT, A.EXPORT_RECORDS, A.APPLY_WORKSPACE, A.INGEST,
        A.SUSPEND, A.MANAGE_ACCOUNTS, A.MANAGE_TOKENS,
    },
    Role.FUNCTION_OWNER: {
        *EVERY_READER, A.VIEW_DATA, A.VIEW_SCORECARD, A.VIEW_READINESS, A.VIEW_AUDIT,
        A.VIEW_WORKSPACE, A.EXPORT_RECORDS, A.VIEW_INBOX, A.RESOLVE, A.REASSIGN,
        A.RECORD_OUTCOME, A.CORRECT_QUARANTINE, A.ACCEPT_OWNERSHIP, A.RECORD_BASELINE,
        A.LOCK_RELEASE, A.APPROVE, A.PIN, A.ROLL_BACK, A.MOVE_STAGE, A.SUSPEND, A.RESUME,
        A.CLEAR_ALARM,
    },
    Role.REVIEWER: {*EVERY_READER, A.VIEW_INBOX, A.RESOLVE, A.VIEW_SCORECARD},
    Role.INTEGRATOR: {
        *EVERY_READER, A.DECIDE, A.RECORD_OUTCOME, A.INGEST, A.CORRECT_QUARANTINE, A.VIEW_DATA,
        A.LOCK_RELEASE, A.VIEW_WORKSPACE, A.MANAGE_TOKENS,
    },
    Role.AUDITOR: {
        *EVERY_READER, A.VIEW_DATA, A.VIEW_SCORECARD, A.VIEW_READINESS, A.VIEW_AUDIT,
        A.VIEW_WORKSPACE, A.EXPORT_AUDIT, A.EXPORT_RECORDS,
    },
}  # fmt: skip
WIDE = {A.EXPORT_AUDIT, A.APPLY_WORKSPACE, A.MANAGE_ACCOUNTS}
PERSONAL = {
    A.ACCEPT_OWNERSHIP, A.APPROVE, A.MOVE_STAGE, A.RESUME, A.CLEAR_ALARM, A.MANAGE_ACCOUNTS,
    A.MANAGE_TOKENS,
}  # fmt: skip


def actor(
    *roles: Role,
    functions: frozenset[str] | None = None,
    kind: ActorKind = ActorKind.PERSON,
    decision_points: frozenset[str] | None = None,
) -> Actor:
    return Actor(
        id="somebody",
        kind=kind,
        roles=frozenset(roles),
        functions=functions,
        decision_points=decision_points,
    )


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("action", list(Action))
def test_every_role_against_every_action(role: Role, action: Action) -> None:
    somebody = actor(role)
    if action in MAY[role]:
        authorise(somebody, action, function="finance")
    else:
        with pytest.raises(Forbidden) as refused:
            authorise(somebody, action, function="finance")
        assert refused.value.fix


@pytest.mark.parametrize("action", list(Action))
def test_nobody_may_do_anything_without_a_role(action: Action) -> None:
    assert not may(actor(), action)


@pytest.mark.parametrize("action", list(Action))
def test_an_owner_of_finance_gets_nothing_of_operations(action: Action) -> None:
    owner = actor(Role.FUNCTION_OWNER, functions=frozenset({"finance"}))
    with pytest.raises(Forbidden if action in WIDE else NotFound):
        authorise(owner, action, function="operations")


@pytest.mark.parametrize("action", sorted(WIDE))
def test_the_whole_platform_needs_a_role_for_every_function(action: Action) -> None:
    everything = frozenset(Role)
    authorise(actor(*everything), action)
    with pytest.raises(Forbidden):
        authorise(actor(*everything, functions=frozenset({"finance"})), action)


@pytest.mark.parametrize("action", list(Action))
def test_what_somebody_answers_for_is_never_done_by_a_machine(action: Action) -> None:
    service = actor(*Role, kind=ActorKind.SERVICE)
    assert may(service, action) is (action not in PERSONAL)
    assert may(PLATFORM, action) is (action not in PERSONAL)
    assert not may(actor(*Role, kind=ActorKind.AI), action)


def test_a_token_for_one_decision_point_uses_no_other() -> None:
    token = actor(
        Role.INTEGRATOR,
        kind=ActorKind.SERVICE,
        functions=frozenset({"finance"}),
        decision_points=frozenset({"finance.permits"}),
    )
    authorise(token, Action.DECIDE, function="finance", decision_point="finance.permits")
    with pytest.raises(NotFound):
        authorise(token, Action.DECIDE, function="finance", decision_point="finance.invoices")
    with pytest.raises(Forbidden):
        authorise(token, Action.INGEST, function="finance")
    with pytest.raises(NotFound):
        authorise(token, Action.DECIDE, function="operations", decision_point="finance.permits")


def test_scope_is_checked_before_roles_so_that_existence_does_not_leak() -> None:
    reviewer = actor(Role.REVIEWER, functions=frozenset({"finance"}))
    with pytest.raises(NotFound):
        authorise(reviewer, Action.SUSPEND, function="operations")
    with pytest.raises(Forbidden):
        authorise(reviewer, Action.SUSPEND, function="finance")


def test_a_missing_function_is_a_mistake_and_never_a_yes() -> None:
    with pytest.raises(ValueError, match="name it"):
        authorise(actor(*Role), Action.DECIDE)
