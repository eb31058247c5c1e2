"""Apply puts files in force in one transaction, and never undoes what was earned."""

import json
from pathlib import Path

import pytest
from tests.support.models import lookup_model
from tests.support.operations import (
    GROUPS,
    ROUTER,
    SCORES,
    STEADY,
    Operations,
    example_workspace,
)

from spanwise.core.actor import PLATFORM
from spanwise.core.clock import FixedClock
from spanwise.core.errors import InvalidInput
from spanwise.demo.incidents import INPUTS
from spanwise.demo.organisation import DECISION_POINT, write_workspace
from spanwise.routing.stages import MoveKind
from spanwise.spec.models.decision_points import Stage
from spanwise.store import releases as stored
from spanwise.store.database import Store
from spanwise.workspace.apply import Change, ReleaseStep, apply, plan
from spanwise.workspace.load import load

OTHER_MODEL = lookup_model(
    {**SCORES, "vpn": (0.0, 0.0, 1.0)}, labels=GROUPS, inputs=INPUTS, by="category"
)
ROUTE = (DECISION_POINT,)


def history(operations: Operations) -> list[str]:
    """Every release that was pinned, the one in force first."""
    return [pin.release_digest for pin in stored.pin_history(operations.store, DECISION_POINT)]


def changes(operations: Operations, *words: tuple[str, str], model: bytes = ROUTER) -> list[Change]:
    """What an apply would change, beyond what is in force."""
    workspace = example_workspace(*STEADY, *words)
    return list(plan(operations.store, workspace, {"incident-router": model}))


