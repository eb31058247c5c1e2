"""The only place that moves stages: up by an owner's approval, down by anybody who must."""

from spanwise.access.permissions import Action, authorise
from spanwise.core.actor import PLATFORM, Actor, ActorKind
from spanwise.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from spanwise.readiness.assess import add_evidence
from spanwise.readiness.moves import MAX_REASON, add, add_demotion, lower
from spanwise.readiness.ownership import acceptance, required_capacity
from spanwise.readiness.standings import standing_of
from spanwise.readiness.steps import Gap, step_to
from spanwise.routing.stages import MoveKind, rank
from spanwise.spec.models.decision_points import DecisionPoint, Stage
from spanwise.spec.models.functions import BusinessFunction
from spanwise.spec.workspace import Workspace
from spanwise.store import standing as stored
from spanwise.store.database import Store
from spanwise.store.readiness import alarm_by_id
from spanwise.store.standing import StageMove

_GAPS_TOLD = 5


def promote(
    store: Store,
    workspace: Workspace,
    actor: Actor,
    decision_point: str,
    *,
    to: Stage,
    reason: str,
) -> StageMove:
    """Moves a decision point one stage up, on the approval of its owner or deputy.

    Raises:
        Forbidden: the actor is not the declared owner or deputy, or has not accepted to be.
        Conflict: something is missing; the message names it, the code is that of the first gap.
        NotFound: there is no such decision point in the actor's scope.
        InvalidInput: no reason.
    """
    point = _authorised(workspace, actor, Action.MOVE_STAGE, decision_point)
    _check_approver(store, workspace.functions[point.function], actor)
    why = _bounded(reason)
    now = standing_of(store, point)
    step = step_to(store, workspace, point, now, to)
    if step.gaps:
        raise _refusal(point, to, step.gaps)
    unit = store.unit(actor)
    proof = step.proof
    if step.readiness is not None:
        proof = {**proof, "assessment": add_evidence(unit, step.readiness)}
    move = add(unit, now, MoveKind.EARNED, to, why, proof=proof)
    unit.commit()
    return move


def demote(
    store: Store,
    workspace: Workspace,
    actor: Actor,
    decision_point: str,
    *,
    to: Stage,
    reason: str,
) -> StageMove:
    """Moves a decision point down, until a stage is earned again.

    Raises:
        Forbidden: the actor is neither an owner of the function nor the platform.
        Conflict: it does not stand above that stage.
        NotFound: there is no such decision point in the actor's scope.
        InvalidInput: not a stage to fall back to, or no reason.
    """
    if actor.kind is ActorKind.PLATFORM:
        point = _point(workspace, decision_point)
    else:
        point = _authorised(workspace, actor, Action.MOVE_STAGE, decision_point)
    if to not in (Stage.SHADOW, Stage.ASSIST):
        raise InvalidInput(f"Nothing is demoted to {to}.", "Demote to assist or to shadow.")
    return lower(store, actor, point, MoveKind.DEMOTED, to=to, reason=_bounded(reason))


def suspend(
    store: Store, workspace: Workspace, actor: Actor, decision_point: str, *, reason: str
) -> StageMove:
    """The kill switch: people decide without the AI from the next case on.

    Raises:
        Forbidden: the actor may not suspend it.
        Conflict: it is suspended already.
        NotFound: there is no such decision point in the actor's scope.
        InvalidInput: no reason.
    """
    point = _authorised(workspace, actor, Action.SUSPEND, decision_point)
    return lower(
        store, actor, point, MoveKind.SUSPENDED, to=Stage.SUSPENDED, reason=_bounded(reason)
    )


