"""Cases that run together get the answers that they would get alone, to the last bit."""

import json
import math

import numpy as np
import pytest
from tests.support.models import chance_model

from spanwise.engine.onnx_models import OnnxModel
from spanwise.engine.recommendations import EngineFailed, Recommendation, Value
from spanwise.engine.rules import RuleEngine
from spanwise.engine.together import recommend_together
from spanwise.spec.models.assets import ModelAsset, RuleAsset

FIELDS = ("age", "amount", "distance")


def model_asset(*fields: str) -> ModelAsset:
    return ModelAsset.model_validate(
        {
            "asset": "router",
            "kind": "model",
            "owner": "operations",
            "file": "router.onnx",
            "inputs": [{"name": field, "type": "number"} for field in fields],
        }
    )


@pytest.fixture(scope="module")
def forest() -> OnnxModel:
    """A real forest: its votes are added up in single precision, where order counts."""
    ensemble = pytest.importorskip("sklearn.ensemble")
    pipeline = pytest.importorskip("sklearn.pipeline")
    compose = pytest.importorskip("sklearn.compose")
    skl2onnx = pytest.importorskip("skl2onnx")
    from_sklearn = pytest.importorskip("skl2onnx.common.data_types")
    helper = pytest.importorskip("onnx.helper")
    random = np.random.default_rng(1)
    inputs = random.random((400, len(FIELDS)), dtype=np.float32)
    labels = np.array(["one", "two", "three"])[(inputs.sum(axis=1) * 1.7).astype(int) % 3]
    passed = compose.ColumnTransformer([("all", "passthrough", [0, 1, 2])])
    model = pipeline.make_pipeline(
        passed, ensemble.RandomForestClassifier(40, min_samples_leaf=3, random_state=1)
    ).fit(inputs, labels)
    converted = skl2onnx.convert_sklearn(
        model,
        initial_types=[(name, from_sklearn.FloatTensorType([None, 1])) for name in FIELDS],
        options={id(model[-1]): {"zipmap": False}},
        target_opset={"": 21, "ai.onnx.ml": 3},
    )
    helper.set_model_props(
        converted, {"labels": json.dumps([str(label) for label in model.classes_])}
    )
    return OnnxModel(model_asset(*FIELDS), converted.SerializeToString())


@pytest.mark.parametrize("company", [2, 3, 7, 32, 100])
def test_a_score_is_the_same_alone_and_in_any_company(forest: OnnxModel, company: int) -> None:
    random = np.random.default_rng(2)
    cases: list[dict[str, Value]] = [
        dict(zip(FIELDS, row.tolist(), strict=True)) for row in random.random((200, len(FIELDS)))
    ]
    alone = [forest.recommend(case) for case in cases]
    together = [
        answer
        for at in range(0, len(cases), company)
        for answer in forest.recommend_together(cases[at : at + company])
    ]
    assert together == alone


def test_a_case_that_fails_does_not_fail_the_others() -> None:
    model = OnnxModel(model_asset("chance"), chance_model())
    cases: list[dict[str, Value]] = [
        {"chance": 0.75},
        {"chance": "often"},
        {"chance": math.nan},
        {"chance": 0.25},
    ]
    first, text, number, last = recommend_together(model, cases)
    assert isinstance(first, Recommendation)
    assert isinstance(last, Recommendation)
    assert [(one.option, one.score) for one in (first, last)] == [("yes", 0.75), ("no", 0.75)]
    assert isinstance(text, EngineFailed)
    assert "'often' is not a number" in text.message
    assert isinstance(number, EngineFailed)


def test_one_case_that_fails_is_told_why() -> None:
    model = OnnxModel(model_asset("chance"), chance_model())
    (answer,) = recommend_together(model, [{"chance": "often"}])
    assert isinstance(answer, EngineFailed)


def test_a_rule_answers_each_case() -> None:
    rule = RuleEngine(
        RuleAsset.model_validate(
            {
                "asset": "by-amount",
                "kind": "rule",
                "owner": "operations",
                "recommend": [
                    {"when": "amount > 100", "option": "ask"},
                    {"otherwise": "pay"},
                ],
            }
        )
    )
    answers = recommend_together(rule, [{"amount": 500}, {"amount": 5}])
    assert [one.option for one in answers if isinstance(one, Recommendation)] == ["ask", "pay"]