def test_it_pins_whatever_nobody_has_seen(
    sqlite_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    store = Store.open(sqlite_url, clock=clock)
    loaded = load(write_workspace(tmp_path, ROUTER, changes={}))
    planned = plan(store, loaded.workspace, loaded.contents())
    assert stored.current_workspace(store) is None
    applied = apply(store, PLATFORM, loaded.workspace, loaded.contents())
    assert applied.changes == planned
    assert {(change.verb, change.kind) for change in planned} == {
        ("added", "functions"),
        ("added", "contracts"),
        ("added", "products"),
        ("added", "assets"),
        ("added", "decision_points"),
        ("changed", "asset files"),
    }
    assert {change.touches for change in planned} == {ROUTE}
    (step,) = applied.releases
    assert step == ReleaseStep(
        decision_point=DECISION_POINT, release=Operations(store, clock).release, pinned=True
    )
    store.close()


def test_nothing_changes(operations: Operations) -> None:
    before = stored.current_workspace(operations.store)
    applied = operations.apply()
    assert (applied.changes, applied.releases) == ((), ())
    assert stored.current_workspace(operations.store) == before
    assert len(operations.entries("workspace.applied")) == 1
    assert len(history(operations)) == 1


def test_nothing_changes_beyond_shadow_either(operations: Operations) -> None:
    operations.earn(Stage.ASSIST)
    operations.apply(model=OTHER_MODEL)
    locked = len(operations.messages("release.locked"))
    assert operations.apply(model=OTHER_MODEL).changes == ()
    assert len(operations.messages("release.locked")) == locked == 1


def test_other_words_with_the_same_meaning_are_no_change(operations: Operations) -> None:
    assert (
        changes(operations, ("due: 4h", "due: 240m"), ("max_error: 15%", "max_error: 0.15")) == []
    )


@pytest.mark.parametrize(
    ("was", "now", "kind", "name"),
    [
        ("latency_budget: 400ms", "latency_budget: 300ms", "functions", "operations"),
        ("version: 1.0.0", "version: 1.0.1", "contracts", "urn:meridian:incidents"),
        ("time_zone: UTC", "time_zone: Europe/Lisbon", "products", "operations.incidents"),
        ("impact in ['1', 'high'] or", "impact in ['1'] or", "assets", "critical-incident"),
        ("title: Assignment group", "title: The group", "assets", "incident-router"),
        ("due: 4h", "due: 3h", "decision_points", DECISION_POINT),
    ],
)
def test_it_is_told_whom_it_touches(
    operations: Operations, was: str, now: str, kind: str, name: str
) -> None:
    expected = Change(verb="changed", kind=kind, name=name, touches=ROUTE)
    told = [change for change in changes(operations, (was, now)) if change.kind == kind]
    assert told == [expected]


def test_what_nobody_uses_touches_nobody(operations: Operations) -> None:
    spare = 'asset: spare\nkind: rule\nowner: operations\nexpression: "true"\n---\n'
    known = "asset: critical-incident"
    (change,) = changes(operations, (known, spare + known))
    assert change == Change(verb="added", kind="assets", name="spare", touches=())


def test_what_is_removed_touches_those_who_used_it(operations: Operations) -> None:
    told = changes(operations, (": operations.route-incident", ": operations.send-incident"))
    assert [(change.verb, change.name, change.touches) for change in told] == [
        ("removed", DECISION_POINT, ROUTE),
        ("added", "operations.send-incident", ("operations.send-incident",)),
    ]


def test_a_plan_writes_nothing(operations: Operations) -> None:
    before = stored.current_workspace(operations.store)
    assert changes(operations, ("due: 4h", "due: 3h"), model=OTHER_MODEL)
    assert stored.current_workspace(operations.store) == before
    assert len(history(operations)) == 1


def test_what_is_planned_is_what_is_applied(operations: Operations) -> None:
    planned = changes(operations, ("due: 4h", "due: 3h"), model=OTHER_MODEL)
    applied = operations.apply(("due: 4h", "due: 3h"), model=OTHER_MODEL)
    assert list(applied.changes) == planned


def test_another_file_under_the_same_name_is_a_change(operations: Operations) -> None:
    assert changes(operations, model=OTHER_MODEL) == [
        Change(verb="changed", kind="asset files", name="incident-router", touches=ROUTE)
    ]


def test_going_back_to_an_earlier_file_is_a_change_too(operations: Operations) -> None:
    operations.apply(model=OTHER_MODEL)
    planned = changes(operations, model=ROUTER)
    assert planned == [
        Change(verb="changed", kind="asset files", name="incident-router", touches=ROUTE)
    ]
    assert list(operations.apply(model=ROUTER).changes) == planned


def test_everything_is_written_by_whoever_applied_it(operations: Operations) -> None:
    operations.apply(("due: 4h", "due: 3h"), model=OTHER_MODEL)
    version = stored.current_workspace(operations.store)
    assert version is not None
    assert version.applied_by == PLATFORM.id
    entries = operations.entries("workspace.applied")
    assert json.loads(entries[-1].body) == {"digest": version.digest}
    pinned = json.loads(operations.entries("release.pinned")[-1].body)
    assert pinned["release"] == operations.release


def test_files_with_problems_never_get_here(tmp_path: Path) -> None:
    wrong = {"team: service-desk\n": "team: night-shift\n"}
    loaded = load(write_workspace(tmp_path, ROUTER, changes=wrong))
    with pytest.raises(InvalidInput, match="night-shift"):
        _ = loaded.workspace


def test_in_shadow_a_changed_model_runs_at_once(operations: Operations) -> None:
    before = operations.release
    (step,) = operations.apply(model=OTHER_MODEL).releases
    assert step.pinned
    assert operations.release == step.release != before
    assert history(operations) == [step.release, before]
    assert operations.record(operations.decide()).recommendation == "payments"


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("on_stale: review", "on_stale: flag"),
        ("version: 1.0.0", "version: 1.0.1"),
        ("review_when: critical-incident     # always a person", ""),
        ("impact in ['1', 'high'] or", "impact in ['1'] or"),
    ],
)
def test_whatever_can_change_the_output_is_another_release(
    operations: Operations, was: str, now: str
) -> None:
    before = operations.release
    operations.apply((was, now))
    assert operations.release != before


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("due: 4h", "due: 3h"),
        ("max_error: 15%", "max_error: 10%"),
        ("audit_rate: 5%", "audit_rate: 50%"),
        ("latency_budget: 400ms", "latency_budget: 300ms"),
        ("stage: guarded ", "stage: assist "),
    ],
)
def test_what_only_changes_who_decides_is_not(operations: Operations, was: str, now: str) -> None:
    applied = operations.apply((was, now))
    assert applied.changes
    assert applied.releases == ()


@pytest.mark.parametrize("stage", [Stage.ASSIST, Stage.GUARDED])
def test_beyond_shadow_it_is_locked_and_waits(operations: Operations, stage: Stage) -> None:
    before = operations.release
    operations.earn(stage)
    (step,) = operations.apply(model=OTHER_MODEL).releases
    assert not step.pinned
    assert operations.release == before != step.release
    assert stored.release(operations.store, step.release) is not None
    assert operations.decide().recommendation == "network"
    (message,) = operations.messages("release.locked")
    assert json.loads(message.payload)["release"] == step.release


def test_suspended_it_waits_too(operations: Operations) -> None:
    before = operations.release
    operations.earn(Stage.ASSIST)
    operations.move(MoveKind.SUSPENDED, Stage.SUSPENDED)
    operations.apply(model=OTHER_MODEL)
    assert operations.release == before


def test_a_lower_ceiling_in_a_file_is_no_way_around_the_gate(operations: Operations) -> None:
    before = operations.release
    operations.earn(Stage.ASSIST)
    operations.apply(("stage: guarded ", "stage: shadow "), model=OTHER_MODEL)
    operations.apply(model=OTHER_MODEL)
    assert operations.release == before
    assert operations.decide().recommendation == "network"


def test_a_file_neither_gives_nor_takes_a_stage(operations: Operations) -> None:
    operations.guard()
    operations.apply(("stage: guarded ", "stage: assist "))
    operations.apply()
    assert operations.decide().route == "automatic"
