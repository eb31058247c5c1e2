"""A task's life: nothing leaves an end state, and no waiting decides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spanwise.core.errors import Conflict
from spanwise.tasks.states import LIVE, Event, State, after


@given(st.lists(st.sampled_from(Event), max_size=12))
def test_only_a_decision_decides_and_ends_are_final(events: list[Event]) -> None:
    state = State.OPEN
    for event in events:
        was = state
        try:
            state = after(state, event)
        except Conflict:
            continue
        assert was in LIVE
        if state is State.DECIDED:
            assert event is Event.DECIDE


@pytest.mark.parametrize("end", [State.DECIDED, State.WITHDRAWN, State.SUPERSEDED])
@pytest.mark.parametrize("event", list(Event))
def test_an_ended_task_takes_no_event(end: State, event: Event) -> None:
    with pytest.raises(Conflict, match="cannot take"):
        after(end, event)
