"""Plan and apply: what a changed workspace would do, and doing it in one transaction."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from spanwise.core.actor import Actor
from spanwise.governance.assets import asset_digest, register_asset
from spanwise.governance.releases import lock_release, pin, pinned_digest, read_manifest
from spanwise.routing.stages import MoveKind, effective_stage, standing
from spanwise.spec.models.decision_points import DecisionPoint, Stage
from spanwise.spec.workspace import Workspace
from spanwise.store import releases as stored
from spanwise.store import standing as moves
from spanwise.store.database import Store
from spanwise.store.releases import WorkspaceVersion
from spanwise.store.unit import UnitOfWork

_KINDS = ("functions", "contracts", "products", "entities", "assets", "decision_points")


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One document that differs from what is in force.

    Attributes:
        verb: added, changed or removed.
        touches: the decision points whose cases it can change.
    """

    verb: str
    kind: str
    name: str
    touches: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseStep:
    """What becomes of a decision point's release.

    Attributes:
        pinned: it runs from now on; otherwise it is locked and waits for its owner.
    """

    decision_point: str
    release: str
    pinned: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Applied:
    """What an apply did."""

    changes: tuple[Change, ...]
    releases: tuple[ReleaseStep, ...]


def plan(store: Store, workspace: Workspace, contents: Mapping[str, bytes]) -> tuple[Change, ...]:
    """What would change, and which decision points it touches. Writes nothing.

    Args:
        contents: the bytes of each asset's file, by asset name.
    """
    applied = stored.current_workspace(store)
    before = Workspace.from_json(applied.documents) if applied else None
    return (*_document_changes(before, workspace), *_file_changes(store, workspace, contents))


def apply(
    store: Store, actor: Actor, workspace: Workspace, contents: Mapping[str, bytes]
) -> Applied:
    """Puts a checked workspace in force, in one transaction.

    A decision point whose output nobody has seen yet runs its new release at once. Any other
    keeps the pinned one until its owner pins the new one: a file never undoes what was earned.
    """
    changes = plan(store, workspace, contents)
    unit = store.unit(actor)
    if changes or stored.current_workspace(store) is None:
        _add_version(unit, workspace)
    digests = {
        name: register_asset(store, unit, spec, contents.get(name))
        for name, spec in workspace.assets.items()
    }
    steps = []
    for point in workspace.decision_points.values():
        step = _release_step(store, unit, workspace, point, digests)
        if step is not None:
            steps.append(step)
    if unit.writes:
        unit.commit()
    return Applied(changes=changes, releases=tuple(steps))


def _add_version(unit: UnitOfWork, workspace: Workspace) -> None:
    version = WorkspaceVersion(
        id=unit.ids.new("wsv"),
        digest=workspace.digest,
        documents=workspace.to_json(),
        applied_at_ms=unit.clock.now_ms(),
        applied_by=unit.actor.id,
    )
    stored.workspace_versions.add(unit, version)
    unit.audit("workspace.applied", f"workspace:{workspace.settings.name}", digest=version.digest)


def _release_step(
    store: Store,
    unit: UnitOfWork,
    workspace: Workspace,
    point: DecisionPoint,
    digests: dict[str, str],
) -> ReleaseStep | None:
    release = lock_release(store, unit, workspace, point, digests)
    running = pinned_digest(store, point.name)
    if release == running:
        return None
    unseen = running is None or _stage(store, point) is Stage.SHADOW
    if unseen:
        pin(unit, point.name, release, reason="nobody has seen its output yet")
    elif stored.release(store, release) is None:  # told once, when it is new
        unit.publish("release.locked", release, {"decision_point": point.name, "release": release})
    return ReleaseStep(decision_point=point.name, release=release, pinned=unseen)


def _stage(store: Store, point: DecisionPoint) -> Stage:
    """What was earned and lost, whatever the ceiling: that is no way around the gate."""
    history = moves.moves_of(store, point.name)
    held = standing((MoveKind(move.kind), Stage(move.stage)) for move in history)
    return effective_stage(Stage.GUARDED, held, alarm=False)


def _document_changes(before: Workspace | None, after: Workspace) -> Iterator[Change]:
    for kind in _KINDS:
        old: Mapping[str, object] = getattr(before, kind) if before else {}
        new: Mapping[str, object] = getattr(after, kind)
        for name in sorted({*old, *new}):
            if old.get(name) != new.get(name):
                verb = "added" if name not in old else "removed" if name not in new else "changed"
                touches = _touched(after if name in new else before or after, kind, name)
                yield Change(verb=verb, kind=kind, name=name, touches=touches)


def _file_changes(
    store: Store, workspace: Workspace, contents: Mapping[str, bytes]
) -> Iterator[Change]:
    for name, spec in workspace.assets.items():
        if name in contents:
            digest = asset_digest(spec, contents[name])
            touches = _touched(workspace, "assets", name)
            points = (workspace.decision_points[point] for point in touches)
            unknown = stored.asset(store, digest) is None
            if unknown or any(_would_run(store, point, digest) for point in points):
                yield Change(verb="changed", kind="asset files", name=name, touches=touches)


def _would_run(store: Store, point: DecisionPoint, digest: str) -> bool:
    """Whether applying makes a decision point in shadow run another version of an asset."""
    running = pinned_digest(store, point.name)
    if running is None or _stage(store, point) is not Stage.SHADOW:
        return False
    manifest = read_manifest(store, running)
    return digest not in (manifest.recommends, manifest.review_when)


def _touched(workspace: Workspace, kind: str, name: str) -> tuple[str, ...]:
    return tuple(
        point.name
        for point in workspace.decision_points.values()
        if name in _uses(workspace, point).get(kind, ())
    )


def _uses(workspace: Workspace, point: DecisionPoint) -> dict[str, set[str]]:
    products = {source.product for source in point.context}
    declared = [workspace.products[name] for name in products if name in workspace.products]
    return {
        "functions": {point.function},
        "contracts": {product.contract for product in declared},
        "products": products,
        "entities": {point.entity} if point.entity else set(),
        "assets": {a for a in (point.uses.asset, point.routing.review_when) if a},
        "decision_points": {point.name},
    }
