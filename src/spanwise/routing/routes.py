"""Who decides this case: the AI alone, a person with its recommendation, or a person without it."""

from dataclasses import dataclass
from enum import StrEnum

from spanwise.spec.models.decision_points import Stage


class Route(StrEnum):
    """Automatic: done and delivered. Review: a task with the recommendation. Withheld: without."""

    AUTOMATIC = "automatic"
    REVIEW = "review"
    WITHHELD = "withheld"


class Reason(StrEnum):
    """Why a case took its route. The words are part of the API and never change meaning."""

    CERTIFIED = "certified"
    CONFIDENCE_BELOW_THRESHOLD = "confidence_below_threshold"
    NOT_CERTIFIED = "not_certified"
    RULE_REQUIRES_REVIEW = "rule_requires_review"
    STALE_DATA = "stale_data"
    CONTRACT_BROKEN = "contract_broken"
    ENTITY_UNKNOWN = "entity_unknown"
    ACCESS_DENIED = "access_denied"
    KNOWN_TOO_LATE = "known_too_late"
    MODEL_FAILED = "model_failed"
    NOT_PINNED = "not_pinned"
    TIMEOUT = "timeout"
    AUDIT_SAMPLE = "audit_sample"
    HOLDOUT = "holdout"
    STAGE_ASSIST = "stage_assist"
    STAGE_SHADOW = "stage_shadow"
    SUSPENDED = "suspended"


IN_WORDS = {
    Reason.CERTIFIED: "the confidence is above the certified threshold",
    Reason.CONFIDENCE_BELOW_THRESHOLD: "the confidence is below the certified threshold",
    Reason.NOT_CERTIFIED: "no valid certificate for this release",
    Reason.RULE_REQUIRES_REVIEW: "a rule asks for a person in cases like this one",
    Reason.STALE_DATA: "the data is older than this decision allows",
    Reason.CONTRACT_BROKEN: "the data broke its contract",
    Reason.ENTITY_UNKNOWN: "the data has no row for this case",
    Reason.ACCESS_DENIED: "the AI may not read what it needs",
    Reason.KNOWN_TOO_LATE: "a field is known only after this moment",
    Reason.MODEL_FAILED: "the model failed",
    Reason.NOT_PINNED: "no release is pinned",
    Reason.TIMEOUT: "the recommendation took longer than the latency budget",
    Reason.AUDIT_SAMPLE: "drawn at random to be checked blind",
    Reason.HOLDOUT: "drawn at random to be decided without the AI, to measure against",
    Reason.STAGE_ASSIST: "at this stage a person decides every case",
    Reason.STAGE_SHADOW: "at this stage nobody sees the recommendation",
    Reason.SUSPENDED: "the decision point is suspended",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """All that routing looks at.

    Attributes:
        stage: the effective stage.
        failures: what broke on the way to a recommendation; any of them withholds it.
        doubts: what asks for a person although there is a recommendation.
        confidence: calibrated chance that the recommendation is right; None if unknown.
        threshold: the certified threshold; None without a valid certificate.
        holdout: drawn to be decided without the AI.
        audit_sample: drawn to be checked blind, should it be decided automatically.
    """

    stage: Stage
    failures: tuple[Reason, ...] = ()
    doubts: tuple[Reason, ...] = ()
    confidence: float | None = None
    threshold: float | None = None
    holdout: bool = False
    audit_sample: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Routing:
    """A route with its reasons, and the human work that follows from it.

    Attributes:
        task: whether a person gets a task.
        blind: whether that task hides the recommendation.
    """

    route: Route
    reasons: tuple[Reason, ...]
    task: bool
    blind: bool = False


def route(situation: Situation) -> Routing:
    """Decides the route. Read from the top: the first line that applies wins."""
    s = situation
    if s.stage is Stage.SUSPENDED:
        return _withheld(Reason.SUSPENDED)
    if s.stage is Stage.SHADOW:
        return _withheld(Reason.STAGE_SHADOW, *s.failures, task=False)
    if s.failures:
        return _withheld(*s.failures)
    if s.holdout:
        return _withheld(Reason.HOLDOUT)
    if s.stage is Stage.ASSIST:
        return _review(Reason.STAGE_ASSIST, *s.doubts)
    if s.doubts:
        return _review(*s.doubts)
    if s.threshold is None or s.confidence is None:
        return _review(Reason.NOT_CERTIFIED)
    # Not "confidence < threshold": a NaN must never pass.
    if not s.confidence >= s.threshold:
        return _review(Reason.CONFIDENCE_BELOW_THRESHOLD)
    return _automatic(audit_sample=s.audit_sample)


def _withheld(*reasons: Reason, task: bool = True) -> Routing:
    return Routing(route=Route.WITHHELD, reasons=reasons, task=task, blind=True)


def _review(*reasons: Reason) -> Routing:
    return Routing(route=Route.REVIEW, reasons=reasons, task=True)


def _automatic(*, audit_sample: bool) -> Routing:
    if audit_sample:
        reasons = (Reason.CERTIFIED, Reason.AUDIT_SAMPLE)
        return Routing(route=Route.AUTOMATIC, reasons=reasons, task=True, blind=True)
    return Routing(route=Route.AUTOMATIC, reasons=(Reason.CERTIFIED,), task=False)
