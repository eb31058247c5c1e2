"""Stages: autonomy is earned, demotion is automatic, and the lowest of all limits holds."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from spanwise.spec.models.decision_points import Stage

_ORDER = (Stage.SUSPENDED, Stage.SHADOW, Stage.ASSIST, Stage.GUARDED)


def rank(stage: Stage) -> int:
    """How far a stage lets the AI go: 0 for suspended."""
    return _ORDER.index(stage)


class MoveKind(StrEnum):
    """Why a stage changed."""

    EARNED = "earned"
    DEMOTED = "demoted"
    SUSPENDED = "suspended"
    RESUMED = "resumed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What a decision point has earned, and what it lost.

    Attributes:
        earned: the highest stage that was approved.
        demoted: a lower stage that holds until a stage is earned again.
        suspended: the kill switch is on.
    """

    earned: Stage = Stage.SHADOW
    demoted: Stage | None = None
    suspended: bool = False

    def after(self, kind: MoveKind, stage: Stage) -> "Standing":
        """The standing after one more move."""
        if kind is MoveKind.EARNED:
            return replace(self, earned=stage, demoted=None)
        if kind is MoveKind.DEMOTED:
            return replace(self, demoted=stage)
        return replace(self, suspended=kind is MoveKind.SUSPENDED)


def standing(moves: Iterable[tuple[MoveKind, Stage]]) -> Standing:
    """The standing that a history of moves leads to, oldest first."""
    current = Standing()
    for kind, stage in moves:
        current = current.after(kind, stage)
    return current


def effective_stage(ceiling: Stage, held: Standing, *, alarm: bool) -> Stage:
    """The stage in force: the lowest of ceiling, earned and demoted.

    An open alarm leaves no stage above assist, even if nobody has carried out the demotion yet.
    """
    if held.suspended:
        return Stage.SUSPENDED
    limits = [ceiling, held.earned]
    if held.demoted is not None:
        limits.append(held.demoted)
    if alarm:
        limits.append(Stage.ASSIST)
    return min(limits, key=rank)
