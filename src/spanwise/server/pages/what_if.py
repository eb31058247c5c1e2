"""How good a release is on its own matured cases, and what a threshold would mean."""

from dataclasses import dataclass
from functools import cached_property

from spanwise.measurement.baselines import Baseline, BaselineKind, Before, baselines_of
from spanwise.server.views.decision_point import Performance, RiskPoint, WhatIf
from spanwise.server.views.parts import Figure
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.stats.binomial import proportion
from spanwise.stats.discrimination import auroc, expected_calibration_error, risk_coverage
from spanwise.stats.estimate import Estimate
from spanwise.store.database import Store
from spanwise.store.labels import scored

_WEEK_DAYS = 7
# No more than a coin for telling right cases from wrong ones.
_NO_DISCRIMINATION = 0.5


@dataclass(frozen=True, kw_only=True)
class Scored:
    """The recommendations of one release whose truth is known and has matured.

    Attributes:
        before: people's share of right decisions before the AI, as measured; None if unknown.
    """

    point: DecisionPoint
    scores: tuple[float, ...]
    correct: tuple[bool, ...]
    before: Baseline | None

    @classmethod
    def of(cls, store: Store, point: DecisionPoint, release: str | None) -> "Scored":
        """Empty without a release, and where no option is the right one."""
        scores: list[float] = []
        correct: list[bool] = []
        if release is not None and point.kind == "classification":
            matured_ms = store.clock.now_ms() - point.outcome.matures_ms
            scores, correct = scored(store, point.name, release, decided_before_ms=matured_ms)
        baselines = baselines_of(store, point, Before.DECISION_QUALITY)
        measured = (b for b in baselines if b.kind is BaselineKind.MEASURED)
        return cls(
            point=point,
            scores=tuple(scores),
            correct=tuple(correct),
            before=next(measured, None),
        )

    @property
    def people_error(self) -> Figure | None:
        """How often people were wrong before; what was only stated is not shown as measured."""
        if self.before is None or self.before.estimate.value is None:
            return None
        right = self.before.estimate
        return Figure(
            value=_rest(right.value),
            low=_rest(right.high),
            high=_rest(right.low),
            n=right.n,
            method=right.method,
        )

    @cached_property
    def curve(self) -> tuple[RiskPoint, ...]:
        """Error by threshold, the highest threshold first."""
        return tuple(
            RiskPoint(
                threshold=point.threshold,
                coverage=point.coverage,
                error=point.error.value,
                error_high=point.error.high,
            )
            for point in risk_coverage(self.scores, self.correct)
            if point.error.value is not None and point.error.high is not None
        )

    def what_if(self, threshold: float, per_day: float | None) -> WhatIf:
        """What cases at or above a threshold would have been."""
        pairs = zip(self.scores, self.correct, strict=True)
        accepted = [right for score, right in pairs if score >= threshold]
        coverage = proportion(len(accepted), len(self.scores))
        error = proportion(accepted.count(False), len(accepted))
        reviews = errors = None
        if per_day is not None and coverage.value is not None:
            reviews = per_day * (1 - coverage.value)
            # Without a case there is no error to expect, and no rate to know.
            if error.value is not None:
                errors = per_day * _WEEK_DAYS * coverage.value * error.value
        return WhatIf(
            threshold=threshold,
            coverage=figure(coverage),
            error=figure(error),
            reviews_per_day=reviews,
            errors_per_week=errors,
        )

    @property
    def performance(self) -> tuple[Performance, ...]:
        """Accuracy, discrimination and calibration; empty without labels."""
        if not self.scores:
            return ()
        accuracy = proportion(self.correct.count(True), len(self.correct))
        area = auroc(self.scores, self.correct)
        people = self.before.estimate if self.before else None
        return (
            Performance(
                text="Accuracy",
                figure=figure(accuracy),
                bar=people.value if people else None,
                bar_text=f"people before, {people.value:.1%}" if people and people.value else "",
                verdict=_against_people(accuracy, people, float(self.point.gate.margin)),
            ),
            Performance(
                text="AUROC of being right",
                figure=figure(area),
                bar=_NO_DISCRIMINATION,
                bar_text="no discrimination, 50%",
                verdict=_against(area, _NO_DISCRIMINATION),
            ),
            Performance(
                text="Expected calibration error",
                figure=figure(expected_calibration_error(self.scores, self.correct)),
                bar=None,
                bar_text="",
                verdict="not_judged",
            ),
        )


def figure(estimate: Estimate) -> Figure:
    """An estimate of a share as pages show it."""
    return Figure(
        value=estimate.value,
        low=estimate.low,
        high=estimate.high,
        n=estimate.n,
        method=estimate.method,
        reason=estimate.reason,
    )


def _rest(share: float | None) -> float | None:
    return None if share is None else 1 - share


def _against_people(now: Estimate, people: Estimate | None, margin: float) -> str:
    """Whole interval against whole interval, which says less than a test would and never more."""
    if people is None or now.low is None or now.high is None:
        return "unknown"
    if people.low is None or people.high is None:
        return "unknown"
    if now.low > people.high:
        return "better"
    if now.high < people.low:
        return "worse"
    return "no_worse" if now.low > people.high - margin else "cannot_tell"


def _against(now: Estimate, bar: float) -> str:
    if now.low is None or now.high is None:
        return "unknown"
    if now.low > bar:
        return "better"
    return "worse" if now.high < bar else "cannot_tell"
