"""Releases: the lock of every digest that can change one decision point's output, and its pin."""

from dataclasses import dataclass

import msgspec

from spanwise.core.canonical import canonical, digest_bytes
from spanwise.core.errors import NotFound
from spanwise.engine.loading import load_engine
from spanwise.engine.recommendations import Engine
from spanwise.engine.rules import Condition
from spanwise.governance.assets import read_asset
from spanwise.spec.models.assets import RuleAsset
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.spec.workspace import Workspace
from spanwise.store import releases as stored
from spanwise.store.database import Store
from spanwise.store.releases import Pin, Release
from spanwise.store.unit import UnitOfWork


class ReleaseManifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a release locks.

    Attributes:
        output: digest of the parts of the decision point that shape its output.
        recommends: digest of the model or rule that recommends.
        review_when: digest of the rule that sends cases to a person, if there is one.
        contracts: digest of the contract of each data product that is read.
    """

    decision_point: str
    output: str
    recommends: str
    review_when: str | None
    contracts: dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pinned:
    """A pinned release, loaded and ready to run."""

    digest: str
    engine: Engine
    review_when: Condition | None


_decode = msgspec.json.Decoder(ReleaseManifest).decode


def lock_release(
    store: Store,
    unit: UnitOfWork,
    workspace: Workspace,
    point: DecisionPoint,
    asset_digests: dict[str, str],
) -> str:
    """Locks what the decision point would run now; returns the digest of the release.

    Args:
        asset_digests: the digest of each registered asset, by name.
    """
    guard = point.routing.review_when
    manifest = ReleaseManifest(
        decision_point=point.name,
        output=_output_digest(point),
        recommends=asset_digests[point.uses.asset],
        review_when=asset_digests[guard] if guard else None,
        contracts={
            source.product: _contract_digest(workspace, source.product) for source in point.context
        },
    )
    content = canonical(msgspec.to_builtins(manifest))
    release_digest = digest_bytes(content)
    if stored.release(store, release_digest) is None:
        release = Release(
            digest=release_digest,
            decision_point=point.name,
            manifest=content.decode(),
            created_at_ms=unit.clock.now_ms(),
            created_by=unit.actor.id,
        )
        stored.releases.add(unit, release)
        unit.audit("release.locked", f"decision_point:{point.name}", release=release_digest)
    return release_digest


def pin(unit: UnitOfWork, decision_point: str, release_digest: str, *, reason: str) -> None:
    """Makes a decision point run a release from the next case on."""
    record = Pin(
        id=unit.ids.new("pin"),
        decision_point=decision_point,
        release_digest=release_digest,
        pinned_at_ms=unit.clock.now_ms(),
        pinned_by=unit.actor.id,
        reason=reason,
    )
    stored.pins.add(unit, record)
    unit.audit(
        "release.pinned", f"decision_point:{decision_point}", release=release_digest, reason=reason
    )


def pinned_digest(store: Store, decision_point: str) -> str | None:
    """The digest of the release that a decision point runs; None before the first pin."""
    history = stored.pin_history(store, decision_point)
    return history[0].release_digest if history else None


def read_manifest(store: Store, release_digest: str) -> ReleaseManifest:
    """What a release locks.

    Raises:
        NotFound: there is no such release.
    """
    release = stored.release(store, release_digest)
    if release is None:
        raise NotFound(f"There is no release {release_digest}.", "Pin one that exists.")
    return _decode(release.manifest)


def load_release(store: Store, release_digest: str) -> Pinned:
    """A release with its engine loaded, checked against the digests that it locks.

    Raises:
        NotFound: the release or one of its assets is missing or was changed.
        EngineFailed: the engine does not load.
    """
    manifest = read_manifest(store, release_digest)
    engine = load_engine(*read_asset(store, manifest.recommends))
    guard = None
    if manifest.review_when is not None:
        spec, _ = read_asset(store, manifest.review_when)
        guard = Condition(spec) if isinstance(spec, RuleAsset) else None
    return Pinned(digest=release_digest, engine=engine, review_when=guard)


def _output_digest(point: DecisionPoint) -> str:
    shaping = point.model_dump(
        mode="json", include={"moment", "context", "uses", "kind", "options", "actions", "routing"}
    )
    # How much is audited or tolerated changes who decides, not what is recommended.
    shaping["routing"] = {"review_when": point.routing.review_when}
    return digest_bytes(msgspec.json.encode(shaping, order="sorted"))


def _contract_digest(workspace: Workspace, product: str) -> str:
    return workspace.contracts[workspace.products[product].contract].digest()
