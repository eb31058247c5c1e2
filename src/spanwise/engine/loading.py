"""From an asset of the workspace to an engine that runs."""

from spanwise.engine.onnx_models import OnnxModel
from spanwise.engine.recommendations import Engine, EngineFailed
from spanwise.engine.rules import RuleEngine
from spanwise.spec.models.assets import Asset, ModelAsset


def load_engine(asset: Asset, content: bytes | None) -> Engine:
    """The engine of an asset.

    Raises:
        EngineFailed: its content is missing or does not load.
    """
    if not isinstance(asset, ModelAsset):
        return RuleEngine(asset)
    if content is None:
        raise EngineFailed(f"Model '{asset.name}' has no content.", "Apply the workspace again.")
    return OnnxModel(asset, content)
