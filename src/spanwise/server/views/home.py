"""The home page: functions × stage × verdict, and what needs attention."""

from collections.abc import Mapping
from dataclasses import dataclass

from spanwise.server.views.parts import Step


@dataclass(frozen=True, kw_only=True, slots=True)
class Attention:
    """Something that a person has to look at.

    Attributes:
        tone: `bad` when it stops work, `warn` when it soon will.
        where: what it is about, as the link says it.
        since_ms: when it began; None when not known.
    """

    tone: str
    text: str
    where: str
    url: str
    since_ms: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PointLine:
    """One decision point of a function.

    Attributes:
        stage: the effective stage.
        ceiling: the highest stage that its owner allows.
        held_by: what keeps it from going further, in words; empty when nothing does.
        per_day: decisions a day, oldest first; None for a day that was not measured.
    """

    name: str
    title: str
    stage: str
    ceiling: str
    held_by: str
    per_day: tuple[int | None, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionLine:
    """One business function.

    Attributes:
        verdicts: verdict by metric code; a metric that is absent is unknown.
        readiness: `ready`, `not_ready` or `unknown`.
    """

    name: str
    title: str
    owner: str | None
    readiness: str
    verdicts: Mapping[str, str]
    points: tuple[PointLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class HomePage:
    """Everything at a glance.

    Attributes:
        flow: from cases received to outcomes known.
        flow_period: the time that the flow covers, such as `last 7 days`.
    """

    functions: tuple[FunctionLine, ...]
    attention: tuple[Attention, ...]
    flow: tuple[Step, ...]
    flow_period: str
