"""Autonomy is earned a step at a time, lost at once, and never comes back by itself."""

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import pytest

from spanwise.core.actor import PLATFORM, Actor, Role
from spanwise.core.clock import DAY_MS, HOUR_MS
from spanwise.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from spanwise.governance.releases import pinned_digest
from spanwise.readiness.moves import add
from spanwise.readiness.ownership import accept_ownership
from spanwise.readiness.stages import clear_alarm, demote, handle_alarms, promote, resume, suspend
from spanwise.readiness.standings import PointStanding, standing_of, under_way
from spanwise.routing.stages import MoveKind
from spanwise.spec.models.decision_points import Stage
from spanwise.store import audit, outbox
from spanwise.store.standing import StageMove, evidence_of, moves_of

if TYPE_CHECKING:
    from tests.integration.readiness.conftest import World

NAME = "finance.approve"


def up(world: "World", to: Stage, actor: Actor | None = None, name: str = NAME) -> StageMove:
    world.clock.advance(1)
    return promote(
        world.store, world.workspace, actor or world.dana, name, to=to, reason="It has earned it."
    )


def down(world: "World", to: Stage, actor: Actor | None = None) -> StageMove:
    world.clock.advance(1)
    return demote(
        world.store, world.workspace, actor or world.dana, NAME, to=to, reason="Odd answers."
    )


def stands(world: "World") -> PointStanding:
    return standing_of(world.store, world.point)


def release(world: "World") -> str:
    digest = pinned_digest(world.store, NAME)
    assert digest is not None
    return digest


@pytest.fixture
def ready(world: "World") -> "World":
    world.make_ready()
    return world


@pytest.fixture
def guarded(ready: "World") -> "World":
    up(ready, Stage.ASSIST)
    ready.certify(release(ready))
    up(ready, Stage.GUARDED)
    return ready


def test_readiness_and_an_owner_bring_assist_and_a_certificate_guarded(ready: "World") -> None:
    first = up(ready, Stage.ASSIST)
    assert (first.stage, first.kind, first.moved_by) == ("assist", "earned", "user:dana.ito")
    assert stands(ready).effective is Stage.ASSIST
    ready.certify(release(ready))
    up(ready, Stage.GUARDED, ready.sam)
    assert stands(ready).effective is Stage.GUARDED
    assert [move.stage for move in stands(ready).history] == ["assist", "guarded"]


def test_a_move_is_recorded_told_and_proved_in_one_transaction(ready: "World") -> None:
    move = up(ready, Stage.ASSIST)
    (entry,) = [
        entry
        for entry in audit.unchained(ready.store, since="", limit=5_000)
        if entry.action == "stage.earned"
    ]
    body = msgspec.json.decode(entry.body)
    assert entry.subject == f"decision_point:{NAME}"
    assert (body["was"], body["effective"], body["move"]) == ("shadow", "assist", move.id)
    assert (body["judged"], body["right"], body["release"]) == (40, 40, release(ready))
    assert body["assessment"] in evidence_of(ready.store, "finance")[0].content
    due = outbox.due(ready.store, ready.clock.now_ms(), 1_000)
    (message,) = [message for message in due if message.topic == "stage.moved"]
    assert msgspec.json.decode(message.payload) == {
        "decision_point": NAME,
        "kind": "earned",
        "stage": "assist",
        "was": "shadow",
        "effective": "assist",
        "reason": "It has earned it.",
        "move": move.id,
    }


def test_a_function_that_is_not_ready_stays_in_shadow_and_hears_why(world: "World") -> None:
    accept_ownership(world.store, world.dana, world.finance)
    with pytest.raises(Conflict) as refused:
        up(world, Stage.ASSIST)
    assert refused.value.code == "not_ready"
    assert refused.value.message.startswith(
        "'finance.approve' cannot go to assist. "
        "finance.cases: No batch of 'finance.cases' was published yet."
    )
    assert refused.value.fix == "Ingest a batch of it."
    assert moves_of(world.store, NAME) == []


