"""Readiness: three criteria for each function, proved by probes and measured rates."""

from dataclasses import dataclass

from spanwise.server.views.parts import Figure


@dataclass(frozen=True, kw_only=True, slots=True)
class Probe:
    """A check that must pass.

    Attributes:
        state: `pass`, `fail`, `expired` or `unknown`.
        seen: what was seen, in words.
        fix: what to do about it; empty when it passed.
    """

    text: str
    state: str
    seen: str
    fix: str
    observed_at_ms: int | None
    expires_at_ms: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """A measured share whose lower bound must lie over the bar."""

    text: str
    state: str
    figure: Figure
    bar: float
    fix: str
    observed_at_ms: int | None
    expires_at_ms: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Criterion:
    """One of the three.

    Attributes:
        code: `data`, `decision_point` or `owner`.
        state: `ready`, `not_ready` or `unknown`.
    """

    code: str
    state: str
    probes: tuple[Probe, ...]
    rates: tuple[Rate, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnerSteps:
    """What the reader can do about a function's accountable owner.

    Attributes:
        may_accept: they are its declared owner or deputy, and have not accepted yet.
        may_ask: they may ask its owner for a sign of life.
        may_answer: they were asked for one.
        asked_at_ms, due_at_ms: of the drill that waits for its answer; None when none does.
    """

    may_accept: bool = False
    may_ask: bool = False
    may_answer: bool = False
    asked_at_ms: int | None = None
    due_at_ms: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionReadiness:
    """One function.

    Attributes:
        state: `ready` only when all three criteria are.
        stage: the furthest effective stage of its decision points; None before the first.
    """

    name: str
    title: str
    owner: str | None
    state: str
    stage: str | None
    criteria: tuple[Criterion, ...]
    steps: OwnerSteps


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadinessPage:
    """All functions.

    Attributes:
        in_progress: functions between shadow and a settled stage.
        in_progress_max: how many may be at once.
        next_function: the title of the one recommended next; None when none is ready.
        next_why: the evidence for it, or what is missing, in words.
    """

    functions: tuple[FunctionReadiness, ...]
    in_progress: int
    in_progress_max: int
    next_function: str | None
    next_why: str
