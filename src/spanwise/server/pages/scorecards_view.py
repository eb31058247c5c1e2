"""Builds the view of a scorecard from what was measured."""

from spanwise.core.errors import NotFound
from spanwise.measurement.baselines import Baseline as KnownBaseline
from spanwise.measurement.figures import Metric as Measured
from spanwise.measurement.scorecards import FunctionScorecard, Scorecard, Scorecards
from spanwise.server.pages.frame import Visit
from spanwise.server.pages.people import name_of
from spanwise.server.views.parts import Figure
from spanwise.server.views.scorecard import (
    Baseline,
    FunctionLink,
    Metric,
    ScorecardPage,
    TeamRate,
)
from spanwise.spec.workspace import Workspace
from spanwise.stats.estimate import Estimate
from spanwise.store import releases


def scorecard_page(visit: Visit, name: str) -> ScorecardPage:
    """The page of one decision point: that of the name, or the first one of the function.

    Raises:
        NotFound: there is no such function or decision point.
    """
    workspace = visit.platform.policies.workspace
    scorecards: Scorecards = visit.request.app.state.scorecards
    card = scorecards.of_function(workspace, name.partition(".")[0])
    shown = _shown(card, name)
    applied = releases.current_workspace(visit.platform.store)
    stated_at_ms = applied.applied_at_ms if applied else card.measured_at_ms
    return ScorecardPage(
        function=card.function if len(card.points) < 2 or shown is None else shown.decision_point,
        title=card.title if len(card.points) < 2 or shown is None else shown.title,
        owner=name_of(visit.platform, f"user:{card.owner}"),
        from_ms=shown.from_ms if shown else card.measured_at_ms,
        # The view names the last day, the scorecard the moment after it.
        to_ms=min(shown.to_ms - 1, shown.measured_at_ms) if shown else card.measured_at_ms,
        measured_at_ms=shown.measured_at_ms if shown else None,
        next_at_ms=None,
        metrics=tuple(_metric(metric, stated_at_ms) for metric in shown.metrics) if shown else (),
        functions=_links(visit, workspace),
    )


def _shown(card: FunctionScorecard, name: str) -> Scorecard | None:
    if name == card.function:
        return card.points[0] if card.points else None
    for point in card.points:
        if point.decision_point == name:
            return point
    raise NotFound("There is no such decision point, or it is not in your scope.")


def _links(visit: Visit, workspace: Workspace) -> tuple[FunctionLink, ...]:
    """One link for each function in scope; where it has several decision points, for each."""
    links = []
    for function in workspace.functions.values():
        if not visit.actor.covers(function.name):
            continue
        points = [p for p in workspace.decision_points.values() if p.function == function.name]
        if len(points) < 2:
            links.append(FunctionLink(name=function.name, title=function.title or function.name))
        else:
            links += [FunctionLink(name=p.name, title=p.title or p.name) for p in points]
    return tuple(links)


def _metric(metric: Measured, stated_at_ms: int) -> Metric:
    return Metric(
        code=metric.name,
        better=metric.better,
        figure=_figure(metric.estimate, metric.unit),
        baseline=_baseline(metric.baseline, metric.unit, stated_at_ms) if metric.baseline else None,
        verdict=metric.verdict,
        why=metric.explanation,
        until_ms=metric.until_ms,
        trend=metric.trend,
        teams=tuple(
            TeamRate(team=team.name, figure=_figure(team.estimate, metric.unit))
            for team in metric.teams
        ),
    )


def _baseline(known: KnownBaseline, unit: str, stated_at_ms: int) -> Baseline:
    """A statement that is not recorded yet dates from the workspace that makes it."""
    at_ms = known.recorded_at_ms
    return Baseline(
        kind=known.kind,
        figure=_figure(known.estimate, unit),
        source=known.source,
        recorded_at_ms=stated_at_ms if at_ms is None else at_ms,
    )


def _figure(estimate: Estimate, unit: str) -> Figure:
    return Figure(
        value=estimate.value,
        low=estimate.low,
        high=estimate.high,
        unit=unit,
        n=estimate.n,
        method=estimate.method,
        reason=estimate.reason,
    )