def test_too_few_outcomes_say_too_little(world: "World") -> None:
    world.make_ready()
    world.outcomes(wrong=15)  # at 63% right, forty cases tell it only to within 15 points
    with pytest.raises(Conflict) as refused:
        up(world, Stage.ASSIST)
    assert refused.value.code == "quality_unknown"
    assert "more cases are needed" in refused.value.message


def test_what_another_release_did_says_nothing_of_this_one(ready: "World") -> None:
    ready.edit("finance", "amount > 100", "amount > 200")
    with pytest.raises(Conflict) as refused:
        up(ready, Stage.ASSIST)
    assert refused.value.code == "quality_unknown"


def test_stages_are_climbed_one_at_a_time(ready: "World") -> None:
    with pytest.raises(Conflict) as refused:
        up(ready, Stage.GUARDED)
    assert (refused.value.code, refused.value.fix) == (
        "not_the_next_stage",
        "The next one is assist.",
    )
    with pytest.raises(Conflict):
        up(ready, Stage.SHADOW)


def test_no_stage_lies_above_the_ceiling(ready: "World") -> None:
    ready.set_ceiling(Stage.ASSIST)
    up(ready, Stage.ASSIST)
    ready.certify(release(ready))
    with pytest.raises(Conflict) as refused:
        up(ready, Stage.GUARDED)
    assert refused.value.code == "above_ceiling"


def test_guarded_wants_a_certificate_of_this_release_that_is_valid(ready: "World") -> None:
    up(ready, Stage.ASSIST)
    now_ms = ready.clock.now_ms()
    refusals = []
    attempts: list[dict[str, object]] = [
        {"release_digest": "0" * 64},
        {"expires_at_ms": now_ms},
        {"revoked_at_ms": now_ms},
        {"threshold": None},
    ]
    for changes in attempts:
        ready.certify(release(ready), **changes)
        with pytest.raises(Conflict) as refused:
            up(ready, Stage.GUARDED)
        assert refused.value.code == "not_certified"
        refusals.append(refused.value)
    assert "has no certificate" in refusals[0].message
    assert "expired on" in refusals[1].message
    assert "was revoked on" in refusals[2].message
    assert "40 labels are too few" in refusals[3].message
    assert refusals[3].fix == "About 120 more outcomes would do."


def test_an_owner_who_tolerates_no_error_has_nothing_guarded(ready: "World") -> None:
    ready.edit("finance", "routing: {max_error: 5%}\n", "")
    up(ready, Stage.ASSIST)
    with pytest.raises(Conflict) as refused:
        up(ready, Stage.GUARDED)
    assert refused.value.code == "no_tolerance"


def test_only_the_declared_owner_or_deputy_approves_and_only_after_accepting(
    ready: "World", stranger: Actor
) -> None:
    for somebody in (stranger, ready.lead, PLATFORM, replace(ready.dana, functions=frozenset())):
        with pytest.raises((Forbidden, NotFound)):
            up(ready, Stage.ASSIST, somebody)
    lou = ready.account("lou.new", Role.FUNCTION_OWNER)
    ready.edit("finance", "user: dana.ito", "user: lou.new")
    with pytest.raises(Forbidden) as refused:
        up(ready, Stage.ASSIST, lou)
    assert refused.value.code == "not_accepted"


def test_a_move_has_a_reason(ready: "World") -> None:
    for reason in ("  ", "x" * 501):
        with pytest.raises(InvalidInput):
            promote(ready.store, ready.workspace, ready.dana, NAME, to=Stage.ASSIST, reason=reason)


