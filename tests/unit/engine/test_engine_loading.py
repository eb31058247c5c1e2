"""From an asset to an engine that runs."""

import pytest
from tests.support.models import lookup_model

from spanwise.engine.loading import load_engine
from spanwise.engine.recommendations import EngineFailed
from spanwise.spec.models.assets import ModelAsset, RuleAsset

MODEL = ModelAsset.model_validate(
    {"asset": "router", "kind": "model", "owner": "ops", "file": "r.onnx", "inputs": ["category"]}
)
RULE = RuleAsset.model_validate(
    {"asset": "all", "kind": "rule", "owner": "ops", "recommend": [{"otherwise": "network"}]}
)


def test_a_model_runs_from_its_content() -> None:
    content = lookup_model(
        {"vpn": (0.25, 0.75)}, labels=("access", "network"), inputs=("category",), by="category"
    )
    assert load_engine(MODEL, content).recommend({"category": "vpn"}).option == "network"


def test_a_model_without_content_does_not_load() -> None:
    with pytest.raises(EngineFailed, match="'router' has no content"):
        load_engine(MODEL, None)


def test_a_rule_needs_no_content() -> None:
    assert load_engine(RULE, None).recommend({}).option == "network"
