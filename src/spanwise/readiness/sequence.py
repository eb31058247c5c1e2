"""The order of expansion: ready functions first, by what is known of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from spanwise.readiness.criteria import FunctionReadiness
from spanwise.readiness.standings import PointStanding, standings
from spanwise.readiness.worth import Worth, worth_of
from spanwise.routing.stages import rank
from spanwise.spec.models.decision_points import Stage
from spanwise.spec.workspace import Workspace
from spanwise.store.database import Store


class Progress(StrEnum):
    """How far a function has come."""

    UNDER_WAY = "under_way"
    READY = "ready"
    NOT_READY = "not_ready"
    SETTLED = "settled"


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """A function's place in the order.

    Attributes:
        place: from 1.
        stage: the furthest effective stage of its decision points; None before the first.
        why: the place explained in one sentence.
        fix: the first thing to do about it; empty where nothing is in the way.
    """

    function: str
    place: int
    progress: Progress
    stage: Stage | None
    worth: Worth
    why: str
    fix: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpansionPlan:
    """All functions in order, and which one is next.

    Attributes:
        under_way: functions between shadow and a settled stage.
        most_under_way: how many may be at once.
        next_function: None when none is ready, or no place is free.
        next_why: the evidence for it, or what is missing, in words.
    """

    positions: tuple[Position, ...]
    under_way: tuple[str, ...]
    most_under_way: int
    next_function: str | None
    next_why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Candidate:
    readiness: FunctionReadiness
    progress: Progress
    stage: Stage | None
    worth: Worth
    priority: int

    @property
    def order(self) -> tuple[int, bool, float, int, int, str]:
        """Progress, then the score where it is known; effort alone where it is not.

        Business priority breaks ties and never makes up for anything.
        """
        score = self.worth.score
        known = 0.0 if score is None else -score
        effort = self.worth.effort if score is None else 0
        progress = tuple(Progress).index(self.progress)
        name = self.readiness.function
        return (progress, score is None, known, effort, self.priority, name)


def sequence(
    store: Store,
    workspace: Workspace,
    readiness: Mapping[str, FunctionReadiness],
    *,
    priorities: Sequence[str] = (),
) -> ExpansionPlan:
    """The order in which to expand.

    Args:
        readiness: of every function, by name.
        priorities: names of functions, the most urgent for the business first.
    """
    found = standings(store, workspace)
    candidates = []
    for name in workspace.functions:
        candidate = _Candidate(
            readiness=readiness[name],
            progress=_progress(readiness[name], found[name]),
            stage=max((point.effective for point in found[name]), key=rank, default=None),
            worth=worth_of(store, workspace, readiness[name]),
            priority=priorities.index(name) if name in priorities else len(priorities),
        )
        candidates.append(candidate)
    candidates.sort(key=lambda candidate: candidate.order)
    positions = tuple(_position(place, one) for place, one in enumerate(candidates, start=1))
    most = workspace.settings.max_concurrent_rollouts
    busy = tuple(p.function for p in positions if p.progress is Progress.UNDER_WAY)
    chosen, why = _next(positions, busy, most)
    return ExpansionPlan(
        positions=positions,
        under_way=busy,
        most_under_way=most,
        next_function=chosen,
        next_why=why,
    )


def _progress(readiness: FunctionReadiness, points: Iterable[PointStanding]) -> Progress:
    held = [point for point in points if rank(point.held) > rank(Stage.SHADOW)]
    if any(point.under_way for point in held):
        return Progress.UNDER_WAY
    if held:
        return Progress.SETTLED
    return Progress.READY if readiness.ready else Progress.NOT_READY


def _position(place: int, candidate: _Candidate) -> Position:
    gaps = candidate.readiness.gaps
    waits = candidate.progress is Progress.NOT_READY and gaps
    return Position(
        function=candidate.readiness.function,
        place=place,
        progress=candidate.progress,
        stage=candidate.stage,
        worth=candidate.worth,
        why=_why(candidate),
        fix=gaps[0].fix if waits else "",
    )


def _why(candidate: _Candidate) -> str:
    worth, gaps = candidate.worth, candidate.readiness.gaps
    match candidate.progress:
        case Progress.UNDER_WAY:
            return f"Under way at {candidate.stage}: it comes before any new one."
        case Progress.SETTLED:
            return f"Settled at {candidate.stage}, the furthest that its owner allows."
        case Progress.NOT_READY:
            more = f" ({len(gaps) - 1} more gaps)" if len(gaps) > 1 else ""
            told = f"{gaps[0].about}: {gaps[0].seen}" if gaps else "Nothing was looked at."
            return f"Not ready. {told}{more}"
    if worth.score is None:
        return f"Ready, but after those with figures: nobody knows {_listed(worth.unknowns)}."
    return (
        f"Ready: people decide about {worth.value:,.1f} cases a week wrongly, and with a chance "
        f"of {worth.chance:.0%} the release errs no more often than they do."
    )


def _next(positions: Sequence[Position], busy: Sequence[str], most: int) -> tuple[str | None, str]:
    ready = [position for position in positions if position.progress is Progress.READY]
    if not ready:
        waiting = [p for p in positions if p.progress is Progress.NOT_READY]
        if not waiting:
            return None, "Every function is under way or settled."
        return None, f"'{waiting[0].function}' is the nearest. {waiting[0].why}"
    if len(busy) >= most:
        return None, f"'{ready[0].function}' waits: {_listed(busy)} must settle first."
    return ready[0].function, ready[0].why


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
