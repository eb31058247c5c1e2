"""How a stage move is written: added to a history that is never rewritten.

With each move go its audit entry and a message to consumers, in one unit of work.
"""

from dataclasses import replace

from spanwise.core.actor import Actor
from spanwise.core.canonical import Json
from spanwise.core.errors import Conflict
from spanwise.readiness.standings import PointStanding, standing_of
from spanwise.routing.stages import MoveKind, rank
from spanwise.spec.models.decision_points import DecisionPoint, Stage
from spanwise.store.database import Store
from spanwise.store.readiness import add_move
from spanwise.store.standing import StageMove
from spanwise.store.unit import UnitOfWork

MAX_REASON = 500
_ATTEMPTS = 5


def add(
    unit: UnitOfWork,
    now: PointStanding,
    kind: MoveKind,
    stage: Stage,
    reason: str,
    *,
    proof: dict[str, Json] | None = None,
) -> StageMove:
    """Adds a move, its audit entry and its message to a unit of work.

    The commit is a conflict if the history has grown meanwhile, or an alarm now forbids it.

    Args:
        now: what whoever decided has seen.
        proof: what the move rests on.
    """
    new_id, last_id = unit.ids.new("mov"), now.history[-1].id if now.history else ""
    move = StageMove(
        # Moves count in the order of their ids, even where a clock was set back.
        id=new_id if new_id > last_id else f"{last_id}0",
        decision_point=now.decision_point,
        stage=stage,
        kind=kind,
        reason=reason,
        moved_at_ms=unit.clock.now_ms(),
        moved_by=unit.actor.id,
    )
    add_move(unit, move, seen=len(now.history))
    after = replace(now, history=(*now.history, move))
    told = {"was": now.effective.value, "effective": after.effective.value, "reason": reason}
    unit.audit(
        f"stage.{kind}",
        f"decision_point:{now.decision_point}",
        move=move.id,
        stage=stage.value,
        **told,
        **(proof or {}),
    )
    message = {"decision_point": now.decision_point, "kind": kind.value, "stage": stage.value}
    unit.publish("stage.moved", now.decision_point, {**message, **told, "move": move.id})
    return move


def add_demotion(unit: UnitOfWork, now: PointStanding) -> StageMove:
    """Adds the demotion that an open alarm demands."""
    alarm = now.alarms[0]
    reason = f"{alarm.kind}: {alarm.detail}"[:MAX_REASON]
    return add(unit, now, MoveKind.DEMOTED, Stage.ASSIST, reason, proof={"alarm": alarm.id})


def lower(
    store: Store,
    actor: Actor,
    point: DecisionPoint,
    kind: MoveKind,
    *,
    to: Stage,
    reason: str,
) -> StageMove:
    """Takes autonomy away at once; a move that comes in between does not hinder it.

    Raises:
        Conflict: there is nothing to take away.
    """
    for left in reversed(range(_ATTEMPTS)):
        now = standing_of(store, point)
        if now.standing.suspended if kind is MoveKind.SUSPENDED else rank(to) >= rank(now.held):
            raise Conflict(f"'{point.name}' is at {now.effective} already.", "Nothing to do.")
        unit = store.unit(actor)
        move = add(unit, now, kind, to, reason)
        try:
            unit.commit()
            break
        except Conflict:
            if not left:
                raise
    return move
