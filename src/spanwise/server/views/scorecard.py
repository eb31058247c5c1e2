"""One function's scorecard: four metrics against its own baseline."""

from dataclasses import dataclass

from spanwise.server.views.parts import Figure


@dataclass(frozen=True, kw_only=True, slots=True)
class Baseline:
    """What the metric was before the AI.

    Attributes:
        kind: `measured` or `stated`; the two are drawn differently.
        source: where it comes from, in words.
    """

    kind: str
    figure: Figure
    source: str
    recorded_at_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamRate:
    """A rate of one team."""

    team: str
    figure: Figure


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """One of the four.

    Attributes:
        code: as in `words.METRIC`.
        better: `higher` or `lower`.
        verdict: as in `words.VERDICT`.
        why: what the verdict rests on or waits for, in words.
        until_ms: for `cannot_tell`, when it will be possible to tell at today's volume.
        trend: past values, oldest first; None where not measured.
        teams: the same by team, where that is how it is defined.
    """

    code: str
    better: str
    figure: Figure
    baseline: Baseline | None
    verdict: str
    why: str
    until_ms: int | None = None
    trend: tuple[float | None, ...] = ()
    teams: tuple[TeamRate, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionLink:
    """Another function's scorecard."""

    name: str
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ScorecardPage:
    """One function over one period; functions are never pooled.

    Attributes:
        measured_at_ms: when the figures were computed; None when they never were.
        next_at_ms: when the cadence computes them again.
    """

    function: str
    title: str
    owner: str | None
    from_ms: int
    to_ms: int
    measured_at_ms: int | None
    next_at_ms: int | None
    metrics: tuple[Metric, ...]
    functions: tuple[FunctionLink, ...]
