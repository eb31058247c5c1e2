"""ONNX classifiers: real models, and what becomes of broken ones."""

import json
import math
import sys

import pytest
from tests.support.models import chance_model, lookup_model, metadata

from spanwise.core.errors import MissingExtra
from spanwise.engine.onnx_models import OnnxModel
from spanwise.engine.recommendations import EngineFailed, Value
from spanwise.engine.together import recommend_together
from spanwise.spec.models.assets import ModelAsset
from spanwise.stats.calibration import Calibration

GROUPS = ("access", "network", "payments")
INPUTS = ("category", "location")


def asset(*inputs: str | dict[str, str], **said: str) -> ModelAsset:
    return ModelAsset.model_validate(
        {
            "asset": "router",
            "kind": "model",
            "owner": "operations",
            "file": "router.onnx",
            "inputs": inputs or INPUTS,
            **said,
        }
    )


def router(**options: object) -> bytes:
    scores = {"vpn": (0.125, 0.75, 0.125), "refund": (0.0, 0.0, 1.0), "": (0.5, 0.25, 0.25)}
    return lookup_model(scores, labels=GROUPS, inputs=INPUTS, by="category", **options)  # type: ignore[arg-type]


def test_it_recommends_the_most_probable_class_with_its_score() -> None:
    model = OnnxModel(asset(), router())
    assert model.options == GROUPS
    given = model.recommend({"category": "vpn", "location": "lisbon"})
    assert (given.option, given.score, given.confidence) == ("network", 0.75, None)


@pytest.mark.parametrize("values", [{"category": None, "location": None}, {}])
def test_no_value_is_the_empty_text_that_it_was_in_training(values: dict[str, Value]) -> None:
    assert OnnxModel(asset(), router()).recommend(values).option == "access"


def test_a_text_that_it_never_saw_still_gets_an_answer() -> None:
    given = OnnxModel(asset(), router()).recommend({"category": "é 漢字\n"})
    assert given.option in GROUPS
    assert given.score == pytest.approx(1 / 3)


def test_a_number_is_given_to_a_text_input_as_its_text() -> None:
    model = lookup_model(
        {"26": (0.0, 1.0)}, labels=("no", "yes"), inputs=("category",), by="category"
    )
    assert OnnxModel(asset("category"), model).recommend({"category": 26}).option == "yes"


def test_text_is_normalised_as_it_was_in_training_only_where_the_asset_says_so() -> None:
    values: dict[str, Value] = {"category": "  VPN\n", "location": "Lisbon"}
    plain = OnnxModel(asset(), router())
    normalising = OnnxModel(asset(normalise="lower_and_collapse"), router())
    assert plain.recommend(values).score == pytest.approx(1 / 3)
    assert normalising.recommend(values).option == "network"


def test_cases_that_run_together_get_what_each_gets_alone() -> None:
    calibration = Calibration(scores=(0.5, 1.0), confidences=(0.25, 0.75), n=40)
    model = OnnxModel(asset(), router(says=metadata(GROUPS, calibration)))
    cases: list[dict[str, Value]] = [
        {"category": "vpn"},
        {"category": None},
        {"category": "refund", "location": "lisbon"},
        {},
        {"category": "vpn"},
    ]
    assert model.recommend_together(cases) == [model.recommend(values) for values in cases]


def test_a_case_that_fails_does_not_fail_those_beside_it() -> None:
    model = OnnxModel(asset({"name": "chance", "type": "number"}), chance_model())
    cases: list[dict[str, Value]] = [{"chance": 0.75}, {"chance": None}, {"chance": 0.25}]
    first, failed, last = recommend_together(model, cases)
    assert isinstance(failed, EngineFailed)
    assert (first, last) == (model.recommend(cases[0]), model.recommend(cases[2]))


def test_its_calibration_stands_in_its_metadata() -> None:
    calibration = Calibration(scores=(0.5, 1.0), confidences=(0.25, 0.75), n=40)
    model = OnnxModel(asset(), router(says=metadata(GROUPS, calibration)))
    confidences = [
        model.recommend({"category": category}).confidence for category in ("vpn", "refund", "new")
    ]
    assert confidences == [0.5, 0.75, 0.25]


