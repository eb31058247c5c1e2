"""The inbox: review tasks by due time and risk."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskLine:
    """One review task in the list.

    Attributes:
        title: what the case is, in words.
        action: what accepting would do; None for a task without a recommendation.
        reason: the first reason code of its route.
        risk: `high`, `medium`, `low` or `unknown`.
        assignee: who claimed it.
        mine: whether that is the reader.
        escalation_level: 0 before the first escalation.
        blind: whether the recommendation is hidden.

    Raises:
        ValueError: a blind task that carries its recommendation.
    """

    id: str
    title: str
    function: str
    decision_point: str
    action: str | None
    confidence: float | None
    reason: str
    risk: str
    state: str
    assignee: str | None
    mine: bool
    due_at_ms: int
    escalation_level: int
    blind: bool

    def __post_init__(self) -> None:
        if self.blind and (self.action is not None or self.confidence is not None):
            raise ValueError("a blind task must not carry its recommendation")


@dataclass(frozen=True, kw_only=True, slots=True)
class InboxCounts:
    """Live tasks under each filter; None when not counted."""

    mine: int | None
    open: int | None
    team: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class InboxPage:
    """A page of tasks, the most urgent first.

    Attributes:
        show: the filter: `mine` (claimed by the reader), `open` (nobody's yet), or `team`.
        next_url: the following page; None on the last one.
    """

    show: str
    counts: InboxCounts
    tasks: tuple[TaskLine, ...]
    next_url: str | None = None
