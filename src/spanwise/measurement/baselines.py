"""Baselines: what a metric was before the AI; what is measured and what is stated stand apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import msgspec

from spanwise.core.errors import InvalidInput
from spanwise.measurement.verdicts import share_moments
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.stats import binomial
from spanwise.stats.estimate import Estimate
from spanwise.stats.moments import Moments
from spanwise.stats.sequences import mean_sequence
from spanwise.store import standing as stored
from spanwise.store.database import Store
from spanwise.store.unit import UnitOfWork

_MAX_SOURCE = 200
_STATED = "stated, not measured"


class Before(StrEnum):
    """What can be known of the time before the AI.

    `time_per_case` is in minutes, `cost_per_automated_workflow` in the workspace's currency.
    """

    DECISION_QUALITY = "decision_quality"
    TIME_PER_CASE = "time_per_case"
    COST = "cost_per_automated_workflow"


class BaselineKind(StrEnum):
    """Whether somebody measured it, or said so."""

    MEASURED = "measured"
    STATED = "stated"


@dataclass(frozen=True, kw_only=True, slots=True)
class Baseline:
    """A metric before the AI.

    Attributes:
        moments: the sample behind a measured one; None for one that is only stated.
        source: where it comes from, in words.
        recorded_at_ms: None for a statement of the workspace that is not recorded yet.
        concurrent: measured on the holdout, in the same weeks, and growing with it.
    """

    kind: BaselineKind
    estimate: Estimate
    moments: Moments | None
    source: str
    recorded_at_ms: int | None
    concurrent: bool = False

    @classmethod
    def holdout(cls, estimate: Estimate, moments: Moments, now_ms: int) -> "Baseline":
        """What the cases show that were withheld from the AI at random."""
        return cls(
            kind=BaselineKind.MEASURED,
            estimate=estimate,
            moments=moments,
            source="the holdout of this period",
            recorded_at_ms=now_ms,
            concurrent=True,
        )

    @property
    def comparable(self) -> Moments | float:
        """What a figure is compared with: the sample, or the bare number that was stated.

        Raises:
            ValueError: it has neither.
        """
        if self.moments is not None:
            return self.moments
        if self.estimate.value is None:
            raise ValueError("a baseline without a value")
        return self.estimate.value


def record_share(
    unit: UnitOfWork, decision_point: str, *, successes: int, n: int, source: str
) -> Baseline:
    """Adds a measured decision quality: of `n` cases before the AI, people got some right.

    Raises:
        InvalidInput: no cases, more successes than cases, or no source.
    """
    if not 0 <= successes <= n or n == 0:
        raise InvalidInput(
            f"{successes} of {n} cases cannot be a baseline.", "Send how many of how many."
        )
    estimate, moments = binomial.proportion(successes, n), share_moments(successes, n)
    return _record(
        unit,
        decision_point,
        Before.DECISION_QUALITY,
        estimate=estimate,
        moments=moments,
        source=source,
    )


def record_mean(
    unit: UnitOfWork, decision_point: str, metric: Before, *, sample: Moments, source: str
) -> Baseline:
    """Adds a measured mean of the time or the cost of cases before the AI.

    Raises:
        InvalidInput: no cases, a negative mean, or no source.
    """
    if sample.n == 0 or sample.mean < 0 or metric is Before.DECISION_QUALITY:
        raise InvalidInput(
            f"A mean of {sample.mean:.4g} over {sample.n} cases cannot be a baseline of {metric}.",
            "Send a mean of time or cost that is not negative, over at least one case.",
        )
    estimate = mean_sequence(sample, tightest_at=sample.n)
    return _record(unit, decision_point, metric, estimate=estimate, moments=sample, source=source)


def record_stated(store: Store, unit: UnitOfWork, point: DecisionPoint) -> bool:
    """Adds what the workspace states, if that is new, so that history keeps what was said.

    Returns:
        Whether there was anything new.
    """
    found = baselines_of(store, point, Before.DECISION_QUALITY)
    stated = next((b for b in found if b.kind is BaselineKind.STATED), None)
    if stated is None or stated.recorded_at_ms is not None:
        return False
    _add(unit, point.name, Before.DECISION_QUALITY, stated)
    return True


def baselines_of(store: Store, point: DecisionPoint, metric: Before) -> list[Baseline]:
    """The newest measured baseline of a metric and what the workspace states; measured first."""
    rows = [row for row in stored.baselines_of(store, point.name) if row.metric == metric]
    measured = (_read(row) for row in rows if row.kind == BaselineKind.MEASURED)
    found = [next(measured, None)]
    if metric is Before.DECISION_QUALITY:
        found.append(_stated(rows, point))
    return [baseline for baseline in found if baseline is not None]


def _stated(rows: Sequence[stored.Baseline], point: DecisionPoint) -> Baseline | None:
    """What the workspace states now; a row of it only says since when."""
    statement = point.baseline.stated
    if statement is None:
        return None
    quality = 1 - float(statement.error_rate)
    now = Baseline(
        kind=BaselineKind.STATED,
        estimate=Estimate.bare(quality, "nobody measured it", n=0, method=_STATED),
        moments=None,
        source=statement.source[:_MAX_SOURCE],
        recorded_at_ms=None,
    )
    newest = next((_read(row) for row in rows if row.kind == BaselineKind.STATED), now)
    return newest if replace(newest, recorded_at_ms=None) == now else now


def _record(
    unit: UnitOfWork,
    decision_point: str,
    metric: Before,
    *,
    estimate: Estimate,
    moments: Moments,
    source: str,
) -> Baseline:
    if not source.strip():
        raise InvalidInput("A baseline needs a source.", "Say where the figure comes from.")
    baseline = Baseline(
        kind=BaselineKind.MEASURED,
        estimate=estimate,
        moments=moments,
        source=source.strip()[:_MAX_SOURCE],
        recorded_at_ms=unit.clock.now_ms(),
    )
    _add(unit, decision_point, metric, baseline)
    return baseline


def _add(unit: UnitOfWork, decision_point: str, metric: Before, baseline: Baseline) -> None:
    content: dict[str, Any] = baseline.estimate.to_dict()
    if baseline.moments is not None:
        content["moments"] = msgspec.to_builtins(baseline.moments)
    row = stored.Baseline(
        id=unit.ids.new("bas"),
        decision_point=decision_point,
        metric=metric,
        kind=baseline.kind,
        estimate=msgspec.json.encode(content).decode(),
        source=baseline.source,
        recorded_at_ms=unit.clock.now_ms(),
    )
    stored.baselines.add(unit, row)
    unit.audit(
        "baseline.recorded",
        f"decision_point:{decision_point}",
        baseline=row.id,
        metric=metric.value,
        kind=baseline.kind.value,
        value=repr(baseline.estimate.value),
        n=baseline.estimate.n,
        source=baseline.source,
    )


def _read(row: stored.Baseline) -> Baseline:
    content: Mapping[str, Any] = msgspec.json.decode(row.estimate)
    moments = content.get("moments")
    return Baseline(
        kind=BaselineKind(row.kind),
        estimate=Estimate.from_dict(content),
        moments=None if moments is None else msgspec.convert(moments, Moments),
        source=row.source,
        recorded_at_ms=row.recorded_at_ms,
    )
