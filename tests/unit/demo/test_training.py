import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from spanwise.core.clock import DAY_MS
from spanwise.core.errors import InvalidInput, MissingExtra
from spanwise.demo import training
from spanwise.demo.incident_log import read_incident_log
from spanwise.demo.incidents import INPUTS, Incident, IncidentHistory
from spanwise.demo.simulator import DEFAULT_START_MS, simulate
from spanwise.demo.training import TrainedModel, train
from spanwise.stats.calibration import Calibration

CUT_MS = DEFAULT_START_MS + 40 * DAY_MS


@pytest.fixture(scope="module")
def history() -> IncidentHistory:
    return simulate(seed=3, days=60).history


@pytest.fixture(scope="module")
def model(history: IncidentHistory) -> TrainedModel:
    return train(history, until_ms=CUT_MS)


def answer(model: TrainedModel, **fields: str) -> tuple[str, float]:
    """Label and highest probability for one incident."""
    session = onnxruntime.InferenceSession(model.onnx, providers=["CPUExecutionProvider"])
    feed = {name: np.array([[fields.get(name, "")]], dtype=object) for name in model.inputs}
    label, probabilities = session.run(None, feed)
    return str(label[0]), float(probabilities.max())


def settled_before_cut(one: Incident) -> bool:
    return one.settled_at_ms is not None and one.settled_at_ms < CUT_MS


def test_it_learns_what_the_categories_say(model: TrainedModel) -> None:
    label, confidence = answer(model, category="vpn", subcategory="client")
    assert label == "network-operations"
    assert confidence > 0.7


def test_a_value_that_was_never_seen_and_a_null_still_get_an_answer(model: TrainedModel) -> None:
    assert answer(model)[0] in model.labels
    assert answer(model, category="never seen", location="é 漢字")[0] in model.labels


def test_it_beats_the_category_lookup_on_later_incidents(model: TrainedModel) -> None:
    both, lookup = model.trials[0], model.trials[-1]
    assert lookup.name == "category lookup"
    assert both.accuracy > lookup.accuracy + 0.05
    assert both.confident_accuracy > 0.85
    assert "category lookup" in model.note


def test_the_conversion_changes_no_answer(model: TrainedModel, history: IncidentHistory) -> None:
    opened = sum(one.opened_at_ms < CUT_MS for one in history.incidents)
    assert model.parity.rows == min(opened, training.MAX_PARITY_ROWS)
    assert model.parity.flips == 0
    assert model.parity.max_difference < 1e-5


def test_the_metadata_says_how_to_read_it(model: TrainedModel) -> None:
    session = onnxruntime.InferenceSession(model.onnx, providers=["CPUExecutionProvider"])
    metadata = session.get_modelmeta().custom_metadata_map
    assert json.loads(metadata["labels"]) == list(model.labels)
    assert json.loads(metadata["inputs"]) == list(INPUTS) == list(model.inputs)
    assert metadata["missing"] == ""
    assert [tensor.name for tensor in session.get_inputs()] == list(INPUTS)
    assert [tensor.name for tensor in session.get_outputs()] == ["label", "probabilities"]
    calibration = Calibration.from_dict(json.loads(metadata["calibration"]))
    assert calibration.n == len(model.confidences) == len(model.correct)


def test_calibration_data_are_the_last_quarter(model: TrainedModel) -> None:
    assert len(model.correct) == pytest.approx(model.trained_on / 4, abs=1)
    assert np.mean(model.correct) == pytest.approx(model.trials[0].accuracy)
    assert all(0 < confidence <= 1 for confidence in model.confidences)


def test_nothing_that_became_known_after_the_cut_changes_a_byte(
    model: TrainedModel, history: IncidentHistory
) -> None:
    another_future = replace(
        history,
        incidents=tuple(
            one if settled_before_cut(one) else replace(one, final_group="service-desk")
            for one in history.incidents
        ),
    )
    assert train(another_future, until_ms=CUT_MS).onnx == model.onnx


def test_it_learns_only_from_settled_incidents_with_a_known_truth(
    model: TrainedModel, history: IncidentHistory
) -> None:
    known = [one for one in history.incidents if settled_before_cut(one) and one.final_group]
    assert model.trained_on == len(known)
    assert model.until_ms == CUT_MS


def test_two_groups_are_enough(history: IncidentHistory) -> None:
    merged = replace(
        history,
        incidents=tuple(
            one
            if one.final_group in {None, "network-operations"}
            else replace(one, final_group="service-desk")
            for one in history.incidents
        ),
    )
    model = train(merged, until_ms=CUT_MS)
    assert model.labels == ("network-operations", "service-desk")
    assert answer(model, category="vpn", subcategory="client")[0] == "network-operations"


def test_one_group_is_nothing_to_learn(history: IncidentHistory) -> None:
    same = tuple(replace(one, final_group="service-desk") for one in history.incidents)
    with pytest.raises(InvalidInput, match="one group"):
        train(replace(history, incidents=same), until_ms=CUT_MS)


def test_too_early_a_cut_is_refused(history: IncidentHistory) -> None:
    with pytest.raises(InvalidInput, match="Train later, on at least 100"):
        train(history, until_ms=DEFAULT_START_MS + DAY_MS)


def test_a_conversion_that_does_not_agree_is_refused(
    history: IncidentHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "MAX_DIFFERENCE", 0.0)
    with pytest.raises(InvalidInput, match="moves scores") as caught:
        train(history, until_ms=CUT_MS)
    assert caught.value.code == "parity_failed"


@pytest.mark.parametrize(
    ("module", "extra"), [("sklearn.ensemble", "train"), ("onnxruntime", "onnx")]
)
def test_a_missing_library_names_its_extra(
    history: IncidentHistory, monkeypatch: pytest.MonkeyPatch, module: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=rf"spanwise\[{extra}\]"):
        train(history, until_ms=CUT_MS)


@pytest.mark.real_data
def test_on_the_real_log_it_beats_the_lookup(data_dir: Path) -> None:
    history = read_incident_log(data_dir)
    settled = sorted(one.settled_at_ms for one in history.incidents if one.settled_at_ms)
    model = train(history, until_ms=settled[int(0.4 * len(settled))])
    both, lookup = model.trials[0], model.trials[-1]
    assert both.accuracy > lookup.accuracy + 0.1
    assert both.confident_accuracy > 0.75
    assert len(model.onnx) < 2_000_000
