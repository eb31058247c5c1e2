"""One review task: the case, the recommendation with its evidence, and the four verbs."""

from dataclasses import dataclass

from spanwise.server.views.parts import Choice, Figure, InputField, Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommendation:
    """What the AI would do.

    Attributes:
        option: one of the decision point's options.
        action: what follows when it is accepted, as the button says it.
        confidence: calibrated chance that it is right; None when the model gave none.
        threshold: the certified threshold; None when nothing is certified.
    """

    option: str
    action: str
    confidence: float | None
    threshold: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class EscalationStep:
    """One step of the escalation path, at a time, to somebody."""

    at_ms: int
    to: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskEvent:
    """Something that happened to the task, in words."""

    at_ms: int
    actor: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskPage:
    """All that a reviewer needs to decide.

    Attributes:
        version: sent back with every form, so that nobody decides on an old page.
        idempotency_key: sent back with every form, so that a repeated post counts once.
        question: what is to be decided, in words.
        recommendation: None when it is withheld or the task is blind.
        reasons: why a person sees this case.
        options: every option with the action that follows it.
        change_reasons, decline_reasons: the reason codes that the decision point knows.
        allowed: what the reader may do now, of `claim`, `release`, `accept`, `change`,
            `decline`, `escalate`.
        blocked: why they may do nothing; empty when they may.
        lease_until_ms: when the claim ends by itself.
        escalation_level: how many steps of `escalation` have been taken.
        last_resort: what happens after the last step, in words.
        reviewers_needed, reviewers_done: more than one where the decision point asks for it.
        ai_error, people_error: shown side by side when known.
        record_url: the case in the business system that it belongs to.

    Raises:
        ValueError: a blind task that carries its recommendation.
    """

    id: str
    version: int
    idempotency_key: str
    state: str
    function: str
    decision_point: str
    decision_id: str
    title: str
    question: str
    team: str
    risk: str
    blind: bool
    recommendation: Recommendation | None
    reasons: tuple[Reason, ...]
    inputs: tuple[InputField, ...]
    options: tuple[Choice, ...]
    change_reasons: tuple[Choice, ...]
    decline_reasons: tuple[Choice, ...]
    allowed: frozenset[str]
    created_at_ms: int
    due_at_ms: int
    escalation_level: int
    escalation: tuple[EscalationStep, ...]
    last_resort: str
    blocked: str = ""
    assignee: str | None = None
    mine: bool = False
    lease_until_ms: int | None = None
    reviewers_needed: int = 1
    reviewers_done: int = 0
    ai_error: Figure | None = None
    people_error: Figure | None = None
    events: tuple[TaskEvent, ...] = ()
    record_url: str | None = None

    def __post_init__(self) -> None:
        if self.blind and self.recommendation is not None:
            raise ValueError("a blind task must not carry its recommendation")
