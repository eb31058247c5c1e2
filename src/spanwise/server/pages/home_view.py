"""Functions by stage and verdict, from what was earned and measured."""

from collections.abc import Mapping

from spanwise.access.permissions import Action, may
from spanwise.core.actor import Actor
from spanwise.core.errors import NotFound
from spanwise.measurement.scorecards import Scorecards
from spanwise.measurement.verdicts import Verdict
from spanwise.readiness.assess import assess_function
from spanwise.readiness.standings import PointStanding, standing_of
from spanwise.readiness.steps import next_stage, step_to
from spanwise.runtime.platform import Platform
from spanwise.server.pages.attention import attention
from spanwise.server.pages.decision_point_view import with_names
from spanwise.server.pages.readiness_view import owner_of, title_of
from spanwise.server.pages.volumes import FLOW_DAYS, Volume, flow_of, volume_of
from spanwise.server.views.home import FunctionLine, HomePage, PointLine
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.spec.models.functions import BusinessFunction
from spanwise.spec.workspace import Workspace

# From what must not be overlooked to what is well.
_WORST_FIRST = (
    Verdict.WORSE,
    Verdict.UNKNOWN,
    Verdict.CANNOT_TELL,
    Verdict.NO_WORSE,
    Verdict.BETTER,
)


def home_page(platform: Platform, scorecards: Scorecards, actor: Actor) -> HomePage:
    """What the actor may see of each function in their scope; empty before the first workspace."""
    try:
        workspace = platform.policies.workspace
    except NotFound:
        return HomePage(functions=(), attention=(), flow=(), flow_period="no workspace yet")
    functions = [one for one in workspace.functions.values() if actor.covers(one.name)]
    points = [
        point
        for point in workspace.decision_points.values()
        if may(actor, Action.VIEW_DECISION_POINT) and _covers(actor, point)
    ]
    volumes = {point.name: volume_of(platform, point.name) for point in points}
    return HomePage(
        functions=tuple(
            _function(
                platform,
                scorecards,
                actor,
                function,
                tuple(
                    _point(platform, actor, point, volumes[point.name])
                    for point in points
                    if point.function == function.name
                ),
            )
            for function in functions
        ),
        attention=attention(platform, actor, points),
        flow=flow_of(volumes.values()),
        flow_period=f"last {FLOW_DAYS} whole days",
    )


def _covers(actor: Actor, point: DecisionPoint) -> bool:
    named = actor.decision_points is None or point.name in actor.decision_points
    return named and actor.covers(point.function)


def _function(
    platform: Platform,
    scorecards: Scorecards,
    actor: Actor,
    function: BusinessFunction,
    points: tuple[PointLine, ...],
) -> FunctionLine:
    workspace = platform.policies.workspace
    readiness = "unknown"
    if may(actor, Action.VIEW_READINESS):
        readiness = assess_function(platform.store, workspace, function).state
    return FunctionLine(
        name=function.name,
        title=title_of(function),
        owner=owner_of(platform, function),
        readiness=readiness,
        verdicts=(
            _verdicts(scorecards, workspace, function.name)
            if may(actor, Action.VIEW_SCORECARD)
            else {}
        ),
        points=points,
    )


def _verdicts(scorecards: Scorecards, workspace: Workspace, function: str) -> Mapping[str, str]:
    """The worst of its decision points by metric: they are never pooled."""
    found: dict[str, list[Verdict]] = {}
    for card in scorecards.of_function(workspace, function).points:
        for metric in card.metrics:
            found.setdefault(metric.name, []).append(metric.verdict)
    return {name: min(verdicts, key=_WORST_FIRST.index) for name, verdicts in found.items()}


def _point(platform: Platform, actor: Actor, point: DecisionPoint, volume: Volume) -> PointLine:
    now = standing_of(platform.store, point)
    return PointLine(
        name=point.name,
        title=point.title or point.name,
        stage=now.effective,
        ceiling=now.ceiling,
        held_by=_held_by(platform, actor, point, now),
        per_day=volume.per_day,
    )


def _held_by(platform: Platform, actor: Actor, point: DecisionPoint, now: PointStanding) -> str:
    """What is missing for the next stage; empty at the top."""
    if now.standing.suspended:
        return with_names(platform, now, now.why[0])
    above = next_stage(now)
    if above is None:
        return ""
    step = step_to(platform.store, platform.policies.workspace, point, now, above)
    if not step.gaps:
        return f"Waits for its owner's approval of {above}."
    gap = step.gaps[0]
    if gap.code == "rollouts_full" and actor.functions is not None:
        # The gap names functions that this reader may not know of.
        return "Other functions must settle first."
    more = f" And {len(step.gaps) - 1} more." if len(step.gaps) > 1 else ""
    return gap.message + more