def test_functions_wait_for_a_free_place(ready: "World") -> None:
    ready.add_function("support")
    ready.make_ready("support")
    up(ready, Stage.ASSIST)
    assert under_way(ready.store, ready.workspace) == ["finance"]
    with pytest.raises(Conflict) as refused:
        up(ready, Stage.ASSIST, name="support.approve")
    assert refused.value.code == "rollouts_full"
    assert "finance stand between" in refused.value.message

    ready.set_ceiling(Stage.ASSIST)  # that settles it
    assert under_way(ready.store, ready.workspace) == []
    up(ready, Stage.ASSIST, name="support.approve")
    assert under_way(ready.store, ready.workspace) == ["support"]


def test_an_alarm_takes_guarded_away_once_and_for_good(guarded: "World") -> None:
    alarm = guarded.raise_alarm("risk", "Audits found 9 errors in 60.")
    assert stands(guarded).effective is Stage.ASSIST  # before anybody has carried it out
    guarded.clock.advance(1)
    (move,) = handle_alarms(guarded.store, guarded.workspace)
    assert (move.kind, move.stage, move.moved_by) == ("demoted", "assist", "platform")
    assert move.reason == "risk: Audits found 9 errors in 60."
    assert handle_alarms(guarded.store, guarded.workspace) == []

    with pytest.raises(Conflict) as refused:
        up(guarded, Stage.GUARDED)
    assert refused.value.code == "alarm_open"
    clear_alarm(guarded.store, guarded.workspace, guarded.dana, alarm.id, reason="Mended.")
    assert stands(guarded).alarms == ()
    assert stands(guarded).effective is Stage.ASSIST
    up(guarded, Stage.GUARDED)
    assert stands(guarded).effective is Stage.GUARDED


def test_clearing_an_alarm_before_its_demotion_does_not_give_the_stage_back(
    guarded: "World",
) -> None:
    alarm = guarded.raise_alarm()
    guarded.clock.advance(1)
    clear_alarm(guarded.store, guarded.workspace, guarded.dana, alarm.id, reason="False alarm.")
    assert stands(guarded).effective is Stage.ASSIST
    with pytest.raises(Conflict):
        clear_alarm(guarded.store, guarded.workspace, guarded.dana, alarm.id, reason="Again.")


def test_alarms_are_cleared_by_owners_only(guarded: "World") -> None:
    alarm = guarded.raise_alarm()
    for somebody in (guarded.lead, PLATFORM):
        with pytest.raises(Forbidden):
            clear_alarm(guarded.store, guarded.workspace, somebody, alarm.id, reason="Hush.")
    with pytest.raises(NotFound):
        clear_alarm(guarded.store, guarded.workspace, guarded.dana, "alm_none", reason="Hush.")


def test_an_alarm_below_guarded_keeps_its_stage_and_blocks_the_next(ready: "World") -> None:
    ready.raise_alarm()
    assert handle_alarms(ready.store, ready.workspace) == []
    with pytest.raises(Conflict) as refused:
        up(ready, Stage.ASSIST)
    assert refused.value.code == "alarm_open"


def test_an_alarm_behind_a_low_ceiling_is_not_forgotten(guarded: "World") -> None:
    guarded.set_ceiling(Stage.ASSIST)
    guarded.raise_alarm()
    guarded.clock.advance(1)
    assert len(handle_alarms(guarded.store, guarded.workspace)) == 1
    guarded.set_ceiling(Stage.GUARDED)
    assert stands(guarded).held is Stage.ASSIST


def test_people_and_the_platform_may_demote(guarded: "World") -> None:
    down(guarded, Stage.ASSIST, PLATFORM)
    down(guarded, Stage.SHADOW)
    assert stands(guarded).effective is Stage.SHADOW
    with pytest.raises(Conflict):
        down(guarded, Stage.SHADOW)
    with pytest.raises(InvalidInput):
        down(guarded, Stage.SUSPENDED)
    with pytest.raises(Forbidden):
        down(guarded, Stage.SHADOW, guarded.lead)


