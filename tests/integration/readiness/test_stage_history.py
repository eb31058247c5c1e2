"""Whatever people and alarms do in any order, the rules of stages hold."""

from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from spanwise.core.actor import PLATFORM
from spanwise.core.clock import DAY_MS
from spanwise.core.errors import Conflict
from spanwise.governance.releases import pinned_digest
from spanwise.readiness.stages import clear_alarm, demote, handle_alarms, promote, resume, suspend
from spanwise.readiness.standings import PointStanding, standing_of
from spanwise.routing.stages import rank
from spanwise.spec.models.decision_points import Stage
from spanwise.store.standing import moves_of

if TYPE_CHECKING:
    from tests.integration.readiness.conftest import World

below_guarded = st.sampled_from([Stage.SHADOW, Stage.ASSIST])


def test_no_sequence_of_events_breaks_the_rules_of_stages(world: "World") -> None:
    world.make_ready()
    release = pinned_digest(world.store, world.point.name)
    assert release is not None
    world.certify(release, expires_at_ms=world.clock.now_ms() + 10_000 * DAY_MS)

    class Stages(RuleBasedStateMachine):
        """One decision point, suspended and resumed, promoted, demoted and alarmed at will.

        Every run adds to the same history; it first takes back what the last run had left.
        """

        def __init__(self) -> None:
            super().__init__()
            for alarm in self.now().alarms:
                clear_alarm(world.store, world.workspace, world.dana, alarm.id, reason="Anew.")
            if self.now().standing.suspended:
                self.resume()
            if self.now().held is not Stage.SHADOW:
                self.demote(Stage.SHADOW)
            self.set_ceiling(Stage.GUARDED)
            self.history = moves_of(world.store, world.point.name)
            self.before = self.now()

        def now(self) -> PointStanding:
            return standing_of(world.store, world.point)

        @rule(to=st.sampled_from(Stage))
        def promote(self, to: Stage) -> None:
            was = self.now()
            try:
                promote(
                    world.store,
                    world.workspace,
                    world.dana,
                    world.point.name,
                    to=to,
                    reason="Up.",
                )
            except Conflict:
                assert self.now() == was
                return
            assert rank(self.now().effective) == rank(was.effective) + 1
            assert not was.alarms
            assert not was.standing.suspended

        @rule(to=below_guarded)
        def demote(self, to: Stage) -> None:
            was = self.now()
            try:
                demote(
                    world.store, world.workspace, PLATFORM, world.point.name, to=to, reason="Down."
                )
            except Conflict:
                assert rank(was.held) <= rank(to)
            assert rank(self.now().held) <= rank(to)

        @rule()
        def suspend(self) -> None:
            if not self.now().standing.suspended:
                suspend(world.store, world.workspace, world.lead, world.point.name, reason="Stop.")
            assert self.now().effective is Stage.SUSPENDED

        @precondition(lambda self: self.now().standing.suspended)
        @rule()
        def resume(self) -> None:
            held = self.now().held
            resume(world.store, world.workspace, world.dana, world.point.name, reason="Go on.")
            assert self.now().held is held

        @rule()
        def raise_alarm(self) -> None:
            world.raise_alarm()
            assert rank(self.now().effective) <= rank(Stage.ASSIST)

        @rule()
        def handle_alarms(self) -> None:
            handle_alarms(world.store, world.workspace)
            assert handle_alarms(world.store, world.workspace) == []

        @precondition(lambda self: self.now().alarms)
        @rule()
        def clear_alarm(self) -> None:
            was = self.now()
            alarm = was.alarms[0]
            clear_alarm(world.store, world.workspace, world.dana, alarm.id, reason="Mended.")
            assert rank(self.now().held) <= rank(Stage.ASSIST)
            assert rank(self.now().effective) <= rank(was.effective)

        @rule(ceiling=st.sampled_from([Stage.SHADOW, Stage.ASSIST, Stage.GUARDED]))
        def set_ceiling(self, ceiling: Stage) -> None:
            held = self.now().held
            world.set_ceiling(ceiling)
            assert self.now().held is held

        @rule()
        def wait(self) -> None:
            world.clock.advance(1)

        @invariant()
        def stays_below_every_limit(self) -> None:
            now = self.now()
            assert rank(now.effective) <= rank(now.ceiling)
            assert rank(now.effective) <= rank(now.held)
            if now.alarms:
                assert rank(now.effective) <= rank(Stage.ASSIST)

        @invariant()
        def never_skips_a_stage(self) -> None:
            now = self.now()
            if rank(now.held) > rank(self.before.held):
                assert rank(now.held) == rank(self.before.held) + 1
            self.before = now

        @invariant()
        def never_rewrites_history(self) -> None:
            history = moves_of(world.store, world.point.name)
            assert history[: len(self.history)] == self.history
            self.history = history

    run_state_machine_as_test(
        Stages, settings=settings(max_examples=20, stateful_step_count=20, deadline=None)
    )