@pytest.mark.parametrize(
    ("value", "option"), [(0.75, "yes"), ("0.75", "yes"), (0, "no"), (True, "yes")]
)
def test_a_number_may_come_as_text(value: Value, option: str) -> None:
    model = OnnxModel(asset({"name": "chance", "type": "number"}), chance_model())
    assert model.recommend({"chance": value}).option == option


def test_text_that_is_no_number_fails_and_names_it() -> None:
    model = OnnxModel(asset({"name": "chance", "type": "number"}), chance_model())
    with pytest.raises(EngineFailed, match="'often' is not a number"):
        model.recommend({"chance": "often"})


@pytest.mark.parametrize("value", [None, math.nan, math.inf, 10**400, 1.5, -0.5])
def test_a_score_that_is_no_probability_is_never_an_answer(value: Value) -> None:
    model = OnnxModel(asset({"name": "chance", "type": "number"}), chance_model())
    with pytest.raises(EngineFailed):
        model.recommend({"chance": value})


def test_a_score_that_rounding_lifted_over_one_counts_as_one() -> None:
    model = OnnxModel(asset({"name": "chance", "type": "number"}), chance_model())
    assert model.recommend({"chance": 1.0000001}).score == 1.0


def test_bytes_that_are_no_model_do_not_load() -> None:
    with pytest.raises(EngineFailed, match="'router' does not load") as raised:
        OnnxModel(asset(), b"not a model")
    assert raised.value.code == "model_failed"
    assert "Export it" in raised.value.fix


@pytest.mark.parametrize(
    "says", [{}, {"labels": "access, network"}, {"labels": "3"}, {"labels": '{"0": "access"}'}]
)
def test_a_model_that_does_not_name_its_classes_does_not_load(says: dict[str, str]) -> None:
    with pytest.raises(EngineFailed, match="does not name its classes"):
        OnnxModel(asset(), router(says=says))


@pytest.mark.parametrize(
    "calibration",
    [
        "often right",
        "{}",
        '{"method": "platt", "scores": ["0"], "confidences": ["0"], "n": 1}',
        '{"method": "isotonic", "scores": ["0", "1"], "confidences": ["1", "0"], "n": 1}',
        '{"method": "isotonic", "scores": ["0"], "confidences": ["nan"], "n": 1}',
        "[]",
    ],
)
def test_a_calibration_that_cannot_be_read_is_not_passed_over(calibration: str) -> None:
    with pytest.raises(EngineFailed, match="calibration"):
        OnnxModel(asset(), router(says={**metadata(GROUPS), "calibration": calibration}))


@pytest.mark.parametrize("inputs", [("category",), ("category", "location", "priority"), ("kind",)])
def test_the_inputs_are_those_that_the_asset_lists(inputs: tuple[str, ...]) -> None:
    with pytest.raises(EngineFailed, match=r"reads \['category', 'location'\]"):
        OnnxModel(asset(*inputs), router())


def test_a_model_without_probabilities_does_not_load() -> None:
    with pytest.raises(EngineFailed):
        OnnxModel(asset({"name": "chance", "type": "number"}), chance_model(outputs=1))


def test_an_input_of_another_type_fails_and_is_no_crash() -> None:
    model = OnnxModel(asset("chance"), chance_model())
    with pytest.raises(EngineFailed, match="'router' failed"):
        model.recommend({"chance": "0.5"})


def test_more_classes_than_names_is_no_crash() -> None:
    with pytest.raises(EngineFailed):
        OnnxModel(asset(), router(says=metadata(GROUPS[:2]))).recommend({"category": "refund"})


def test_probabilities_by_name_are_refused_and_are_no_crash() -> None:
    """Converters give a list of maps unless they are told otherwise."""
    with pytest.raises(EngineFailed):
        OnnxModel(asset(), router(zipmap=True)).recommend({"category": "vpn"})


def test_labels_are_kept_in_the_order_of_the_probabilities() -> None:
    says = {"labels": json.dumps(["c", "a", "b"])}
    model = OnnxModel(asset(), router(says=says))
    assert model.recommend({"category": "vpn"}).option == "a"


def test_a_missing_runtime_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingExtra, match="'onnx'"):
        OnnxModel(asset(), router())