def resume(
    store: Store, workspace: Workspace, actor: Actor, decision_point: str, *, reason: str
) -> StageMove:
    """Ends a suspension: what was earned and not lost since is in force again.

    Raises:
        Forbidden: the actor is not an owner of the function.
        Conflict: it is not suspended.
        NotFound: there is no such decision point in the actor's scope.
        InvalidInput: no reason.
    """
    point = _authorised(workspace, actor, Action.RESUME, decision_point)
    why = _bounded(reason)
    now = standing_of(store, point)
    if not now.standing.suspended:
        raise Conflict(f"'{point.name}' is not suspended.", "There is nothing to do.")
    unit = store.unit(actor)
    move = add(unit, now, MoveKind.RESUMED, now.held, why)
    unit.commit()
    return move


def handle_alarms(store: Store, workspace: Workspace) -> list[StageMove]:
    """Demotes to assist wherever an alarm is open; a second time changes nothing."""
    moves = []
    for point in workspace.decision_points.values():
        now = standing_of(store, point)
        if not now.alarms or rank(now.held) <= rank(Stage.ASSIST):
            continue
        unit = store.unit(PLATFORM)
        move = add_demotion(unit, now)
        try:
            unit.commit()
        except Conflict:
            continue  # somebody moved it meanwhile: the next round looks again
        moves.append(move)
    return moves


def clear_alarm(
    store: Store, workspace: Workspace, actor: Actor, alarm_id: str, *, reason: str
) -> None:
    """Clears an alarm. What it took away stays away until it is earned again.

    Raises:
        Forbidden: the actor is not an owner of the function.
        Conflict: it was cleared already.
        NotFound: there is no such alarm in the actor's scope.
        InvalidInput: no reason.
    """
    alarm = alarm_by_id(store, alarm_id)
    if alarm is None:
        raise NotFound("There is no such alarm, or it is not in your scope.")
    point = _authorised(workspace, actor, Action.CLEAR_ALARM, alarm.decision_point)
    why = _bounded(reason)
    if alarm.cleared_at_ms is not None:
        raise Conflict(f"{alarm.cleared_by} cleared this alarm already.", "There is nothing to do.")
    now = standing_of(store, point)
    unit = store.unit(actor)
    if rank(now.held) > rank(Stage.ASSIST):
        # Nobody has carried out the demotion yet: clearing must not give the stage back.
        add_demotion(unit, now)
    stored.clear_alarm(unit, alarm.id, now_ms=unit.clock.now_ms(), cleared_by=actor.id)
    subject = f"decision_point:{point.name}"
    unit.audit("alarm.cleared", subject, alarm=alarm.id, kind=alarm.kind, reason=why)
    unit.publish("alarm.cleared", alarm.id, {"decision_point": point.name, "reason": why})
    unit.commit()


def _point(workspace: Workspace, decision_point: str) -> DecisionPoint:
    point = workspace.decision_points.get(decision_point)
    if point is None:
        raise NotFound("There is no such decision point, or it is not in your scope.")
    return point


def _authorised(
    workspace: Workspace, actor: Actor, action: Action, decision_point: str
) -> DecisionPoint:
    point = _point(workspace, decision_point)
    authorise(actor, action, function=point.function, decision_point=point.name)
    return point


def _check_approver(store: Store, function: BusinessFunction, actor: Actor) -> None:
    capacity = required_capacity(function, actor)
    if acceptance(store, function, capacity) is None:
        raise Forbidden(
            f"You have not accepted to answer for '{function.name}' as its {capacity}.",
            "Accept ownership first.",
            code="not_accepted",
        )


def _refusal(point: DecisionPoint, to: Stage, gaps: tuple[Gap, ...]) -> Conflict:
    told = " ".join(gap.message for gap in gaps[:_GAPS_TOLD])
    more = f" And {len(gaps) - _GAPS_TOLD} more." if len(gaps) > _GAPS_TOLD else ""
    return Conflict(
        f"'{point.name}' cannot go to {to}. {told}{more}", gaps[0].fix, code=gaps[0].code
    )


def _bounded(reason: str) -> str:
    text = reason.strip()
    if not 0 < len(text) <= MAX_REASON:
        raise InvalidInput(
            f"The reason has {len(text)} characters.", f"Say why, in 1 to {MAX_REASON} characters."
        )
    return text
