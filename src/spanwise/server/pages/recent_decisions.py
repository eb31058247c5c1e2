"""The newest decisions of a decision point, without what a person must not see yet."""

from spanwise.runtime.platform import Platform
from spanwise.server.views.parts import DecisionLine
from spanwise.store import decisions, tasks
from spanwise.store.decisions import Decision

_SHOWN = 20
_LIVE = ("open", "claimed", "info_requested")


def recent_decisions(platform: Platform, decision_point: str) -> tuple[DecisionLine, ...]:
    """The newest first."""
    newest = decisions.latest(platform.store, decision_point, _SHOWN)
    return tuple(_line(platform, decision) for decision in newest)


def _line(platform: Platform, decision: Decision) -> DecisionLine:
    store = platform.store
    outcomes = decisions.outcomes_of(store, decision.decision_point, decision.entity_id)
    label = outcomes[-1].label if outcomes else None
    hidden = _hidden(platform, decision, label)
    known = label is not None and decision.recommendation is not None and not hidden
    return DecisionLine(
        id=decision.id,
        title=decision.entity_id,
        decided_at_ms=decision.decided_at_ms,
        route=decision.route,
        recommendation=None if hidden else decision.recommendation,
        confidence=None if hidden else decision.confidence,
        outcome=("right" if label == decision.recommendation else "wrong") if known else "unknown",
    )


def _hidden(platform: Platform, decision: Decision, label: str | None) -> bool:
    """Whoever decides blind, or without the AI, must not find its answer here."""
    withheld = decision.route == "withheld"
    if withheld and label is None:
        return True
    of_case = tasks.of_decision(platform.store, decision.id)
    return any(task.state in _LIVE and (task.blind or withheld) for task in of_case)
