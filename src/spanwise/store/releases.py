"""Workspace versions, assets, releases and pins: all added, none changed."""

from dataclasses import dataclass

from sqlalchemy import bindparam

from spanwise.store import tables
from spanwise.store.database import Store
from spanwise.store.records import Records

_w = tables.workspace_versions.c
_a = tables.assets.c
_r = tables.releases.c
_p = tables.pins.c


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkspaceVersion:
    """The workspace as it was applied."""

    id: str
    digest: str
    documents: str
    applied_at_ms: int
    applied_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Asset:
    """One immutable version of a model, rule, prompt or schema, by its digest."""

    digest: str
    name: str
    kind: str
    manifest: str
    content: bytes | None
    created_at_ms: int
    created_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """The lock of every digest that can change the output of one decision point."""

    digest: str
    decision_point: str
    manifest: str
    created_at_ms: int
    created_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Pin:
    """Which release a decision point runs from now on, who pinned it and why."""

    id: str
    decision_point: str
    release_digest: str
    pinned_at_ms: int
    pinned_by: str
    reason: str


workspace_versions = Records(tables.workspace_versions, WorkspaceVersion, governs=True)
assets = Records(tables.assets, Asset)
releases = Records(tables.releases, Release)
pins = Records(tables.pins, Pin, governs=True)

_CURRENT_WORKSPACE = workspace_versions.where(order_by=_w.id.desc(), limit=1)
_ASSET = assets.where(_a.digest == bindparam("digest"))
_RELEASE = releases.where(_r.digest == bindparam("digest"))
_PINS = pins.where(_p.decision_point == bindparam("decision_point"), order_by=_p.id.desc())


def current_workspace(store: Store) -> WorkspaceVersion | None:
    return workspace_versions.first(store, _CURRENT_WORKSPACE)


def asset(store: Store, digest: str) -> Asset | None:
    return assets.first(store, _ASSET, digest=digest)


def release(store: Store, digest: str) -> Release | None:
    return releases.first(store, _RELEASE, digest=digest)


def pin_history(store: Store, decision_point: str) -> list[Pin]:
    """Every pin of a decision point, the one in force first."""
    return pins.all(store, _PINS, decision_point=decision_point)
