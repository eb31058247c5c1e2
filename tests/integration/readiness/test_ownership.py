"""Accountability is personal, and whether somebody answers is measured."""

from typing import TYPE_CHECKING

import pytest

from spanwise.core.actor import PLATFORM, Actor, Role
from spanwise.core.clock import DAY_MS, HOUR_MS
from spanwise.core.errors import Conflict, Forbidden
from spanwise.readiness.answers import answer_drill, asks, start_drill
from spanwise.readiness.assess import assess_function
from spanwise.readiness.criteria import Finding, Found
from spanwise.readiness.ownership import accept_ownership
from spanwise.readiness.stages import promote
from spanwise.spec.models.decision_points import Stage
from spanwise.store import decisions, outbox, tasks
from spanwise.store.standing import acceptances_of
from spanwise.tasks import work

if TYPE_CHECKING:
    from tests.integration.readiness.conftest import World


def answers(world: "World") -> Finding:
    readiness = assess_function(world.store, world.workspace, world.finance)
    return next(finding for finding in readiness.findings if finding.probe == "answers")


def escalate_a_task(world: "World") -> tasks.Task:
    """A reviewer hands a case on to the owner."""
    world.make_ready()
    world.clock.advance(1)
    promote(
        world.store,
        world.workspace,
        world.dana,
        world.point.name,
        to=Stage.ASSIST,
        reason="Good enough to be seen.",
    )
    world.ingest()
    (reply,) = world.decide(n=1)
    assert reply.task is not None
    world.clock.advance(31 * DAY_MS)  # the drill that made it ready no longer counts
    task = work.find_task(world.store, reply.task)
    unit = world.store.unit(PLATFORM)
    work.escalate(unit, task, to="owner", reason="not decided in time")
    unit.commit()
    return work.find_task(world.store, task.id)


def test_owner_and_deputy_each_accept_once(world: "World") -> None:
    first = accept_ownership(world.store, world.dana, world.finance)
    assert accept_ownership(world.store, world.dana, world.finance) == first
    deputy = accept_ownership(world.store, world.sam, world.finance)
    assert (first.capacity, deputy.capacity) == ("owner", "deputy")
    assert len(acceptances_of(world.store, "finance")) == 2


def test_nobody_else_can_accept(world: "World", stranger: Actor) -> None:
    with pytest.raises(Forbidden, match=r"dana\.ito or sam\.okafor"):
        accept_ownership(world.store, stranger, world.finance)
    with pytest.raises(Forbidden):
        accept_ownership(world.store, PLATFORM, world.finance)


def test_a_drill_that_is_answered_in_time_passes_for_thirty_days(world: "World") -> None:
    drill = start_drill(world.store, world.lead, world.finance)
    (message,) = outbox.due(world.store, world.clock.now_ms(), 10)
    assert (message.topic, message.subject_id) == ("drill.started", drill.subject)
    assert answers(world).found is Found.UNKNOWN
    world.clock.advance(3 * HOUR_MS)
    answered = answer_drill(world.store, world.sam, world.finance)
    assert answered.answered_by == "user:sam.okafor"
    finding = answers(world)
    assert finding.found is Found.PASSED
    assert finding.seen.endswith("user:sam.okafor answered after 180 minutes.")
    assert finding.expires_at_ms == world.clock.now_ms() + 30 * DAY_MS
    world.clock.advance(28 * DAY_MS)
    assert answers(world).found is Found.PASSED
    world.clock.advance(3 * DAY_MS)
    assert answers(world).found is Found.UNKNOWN


def test_a_drill_that_nobody_answers_fails_after_a_day(world: "World") -> None:
    start_drill(world.store, world.lead, world.finance)
    world.clock.advance(DAY_MS + 1)
    assert answers(world).found is Found.FAILED
    with pytest.raises(Conflict):
        answer_drill(world.store, world.dana, world.finance)
    start_drill(world.store, world.lead, world.finance)
    answer_drill(world.store, world.dana, world.finance)
    assert answers(world).found is Found.PASSED


def test_one_drill_waits_at_a_time(world: "World") -> None:
    start_drill(world.store, PLATFORM, world.finance)
    with pytest.raises(Conflict):
        start_drill(world.store, world.lead, world.finance)


def test_nobody_drills_themselves(world: "World") -> None:
    with pytest.raises(Forbidden):
        start_drill(world.store, world.dana, world.finance)
    both = world.account("lou.both", Role.PLATFORM_LEAD, Role.FUNCTION_OWNER)
    world.edit("finance", "deputy: sam.okafor", "deputy: lou.both")
    with pytest.raises(Forbidden):
        start_drill(world.store, both, world.finance)
    start_drill(world.store, world.lead, world.finance)
    with pytest.raises(Forbidden):
        answer_drill(world.store, world.sam, world.finance)


def test_an_escalated_task_that_the_owner_takes_is_an_answer(world: "World") -> None:
    task = escalate_a_task(world)
    assert answers(world).found is Found.UNKNOWN
    world.clock.advance(HOUR_MS)
    unit = world.store.unit(world.dana)
    work.claim(unit, task, world.dana)
    unit.commit()
    (ask,) = asks(world.store, world.finance)
    assert (ask.subject, ask.answered_by, ask.in_time) == (task.id, "user:dana.ito", True)
    assert answers(world).found is Found.PASSED


def test_an_escalated_task_that_somebody_else_takes_is_not(world: "World") -> None:
    task = escalate_a_task(world)
    reviewer = world.account("ana.silva", Role.REVIEWER)
    unit = world.store.unit(reviewer)
    work.claim(unit, task, reviewer)
    unit.commit()
    world.clock.advance(2 * DAY_MS)
    finding = answers(world)
    assert finding.found is Found.FAILED
    assert finding.seen.endswith("nobody answered.")


def test_a_task_that_was_escalated_to_a_team_asks_nothing_of_the_owner(world: "World") -> None:
    world.ingest()
    world.decide(n=1)
    (decision,) = decisions.latest(world.store, world.point.name, 1)
    task = a_task(world, decision.id)
    unit = world.store.unit(PLATFORM)
    tasks.tasks.add(unit, task)
    unit.commit()
    unit = world.store.unit(PLATFORM)
    work.escalate(unit, task, to="desk", reason="late")
    unit.commit()
    assert asks(world.store, world.finance) == []


def a_task(world: "World", decision_id: str) -> tasks.Task:
    now_ms = world.clock.now_ms()
    return tasks.Task(
        id=world.store.ids.new("tsk"),
        decision_id=decision_id,
        decision_point=world.point.name,
        function="finance",
        entity_id="C0",
        kind="review",
        team="desk",
        state="open",
        assignee=None,
        lease_until_ms=None,
        due_at_ms=now_ms + HOUR_MS,
        priority=1,
        escalation_level=0,
        blind=False,
        created_at_ms=now_ms,
        claimed_at_ms=None,
        ended_at_ms=None,
        version=1,
    )
