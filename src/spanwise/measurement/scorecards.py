"""Scorecards: the four metrics of a decision point; those of a function side by side."""

from dataclasses import dataclass

from spanwise.core.clock import DAY_MS
from spanwise.core.errors import InvalidInput, NotFound
from spanwise.measurement.adoption import adoption_rate
from spanwise.measurement.baselines import Before, baselines_of
from spanwise.measurement.costs import cost_per_automated_workflow
from spanwise.measurement.daily_counts import DailyCounts
from spanwise.measurement.figures import Metric, Observed
from spanwise.measurement.metrics import decision_quality
from spanwise.measurement.time_saved import time_saved
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.spec.workspace import Workspace
from spanwise.store.database import Store

_MATURED_DAYS = 90
MAX_PERIOD_DAYS = 730


@dataclass(frozen=True, kw_only=True, slots=True)
class Volume:
    """How many cases there were, and what is missing.

    Attributes:
        matured: old enough for their outcome to be final.
        without_outcome: matured ones whose outcome never came.
        declined: cases that a person sent back without a choice.
        undecided: cases that nobody has settled yet, apart from those in shadow.
    """

    cases: int
    matured: int
    without_outcome: int
    declined: int
    undecided: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Scorecard:
    """One decision point over whole UTC days, from `from_ms` to before `to_ms`.

    Attributes:
        metrics: decision quality, time saved, adoption rate, cost per automated workflow.
    """

    decision_point: str
    title: str
    from_ms: int
    to_ms: int
    measured_at_ms: int
    volume: Volume
    metrics: tuple[Metric, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionScorecard:
    """The decision points of one business function, side by side and never pooled."""

    function: str
    title: str
    owner: str
    measured_at_ms: int
    points: tuple[Scorecard, ...]


class Scorecards:
    """Computes scorecards; what was counted before is not counted again.

    Args:
        store: where the cases are.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._counts = DailyCounts(store)

    def of_point(
        self,
        workspace: Workspace,
        decision_point: str,
        *,
        from_ms: int | None = None,
        to_ms: int | None = None,
    ) -> Scorecard:
        """The scorecard of a decision point, by default over 90 days of matured cases.

        Args:
            from_ms: its UTC day is the first one.
            to_ms: its UTC day is the last one; by default today.

        Raises:
            NotFound: there is no such decision point.
            InvalidInput: a period that ends before it starts, or is longer than two years.
        """
        point = workspace.decision_points.get(decision_point)
        if point is None:
            raise NotFound(f"There is no decision point '{decision_point}'.", "See: spanwise check")
        now_ms = self._store.clock.now_ms()
        first_day, last_day = _days(point, now_ms, from_ms, to_ms)
        observed = Observed(
            point=point,
            counts=self._counts.of(point.name, first_day, last_day),
            now_ms=now_ms,
        )
        function = workspace.functions.get(point.function)
        return Scorecard(
            decision_point=point.name,
            title=point.title or point.name,
            from_ms=first_day * DAY_MS,
            to_ms=(last_day + 1) * DAY_MS,
            measured_at_ms=now_ms,
            volume=_volume(observed),
            metrics=(
                decision_quality(
                    observed, baselines_of(self._store, point, Before.DECISION_QUALITY)
                ),
                time_saved(observed, baselines_of(self._store, point, Before.TIME_PER_CASE)),
                adoption_rate(observed, function.teams if function else {}),
                cost_per_automated_workflow(
                    observed, baselines_of(self._store, point, Before.COST)
                ),
            ),
        )

    def of_function(
        self,
        workspace: Workspace,
        function: str,
        *,
        from_ms: int | None = None,
        to_ms: int | None = None,
    ) -> FunctionScorecard:
        """The scorecards of all decision points of a function.

        Raises:
            NotFound: there is no such function.
            InvalidInput: as for `of_point`.
        """
        declared = workspace.functions.get(function)
        if declared is None:
            raise NotFound(f"There is no function '{function}'.", "See: spanwise check")
        return FunctionScorecard(
            function=function,
            title=declared.title or function,
            owner=declared.owner.user,
            measured_at_ms=self._store.clock.now_ms(),
            points=tuple(
                self.of_point(workspace, point.name, from_ms=from_ms, to_ms=to_ms)
                for point in workspace.decision_points.values()
                if point.function == function
            ),
        )


def _days(
    point: DecisionPoint, now_ms: int, from_ms: int | None, to_ms: int | None
) -> tuple[int, int]:
    """First and last day of the period."""
    last_day = min(now_ms if to_ms is None else to_ms, now_ms) // DAY_MS
    if from_ms is None:
        matures_days = -(-point.outcome.matures_ms // DAY_MS)
        first_day = max(last_day - _MATURED_DAYS - matures_days, last_day - MAX_PERIOD_DAYS + 1)
    else:
        first_day = from_ms // DAY_MS
    if not 0 <= last_day - first_day < MAX_PERIOD_DAYS:
        raise InvalidInput(
            f"A period of {last_day - first_day + 1} days cannot be measured.",
            f"Choose 1 to {MAX_PERIOD_DAYS} days that have begun.",
        )
    return first_day, last_day


def _volume(observed: Observed) -> Volume:
    matured, counts = observed.matured, observed.counts
    in_shadow = counts.of("shadow").cases("undecided")
    return Volume(
        cases=counts.cases(),
        matured=matured.cases(),
        without_outcome=matured.cases() - matured.total(lambda tally: tally.outcomes),
        declined=counts.cases("declined"),
        undecided=counts.cases("undecided") - in_shadow,
    )