def test_the_kill_switch_holds_until_an_owner_lifts_it(guarded: "World") -> None:
    guarded.clock.advance(1)
    suspend(guarded.store, guarded.workspace, guarded.lead, NAME, reason="Stop.")
    assert stands(guarded).effective is Stage.SUSPENDED
    guarded.clock.advance(1)
    with pytest.raises(Conflict):
        suspend(guarded.store, guarded.workspace, guarded.lead, NAME, reason="Stop again.")
    with pytest.raises(Conflict) as refused:
        up(guarded, Stage.GUARDED)
    assert refused.value.code == "suspended"
    with pytest.raises(Forbidden):
        resume(guarded.store, guarded.workspace, guarded.lead, NAME, reason="Go on.")
    resume(guarded.store, guarded.workspace, guarded.dana, NAME, reason="Go on.")
    assert stands(guarded).effective is Stage.GUARDED
    with pytest.raises(Conflict):
        resume(guarded.store, guarded.workspace, guarded.dana, NAME, reason="Go on.")


def test_an_alarm_while_suspended_is_not_undone_by_resuming(guarded: "World") -> None:
    guarded.clock.advance(1)
    suspend(guarded.store, guarded.workspace, guarded.dana, NAME, reason="Stop.")
    guarded.raise_alarm()
    guarded.clock.advance(1)
    handle_alarms(guarded.store, guarded.workspace)
    guarded.clock.advance(1)
    resume(guarded.store, guarded.workspace, guarded.dana, NAME, reason="Go on.")
    assert stands(guarded).effective is Stage.ASSIST


def test_a_promotion_that_was_overtaken_is_a_conflict(ready: "World") -> None:
    seen = stands(ready)
    down_first = ready.store.unit(PLATFORM)
    add(down_first, seen, MoveKind.DEMOTED, Stage.SHADOW, "It was worse than that.")
    down_first.commit()
    late = ready.store.unit(ready.dana)
    add(late, seen, MoveKind.EARNED, Stage.ASSIST, "It has earned it.")
    with pytest.raises(Conflict):
        late.commit()
    assert [move.kind for move in moves_of(ready.store, NAME)] == ["demoted"]


def test_a_promotion_that_meets_a_new_alarm_is_a_conflict(ready: "World") -> None:
    seen = stands(ready)
    ready.raise_alarm()
    late = ready.store.unit(ready.dana)
    add(late, seen, MoveKind.EARNED, Stage.ASSIST, "It has earned it.")
    with pytest.raises(Conflict):
        late.commit()


def test_moves_of_one_millisecond_keep_their_order(world: "World") -> None:
    stages = [Stage.ASSIST, Stage.SHADOW] * 10
    for stage in stages:
        unit = world.store.unit(PLATFORM)
        add(unit, stands(world), MoveKind.DEMOTED, stage, "Back and forth.")
        unit.commit()
    assert [move.stage for move in moves_of(world.store, NAME)] == stages


def test_a_standing_explains_itself(guarded: "World") -> None:
    assert stands(guarded).why[0].startswith("Guarded was approved on 2026-03-0")
    guarded.raise_alarm("stale_data", "No batch for 3 days.")
    assert stands(guarded).why[0] == "An alarm is open, stale_data: No batch for 3 days."
    guarded.clock.advance(HOUR_MS)
    suspend(guarded.store, guarded.workspace, guarded.dana, NAME, reason="Stop.")
    assert stands(guarded).why[0].startswith("Suspended holds on 2026-03-0")
    assert stands(guarded).why[-1] == "The owner's ceiling is guarded."


def test_what_was_earned_outlives_the_evidence_that_earned_it(guarded: "World") -> None:
    guarded.clock.advance(120 * DAY_MS)
    assert stands(guarded).held is Stage.GUARDED  # deciding itself looks at the certificate


def test_unknown_decision_points_are_not_found(world: "World") -> None:
    with pytest.raises(NotFound):
        up(world, Stage.ASSIST, name="finance.nothing")
