"""What is known of a function's prospects, from its own cases; the rest stays unknown."""

from dataclasses import dataclass

from scipy.special import betainc

from spanwise.core.clock import DAY_MS
from spanwise.governance.releases import pinned_digest
from spanwise.measurement.baselines import BaselineKind, Before, baselines_of
from spanwise.readiness.criteria import FunctionReadiness
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.spec.workspace import Workspace
from spanwise.store.database import Store
from spanwise.store.readiness import count_cases

_WEEK_MS = 7 * DAY_MS
# Long enough to level out weekdays, short enough to follow a season.
_VOLUME_MS = 4 * _WEEK_MS


@dataclass(frozen=True, kw_only=True, slots=True)
class Worth:
    """The worth of a function's most valuable decision point whose figures are all known.

    Attributes:
        decision_point: the one that the figures are of; None where a function has none.
        cases_per_week: cases of the last four weeks.
        people_error: the measured share that people decided wrongly before the AI.
        chance: that the pinned release errs no more often than that.
        effort: what is left to do: the gaps in readiness, and the step itself.
    """

    decision_point: str | None
    cases_per_week: float | None
    people_error: float | None
    chance: float | None
    effort: int

    @property
    def value(self) -> float | None:
        """Wrong decisions a week that people make today: as many as could be avoided."""
        if self.cases_per_week is None or self.people_error is None:
            return None
        return self.cases_per_week * self.people_error

    @property
    def score(self) -> float | None:
        """Value × chance / effort; None as long as one of them is unknown."""
        if self.value is None or self.chance is None:
            return None
        return self.value * self.chance / self.effort

    @property
    def unknowns(self) -> tuple[str, ...]:
        """What nobody knows yet, in words."""
        named = (
            (self.cases_per_week, "how many cases there are"),
            (self.people_error, "how often people err, as measured"),
            (self.chance, "how likely the release errs no more often than people"),
        )
        return tuple(words for figure, words in named if figure is None)


def worth_of(store: Store, workspace: Workspace, readiness: FunctionReadiness) -> Worth:
    """The prospects of a function."""
    effort = 1 + len(readiness.gaps)
    points = [p for p in workspace.decision_points.values() if p.function == readiness.function]
    worths = [_worth_of_point(store, workspace, point, effort) for point in points]
    if not worths:
        return Worth(
            decision_point=None, cases_per_week=None, people_error=None, chance=None, effort=effort
        )
    return max(worths, key=lambda worth: (-len(worth.unknowns), worth.score or 0.0))


def chance_no_worse(right: int, judged: int, people_error: float) -> float:
    """P(error ≤ people_error) given the cases judged: Beta posterior with Jeffreys' prior.

    The people's own error is taken as it was measured, without its interval.
    """
    wrong = judged - right
    return float(betainc(wrong + 0.5, right + 0.5, people_error))


def _worth_of_point(store: Store, workspace: Workspace, point: DecisionPoint, effort: int) -> Worth:
    now_ms = store.clock.now_ms()
    volume = count_cases(store, point.name, since_ms=now_ms - _VOLUME_MS, until_ms=now_ms)
    weekly = None
    if volume.first_at_ms is not None:
        # A week at least: what came on one day says little about a week.
        weekly = volume.n * _WEEK_MS / max(_WEEK_MS, now_ms - volume.first_at_ms)
    people_error = _people_error(store, point)
    return Worth(
        decision_point=point.name,
        cases_per_week=weekly,
        people_error=people_error,
        chance=_chance(store, workspace, point, people_error),
        effort=effort,
    )


def _people_error(store: Store, point: DecisionPoint) -> float | None:
    """As measured; what is only stated does not count."""
    for baseline in baselines_of(store, point, Before.DECISION_QUALITY):
        if baseline.kind is BaselineKind.MEASURED and baseline.estimate.value is not None:
            return 1 - baseline.estimate.value
    return None


def _chance(
    store: Store, workspace: Workspace, point: DecisionPoint, people_error: float | None
) -> float | None:
    release = pinned_digest(store, point.name)
    if people_error is None or release is None or point.kind != "classification":
        return None
    until_ms = store.clock.now_ms() - point.outcome.matures_ms
    lasts_ms = workspace.functions[point.function].readiness.evidence_expires_ms
    cases = count_cases(
        store,
        point.name,
        since_ms=until_ms - lasts_ms,
        until_ms=until_ms,
        release_digest=release,
    )
    if cases.judged == 0:
        return None
    return chance_no_worse(cases.right, cases.judged, people_error)
