"""One decision point: stage, pin, certificate, what-if, data, performance, and the kill switch."""

from dataclasses import dataclass

from spanwise.server.views.parts import DecisionLine, Figure, ReleaseLock


@dataclass(frozen=True, kw_only=True, slots=True)
class Stages:
    """Why the effective stage is what it is: the lowest of ceiling, earned and demoted.

    Attributes:
        demoted: the stage that an alarm fell back to; None when nothing was demoted.
        why: the sentences behind it, the deciding one first.
    """

    ceiling: str
    earned: str
    demoted: str | None
    effective: str
    why: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """What is proved about automatic cases, or how far the proof is.

    Attributes:
        state: `valid`, `cannot_certify`, `expired`, `revoked` or `none`.
        max_error: the owner's tolerance.
        level: the confidence of the claim, such as 0.95.
        threshold: confidence from which cases are automatic; None when not certified.
        coverage: share of cases at or above the threshold.
        error: error among them.
        labels: how many matured outcomes it rests on.
        more_labels: how many more are needed; None when it is not known.
        until_ms: when they will be there at today's volume.
    """

    state: str
    max_error: float
    level: float
    threshold: float | None = None
    coverage: Figure | None = None
    error: Figure | None = None
    labels: int | None = None
    more_labels: int | None = None
    until_ms: int | None = None
    issued_at_ms: int | None = None
    expires_at_ms: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskPoint:
    """At this threshold: share of cases decided automatically, and the error among them."""

    threshold: float
    coverage: float
    error: float
    error_high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class WhatIf:
    """What a threshold would mean; an answer to a question, not a setting.

    Attributes:
        threshold: the one asked about.
        coverage, error: estimates at that threshold.
        reviews_per_day: cases that would go to people.
        errors_per_week: expected wrong automatic cases.
    """

    threshold: float
    coverage: Figure
    error: Figure
    reviews_per_day: float | None
    errors_per_week: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ContextProduct:
    """One data product that the decision point reads.

    Attributes:
        freshness, contract: as in `words.FRESHNESS` and `words.CONTRACT`.
        on_stale: `review`, `withhold` or `flag`.
        access: `allowed`, `denied` or `unknown`.
        access_detail: by which rule.
    """

    product: str
    fields: tuple[str, ...]
    age_s: int | None
    max_age_s: int | None
    freshness: str
    contract: str
    on_stale: str
    access: str
    access_detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Performance:
    """One figure about the model on this decision point's own cases.

    Attributes:
        bar: what it is held against; None when nothing is asked of it.
        bar_text: where the bar comes from.
        verdict: as in `words.VERDICT`.
    """

    text: str
    figure: Figure
    bar: float | None
    bar_text: str
    verdict: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """An alarm that is still open."""

    id: str
    kind: str
    text: str
    raised_at_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Suspension:
    """Who switched it off, when and why."""

    by: str
    at_ms: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """Something that the next stage lacks, and what to do about it."""

    text: str
    fix: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NextStage:
    """The step up from the stage in force.

    Attributes:
        to: the stage above; None at the top, or while suspended.
        missing: what it lacks; without any it only waits for its owner.
        may_move: whether the reader answers for it, and has accepted to.
        must_accept: whether the reader would answer for it, and has yet to accept.
        may_certify: whether the reader may try to certify the pinned release.
        attempts: how many times it was tried; a form that saw fewer is out of date.
    """

    to: str | None
    missing: tuple[Missing, ...]
    may_move: bool
    must_accept: bool
    may_certify: bool
    attempts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingRelease:
    """A locked release that is newer than the pinned one."""

    digest: str
    locked_at_ms: int
    locked_by: str | None
    may_pin: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionPointPage:
    """One decision point in one conversation.

    Attributes:
        moment: where in a process or on a screen a person decides, in words.
        kind: `classification` or `next_action`.
        options: each option with its action, in words.
        curve: what-if points, by falling threshold; empty when there are no labels.
        people_error: the people's own error rate.
        consumers: what reads the output.
        next_stage: None for who may not see the readiness behind it.
        waiting: a newer release than the pinned one; None when there is none.
        may_clear: whether the reader may clear its alarms.
        suspension: None while it is on.
        may_suspend: whether the reader may use the kill switch.
        per_day: decisions a day, oldest first.
    """

    name: str
    title: str
    function: str
    owner: str | None
    moment: str
    kind: str
    options: tuple[str, ...]
    version: int
    stages: Stages
    next_stage: NextStage | None
    pin: ReleaseLock | None
    waiting: WaitingRelease | None
    certificate: Certificate
    curve: tuple[RiskPoint, ...]
    people_error: Figure | None
    what_if: WhatIf | None
    context: tuple[ContextProduct, ...]
    performance: tuple[Performance, ...]
    alarms: tuple[Alarm, ...]
    may_clear: bool
    consumers: tuple[str, ...]
    recent: tuple[DecisionLine, ...]
    per_day: tuple[int | None, ...]
    suspension: Suspension | None
    may_suspend: bool
