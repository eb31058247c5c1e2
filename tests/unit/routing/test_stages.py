"""The lowest of ceiling, earned and demoted holds, and an alarm acts before anybody does."""

from hypothesis import given
from hypothesis import strategies as st

from spanwise.routing.stages import MoveKind, Standing, effective_stage, rank, standing
from spanwise.spec.models.decision_points import Stage

stages = st.sampled_from([Stage.SHADOW, Stage.ASSIST, Stage.GUARDED])
moves = st.lists(st.tuples(st.sampled_from(MoveKind), stages), max_size=8)


def test_a_new_decision_point_stays_in_shadow_whatever_its_ceiling() -> None:
    assert effective_stage(Stage.GUARDED, Standing(), alarm=False) is Stage.SHADOW


def test_a_demotion_holds_until_a_stage_is_earned_again() -> None:
    held = standing([(MoveKind.EARNED, Stage.GUARDED), (MoveKind.DEMOTED, Stage.ASSIST)])
    assert effective_stage(Stage.GUARDED, held, alarm=False) is Stage.ASSIST
    again = held.after(MoveKind.EARNED, Stage.GUARDED)
    assert effective_stage(Stage.GUARDED, again, alarm=False) is Stage.GUARDED


def test_suspension_keeps_what_was_earned() -> None:
    held = standing([(MoveKind.EARNED, Stage.ASSIST), (MoveKind.SUSPENDED, Stage.SUSPENDED)])
    assert effective_stage(Stage.GUARDED, held, alarm=False) is Stage.SUSPENDED
    resumed = held.after(MoveKind.RESUMED, Stage.ASSIST)
    assert effective_stage(Stage.GUARDED, resumed, alarm=False) is Stage.ASSIST


@given(stages, moves, st.booleans())
def test_the_effective_stage_never_exceeds_any_limit(
    ceiling: Stage, history: list[tuple[MoveKind, Stage]], alarm: bool
) -> None:
    held = standing(history)
    stage = effective_stage(ceiling, held, alarm=alarm)
    assert rank(stage) <= rank(ceiling)
    assert rank(stage) <= rank(held.earned)
    if alarm:
        assert stage is not Stage.GUARDED
