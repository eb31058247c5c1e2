"""What may happen to a review task, and what state it is in afterwards."""

from enum import StrEnum

from spanwise.core.errors import Conflict


class State(StrEnum):
    """Where a task is in its life."""

    OPEN = "open"
    CLAIMED = "claimed"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class Event(StrEnum):
    """What can happen to a task."""

    CLAIM = "claim"
    RELEASE = "release"
    LEASE_ENDED = "lease_ended"
    ESCALATE = "escalate"
    HAND_ON = "hand_on"
    DECIDE = "decide"
    WITHDRAW = "withdraw"
    SUPERSEDE = "supersede"


LIVE = frozenset({State.OPEN, State.CLAIMED})

# A task that is escalated opens again for those it is escalated to. Nothing leaves an end state,
# and no passing of time leads to a decision.
TRANSITIONS = {
    (State.OPEN, Event.CLAIM): State.CLAIMED,
    (State.OPEN, Event.DECIDE): State.DECIDED,
    (State.OPEN, Event.ESCALATE): State.OPEN,
    (State.OPEN, Event.HAND_ON): State.OPEN,
    (State.OPEN, Event.WITHDRAW): State.WITHDRAWN,
    (State.OPEN, Event.SUPERSEDE): State.SUPERSEDED,
    # Renewed, or taken over from a claim that has run out.
    (State.CLAIMED, Event.CLAIM): State.CLAIMED,
    (State.CLAIMED, Event.RELEASE): State.OPEN,
    (State.CLAIMED, Event.LEASE_ENDED): State.OPEN,
    (State.CLAIMED, Event.ESCALATE): State.OPEN,
    (State.CLAIMED, Event.DECIDE): State.DECIDED,
    (State.CLAIMED, Event.HAND_ON): State.OPEN,
    (State.CLAIMED, Event.WITHDRAW): State.WITHDRAWN,
    (State.CLAIMED, Event.SUPERSEDE): State.SUPERSEDED,
}


def after(state: State, event: Event) -> State:
    """The state after an event.

    Raises:
        Conflict: the event cannot happen to a task in this state.
    """
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise Conflict(
            f"A task that is {state} cannot take '{event}'.",
            "Load the task again to see what became of it.",
            code="wrong_state",
        ) from None
