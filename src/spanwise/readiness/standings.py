"""Where each decision point stands, why, and which functions are under way. Reads only."""

from dataclasses import dataclass

from spanwise.core.clock import to_rfc3339
from spanwise.routing.stages import MoveKind, Standing, effective_stage, rank, standing
from spanwise.spec.models.decision_points import DecisionPoint, Stage
from spanwise.spec.workspace import Workspace
from spanwise.store import standing as stored
from spanwise.store.database import Store
from spanwise.store.standing import Alarm, StageMove


@dataclass(frozen=True, kw_only=True, slots=True)
class PointStanding:
    """What a decision point may do, and how it came to that.

    Attributes:
        ceiling: the highest stage that its owner allows, from the workspace.
        history: every move, oldest first.
        alarms: those that are open.
    """

    decision_point: str
    ceiling: Stage
    history: tuple[StageMove, ...]
    alarms: tuple[Alarm, ...]

    @property
    def standing(self) -> Standing:
        return standing((MoveKind(move.kind), Stage(move.stage)) for move in self.history)

    @property
    def held(self) -> Stage:
        """The lower of earned and demoted: what the ceiling, alarms and the switch work on."""
        now = self.standing
        return min(now.earned, now.demoted or now.earned, key=rank)

    @property
    def effective(self) -> Stage:
        """The stage in force."""
        return effective_stage(self.ceiling, self.standing, alarm=bool(self.alarms))

    @property
    def under_way(self) -> bool:
        """Beyond shadow, and not at its ceiling yet."""
        return rank(self.held) > rank(Stage.SHADOW) and rank(self.effective) < rank(self.ceiling)

    @property
    def why(self) -> tuple[str, ...]:
        """The sentences behind the effective stage, the deciding ones first."""
        now = self.standing
        sentences = []
        if now.suspended:
            sentences.append((Stage.SUSPENDED, self._told(MoveKind.SUSPENDED, "holds")))
        for alarm in self.alarms:
            told = f"An alarm is open, {alarm.kind}: {alarm.detail}"
            sentences.append((Stage.ASSIST, told))
        if now.demoted is not None:
            sentences.append((now.demoted, self._told(MoveKind.DEMOTED, "is all that is left")))
        sentences.append((now.earned, self._told(MoveKind.EARNED, "was approved")))
        sentences.append((self.ceiling, f"The owner's ceiling is {self.ceiling}."))
        return tuple(text for _, text in sorted(sentences, key=lambda s: rank(s[0])))

    def _told(self, kind: MoveKind, what: str) -> str:
        moves = [move for move in self.history if move.kind == kind]
        if not moves:
            return "Nothing was approved yet, so it runs in shadow."
        move = moves[-1]
        day = to_rfc3339(move.moved_at_ms)[:10]
        return f"{move.stage.capitalize()} {what} on {day} by {move.moved_by}: {move.reason}"


def standing_of(store: Store, point: DecisionPoint) -> PointStanding:
    """The standing of one decision point."""
    return PointStanding(
        decision_point=point.name,
        ceiling=point.stage,
        history=tuple(stored.moves_of(store, point.name)),
        alarms=tuple(stored.open_alarms(store, point.name)),
    )


def standings(store: Store, workspace: Workspace) -> dict[str, list[PointStanding]]:
    """Every function's decision points; a function without any has an empty list."""
    found: dict[str, list[PointStanding]] = {name: [] for name in workspace.functions}
    for point in workspace.decision_points.values():
        found[point.function].append(standing_of(store, point))
    return found


def under_way(store: Store, workspace: Workspace) -> list[str]:
    """Functions between shadow and a settled stage: one of their decision points is."""
    everywhere = standings(store, workspace)
    return [name for name, points in everywhere.items() if any(p.under_way for p in points)]
