"""A task's whole life, in whatever order people and time act on it, on a real store."""

from collections.abc import Callable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests.support.operations import ACCESS, Operations
from tests.support.people import DANA, EMIL, NADIA

from spanwise.core.actor import Actor
from spanwise.core.clock import HOUR_MS, MINUTE_MS
from spanwise.core.errors import Conflict
from spanwise.runtime.timers import fire_due_timers
from spanwise.spec.models.decision_points import Stage
from spanwise.store import decisions as stored
from spanwise.store import tasks as stored_tasks
from spanwise.store.tasks import Task
from spanwise.tasks.states import LIVE
from spanwise.tasks.work import LEASE_MS
from spanwise.workflow.resolve import Answer, ReasonCode, Verb

EXAMPLES, STEPS = 25, 20
people = st.sampled_from([NADIA, EMIL, DANA])


class TaskLife(RuleBasedStateMachine):
    """What we believe of one task, next to what the store says of it.

    Attributes:
        holder: who claimed it, until when; None while it is open.
        changes: how often it was changed.
        decided_by: the person whose answer ended it.
    """

    def __init__(self, operations: Operations) -> None:
        super().__init__()
        self.operations = operations
        self.resolver = operations.resolver
        self.holder: tuple[str, int] | None = None
        self.decided_by: str | None = None
        self.changes = 0
        self.task_id = ""

    @initialize()
    def open(self) -> None:
        self.task_id = self.operations.open_task().id

    @property
    def task(self) -> Task:
        return self.operations.task(self.task_id)

    @property
    def now_ms(self) -> int:
        return self.operations.clock.now_ms()

    def _may_work(self, person: Actor) -> bool:
        free = self.holder is None or self.holder[0] == person.id or self.holder[1] <= self.now_ms
        return self.decided_by is None and free

    def _happens(self, act: Callable[[], object], *, allowed: bool) -> bool:
        """Tries something, which must happen exactly where it is allowed."""
        try:
            act()
        except Conflict:
            assert not allowed
            return False
        assert allowed
        self.changes += 1
        return True

    @rule(person=people)
    def claim(self, person: Actor) -> None:
        allowed = self._may_work(person)
        if self._happens(lambda: self.resolver.claim(person, self.task_id), allowed=allowed):
            self.holder = (person.id, self.now_ms + LEASE_MS)

    @rule(person=people)
    def release(self, person: Actor) -> None:
        allowed = self._may_work(person) and self.holder is not None
        if self._happens(lambda: self.resolver.release(person, self.task_id), allowed=allowed):
            self.holder = None

    @rule(person=people, verb=st.sampled_from(Verb), seen=st.integers(-1, 0))
    def answer(self, person: Actor, verb: Verb, seen: int) -> None:
        """What a person says, looking at the task as it is or as it was a change ago."""
        said = self._answer(verb, self.task.version + seen)
        allowed = self._may_work(person) and seen == 0
        if self._happens(lambda: self.resolver.answer(person, self.task_id, said), allowed=allowed):
            self.holder = None
            self.decided_by = None if verb is Verb.ESCALATE else person.id

    def _answer(self, verb: Verb, version: int) -> Answer:
        choice = ACCESS if verb is Verb.CHANGE else None
        return Answer(verb=verb, version=version, choice=choice, reason_code=ReasonCode.OTHER)

    @rule(by_ms=st.sampled_from([MINUTE_MS, LEASE_MS - 1, LEASE_MS, 4 * HOUR_MS, 100 * HOUR_MS]))
    def time_passes(self, by_ms: int) -> None:
        before = self.task
        self.operations.clock.advance(by_ms)
        while fire_due_timers(self.operations.store, self.operations.policies):
            pass
        after = self.task
        self.changes += after.version - before.version
        escalated = after.escalation_level > before.escalation_level
        if self.holder is not None and (escalated or self.holder[1] <= self.now_ms):
            self.holder = None
        if self.decided_by is None and self.now_ms >= after.created_at_ms + 4 * HOUR_MS:
            assert after.escalation_level >= 1

    @invariant()
    def the_store_says_what_we_believe(self) -> None:
        if not self.task_id:
            return
        task = self.task
        resolutions = stored.resolutions_of(self.operations.store, task.decision_id)
        if self.decided_by is None:
            assert task.state in LIVE
            assert task.ended_at_ms is None
            assert resolutions == []
            holder = (task.assignee, task.lease_until_ms) if task.state == "claimed" else None
            assert holder == self.holder
        else:
            assert task.state == "decided"
            assert [one.resolved_by for one in resolutions] == [self.decided_by]
        assert task.version == 1 + self.changes

    def teardown(self) -> None:
        """Every change of the task stands in the audit log, and nothing is left ticking."""
        entries = [
            entry.action
            for action in ("claimed", "released", "lease_ended", "escalated", "resolved")
            for entry in self.operations.entries(f"task.{action}")
            if entry.subject == self.task_id
        ]
        assert len(entries) == self.changes
        if self.decided_by is not None:
            in_a_year_ms = self.now_ms + 365 * 24 * HOUR_MS
            ticking = stored_tasks.due_timers(self.operations.store, in_a_year_ms, 10_000)
            assert self.task_id not in {timer.subject_id for timer in ticking}


def test_only_an_answer_of_a_person_who_may_work_on_it_decides_a_task(
    operations: Operations,
) -> None:
    operations.earn(Stage.ASSIST)
    bounds = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None)
    run_state_machine_as_test(lambda: TaskLife(operations), settings=bounds)  # type: ignore[arg-type]
