"""What the database counts and what anybody counts from exported rows is the same."""

from typing import TYPE_CHECKING
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spanwise.core.clock import DAY_MS
from spanwise.measurement.counts import Counts, count
from spanwise.measurement.daily_counts import DailyCounts
from spanwise.measurement.metrics import quality, recompute

if TYPE_CHECKING:
    from tests.integration.measurement.conftest import World

NOTHING = Counts(first_day=0, last_day=0)
options = st.sampled_from(["left", "right"])
answers = st.tuples(
    st.none() | options,
    st.sampled_from(["ana", "ben"]),
    st.none() | st.floats(0, 300),
    st.integers(0, 3),
)
cases = st.fixed_dictionaries(
    {
        "route": st.sampled_from(["automatic", "review", "withheld"]),
        "stage": st.sampled_from(["guarded", "assist", "shadow"]),
        "reasons": st.sampled_from(["holdout", "stale_data", "certified"]),
        "days_ago": st.integers(0, 9),
        "recommended": options,
        "audit": st.booleans(),
        "probability": st.sampled_from([0.05, 0.1, 1.0]),
        "entity": st.sampled_from([f"C{i}" for i in range(8)]),
        "answers": st.lists(answers, max_size=2),
        "outcomes": st.lists(st.tuples(options, st.integers(0, 2)), max_size=2),
    }
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(cases, max_size=25))
def test_a_scorecard_can_be_computed_again_from_an_export(
    world: "World", made: list[dict[str, object]]
) -> None:
    point = f"desk.{uuid4().hex}"
    play(world, point, made)

    now_ms = world.clock.now_ms()
    today = now_ms // DAY_MS
    from_database = DailyCounts(world.store).of(point, today - 9, today)
    from_rows = count(point, **world.rows)
    again = recompute(point, **world.rows, matures_ms=2 * DAY_MS, now_ms=now_ms)

    assert totals(from_rows) == totals(from_database)
    assert from_rows.audits == from_database.audits
    shown = quality(from_database, today - 3)
    assert again == shown


def play(world: "World", point: str, made: list[dict[str, object]]) -> None:
    for case in made:
        facts = dict(case)
        given_answers, known = facts.pop("answers"), facts.pop("outcomes")
        decision = world.decide(**facts, point=point)  # type: ignore[arg-type]
        for choice, by, touch_min, hours in given_answers:  # type: ignore[attr-defined]
            world.answer(decision, choice, by=by, touch_min=touch_min, after_ms=hours)
        for label, later in known:  # type: ignore[attr-defined]
            world.observe(decision, label, received_at_ms=world.clock.now_ms() + later)
    world.commit()


def totals(counts: Counts) -> dict[tuple[object, ...], list[float]]:
    """Tallies and uses by what they are of, whatever their order."""
    found: dict[tuple[object, ...], list[float]] = {
        (t.day, t.part, t.result, t.wrong_choice): [
            t.cases,
            t.outcomes,
            t.judged,
            t.model_right,
            t.timed,
            t.touch_ms,
            round(t.touch_ms2 / 1_000),
            t.least_audited,
        ]
        for t in counts.tallies
    }
    for use in counts.uses:
        known = found.setdefault((use.day, use.person), [0, 0])
        known[0] += use.eligible
        known[1] += use.used
    return found
