"""Assets: immutable, named by the digest of everything that can change what they do."""

from spanwise.core.canonical import digest, digest_bytes
from spanwise.core.errors import NotFound
from spanwise.spec.models.assets import Asset as AssetSpec
from spanwise.spec.models.assets import ModelAsset, RuleAsset
from spanwise.store import releases as stored
from spanwise.store.database import Store
from spanwise.store.releases import Asset
from spanwise.store.unit import UnitOfWork


def asset_digest(spec: AssetSpec, content: bytes | None) -> str:
    """The digest of an asset: its declaration and its content together."""
    return digest({"declaration": spec.digest(), "content": _content_digest(content)})


def register_asset(store: Store, unit: UnitOfWork, spec: AssetSpec, content: bytes | None) -> str:
    """Adds an asset unless this very version is known; returns its digest."""
    asset_id = asset_digest(spec, content)
    if stored.asset(store, asset_id) is not None:
        return asset_id
    asset = Asset(
        digest=asset_id,
        name=spec.name,
        kind=spec.kind,
        manifest=spec.model_dump_json(),
        content=content,
        created_at_ms=unit.clock.now_ms(),
        created_by=unit.actor.id,
    )
    stored.assets.add(unit, asset)
    unit.audit("asset.registered", f"asset:{spec.name}", digest=asset_id, kind=spec.kind)
    return asset_id


def read_asset(store: Store, asset_id: str) -> tuple[AssetSpec, bytes | None]:
    """The declaration and content of an asset.

    Raises:
        NotFound: there is no such asset, or its content is not what its digest says.
    """
    asset = stored.asset(store, asset_id)
    if asset is None:
        raise NotFound(f"There is no asset {asset_id}.", "Apply the workspace again.")
    model = ModelAsset if asset.kind == "model" else RuleAsset
    spec = model.model_validate_json(asset.manifest)
    content = None if asset.content is None else bytes(asset.content)
    if asset_digest(spec, content) != asset_id:
        raise NotFound(
            f"Asset '{asset.name}' is not what its digest {asset_id[:12]} says.",
            "Its stored content was changed: pin an earlier release and apply the file again.",
        )
    return spec, content


def _content_digest(content: bytes | None) -> str | None:
    return None if content is None else digest_bytes(content)
