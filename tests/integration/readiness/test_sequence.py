"""Which function is next, and why, in the words of its own figures."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from spanwise.core.actor import PLATFORM
from spanwise.core.clock import DAY_MS
from spanwise.measurement.baselines import record_share
from spanwise.readiness.assess import assess_function
from spanwise.readiness.sequence import ExpansionPlan, Progress, sequence
from spanwise.readiness.stages import promote
from spanwise.spec.models.decision_points import Stage

if TYPE_CHECKING:
    from tests.integration.readiness.conftest import World


def plan(world: "World", priorities: Sequence[str] = ()) -> ExpansionPlan:
    readiness = {
        name: assess_function(world.store, world.workspace, function)
        for name, function in world.workspace.functions.items()
    }
    return sequence(world.store, world.workspace, readiness, priorities=priorities)


def measure_people(world: "World", function: str, *, right: int, n: int = 100) -> None:
    unit = world.store.unit(PLATFORM)
    record_share(unit, f"{function}.approve", successes=right, n=n, source="the books of 2025")
    unit.commit()


def to_assist(world: "World", function: str) -> None:
    promote(
        world.store,
        world.workspace,
        world.dana,
        f"{function}.approve",
        to=Stage.ASSIST,
        reason="It has earned it.",
    )


@pytest.fixture
def three(world: "World") -> "World":
    """Finance and support are ready; people err more often in support; hr has not begun."""
    world.add_function("support")
    world.add_function("hr")
    world.make_ready("finance")
    world.make_ready("support")
    measure_people(world, "finance", right=90)
    measure_people(world, "support", right=60)
    return world


def test_ready_functions_come_first_by_what_is_at_stake(three: "World") -> None:
    found = plan(three)
    assert [(p.function, p.progress) for p in found.positions] == [
        ("support", Progress.READY),
        ("finance", Progress.READY),
        ("hr", Progress.NOT_READY),
    ]
    assert [position.place for position in found.positions] == [1, 2, 3]
    assert found.next_function == "support"
    first = found.positions[0]
    assert first.stage is Stage.SHADOW
    assert first.worth.cases_per_week == pytest.approx(40)
    assert first.worth.people_error == pytest.approx(0.4)
    assert first.why == found.next_why
    assert first.why.startswith("Ready: people decide about 16.0 cases a week wrongly")


def test_what_is_not_ready_says_what_stands_in_the_way(three: "World") -> None:
    last = plan(three).positions[-1]
    assert last.why.startswith("Not ready. hr.cases: No batch of 'hr.cases'")
    assert last.fix == "Ingest a batch of it."
    assert last.worth.unknowns[0] == "how many cases there are"


def test_a_statement_is_no_measurement(three: "World") -> None:
    three.edit(
        "finance",
        "stage: guarded",
        "stage: guarded\nbaseline: {stated: {error_rate: 90%, source: hearsay}}",
    )
    finance = next(p for p in plan(three).positions if p.function == "finance")
    assert finance.worth.people_error == pytest.approx(0.1)


def test_unknown_worth_comes_after_known_worth_and_priority_breaks_ties(world: "World") -> None:
    for name in ("support", "legal"):
        world.add_function(name)
    for name in ("finance", "support", "legal"):
        world.make_ready(name)
    measure_people(world, "support", right=99)
    assert [p.function for p in plan(world).positions] == ["support", "finance", "legal"]
    urgent = plan(world, priorities=["legal", "finance", "support"])
    assert [p.function for p in urgent.positions] == ["support", "legal", "finance"]
    assert urgent.positions[1].why == (
        "Ready, but after those with figures: nobody knows how often people err, as measured and "
        "how likely the release errs no more often than people."
    )


def test_business_priority_never_makes_up_for_readiness(three: "World") -> None:
    urgent = plan(three, priorities=["hr", "finance"])
    assert [p.function for p in urgent.positions] == ["support", "finance", "hr"]


def test_the_next_one_waits_for_a_free_place(three: "World") -> None:
    to_assist(three, "finance")
    found = plan(three)
    assert [p.progress for p in found.positions] == ["under_way", "ready", "not_ready"]
    assert found.positions[0].why == "Under way at assist: it comes before any new one."
    assert (found.under_way, found.most_under_way) == (("finance",), 1)
    assert found.next_function is None
    assert found.next_why == "'support' waits: finance must settle first."


def test_a_settled_function_stands_last_and_frees_its_place(three: "World") -> None:
    three.set_ceiling(Stage.ASSIST)
    to_assist(three, "finance")
    found = plan(three)
    assert found.positions[-1].function == "finance"
    assert found.positions[-1].progress is Progress.SETTLED
    assert found.next_function == "support"


def test_where_nothing_is_ready_the_nearest_is_named(world: "World") -> None:
    found = plan(world)
    assert found.next_function is None
    assert found.next_why.startswith("'finance' is the nearest. Not ready.")


def test_old_cases_say_nothing_of_the_volume_now(three: "World") -> None:
    three.clock.advance(40 * DAY_MS)
    assert all(p.worth.cases_per_week is None for p in plan(three).positions)
