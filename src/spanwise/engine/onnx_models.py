"""ONNX classifiers: one named input a field, a label and its probability out."""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from spanwise.core.extras import load_extra
from spanwise.engine.recommendations import EngineFailed, Recommendation, Value
from spanwise.spec.models.assets import ModelAsset
from spanwise.stats.calibration import Calibration

# The token that stands for "no value" in text inputs, in training as in serving.
MISSING_TEXT = ""
_SPACE = re.compile(r"\s+")


class OnnxModel:
    """A classifier loaded from the bytes of an ONNX file.

    The model has one `[None, 1]` input for each field, text or float, and two outputs: labels and
    the probability of every class. Its classes stand in the metadata under `labels`, and its
    isotonic calibration, where it has one, under `calibration`; both as JSON.

    Args:
        asset: what the workspace says of the model.
        content: the file.

    Raises:
        EngineFailed: it does not load, or its inputs are not the asset's.
    """

    def __init__(self, asset: ModelAsset, content: bytes) -> None:
        runtime = load_extra("onnxruntime", "onnx", f"Model '{asset.name}'")
        settings = runtime.SessionOptions()
        # One thread each: many sessions share few cores, and a row takes microseconds.
        settings.intra_op_num_threads = 1
        settings.inter_op_num_threads = 1
        settings.log_severity_level = 4
        try:
            self._session = runtime.InferenceSession(
                content, settings, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise EngineFailed(
                f"Model '{asset.name}' does not load: {error}.", "Export it to ONNX again."
            ) from error
        self._name = asset.name
        self._fields = tuple((field.name, field.type) for field in asset.inputs)
        self._collapse = asset.normalise == "lower_and_collapse"
        self.options = self._labels()
        self._calibration = self._read_calibration()
        self._outputs = [output.name for output in self._session.get_outputs()]
        self._check_inputs()

    def recommend(self, values: Mapping[str, Value]) -> Recommendation:
        feed = {name: self._tensor(values.get(name), kind) for name, kind in self._fields}
        try:
            outputs: list[Any] = self._session.run(self._outputs, feed)
        except Exception as error:
            raise EngineFailed(f"Model '{self._name}' failed: {error}.") from error
        probabilities = outputs[1][0]
        best = int(probabilities.argmax())
        score = float(probabilities[best])
        if not (math.isfinite(score) and 0.0 <= score <= 1.0 + 1e-6):
            raise EngineFailed(f"Model '{self._name}' gave the score {score}.")
        score = min(score, 1.0)
        confidence = self._calibration.calibrate(score) if self._calibration else None
        return Recommendation(option=self.options[best], score=score, confidence=confidence)

    def _tensor(self, value: Value, kind: str) -> Any:
        if kind == "number":
            return np.array([[_as_number(value)]], dtype=np.float32)
        text = MISSING_TEXT if value is None else str(value)
        if self._collapse:
            text = _SPACE.sub(" ", text.lower()).strip()
        return np.array([[text]], dtype=object)

    def _labels(self) -> tuple[str, ...]:
        metadata = self._session.get_modelmeta().custom_metadata_map
        try:
            return tuple(str(label) for label in json.loads(metadata["labels"]))
        except (KeyError, ValueError) as error:
            raise EngineFailed(
                f"Model '{self._name}' does not name its classes.",
                "Put them into the ONNX metadata under 'labels', as a JSON list.",
            ) from error

    def _read_calibration(self) -> Calibration | None:
        text = self._session.get_modelmeta().custom_metadata_map.get("calibration")
        if text is None:
            return None
        try:
            return Calibration.from_dict(json.loads(text))
        except (KeyError, TypeError, ValueError) as error:
            raise EngineFailed(
                f"The calibration of model '{self._name}' cannot be read: {error}.",
                "Fit it again, or leave it out.",
            ) from error

    def _check_inputs(self) -> None:
        has = {tensor.name for tensor in self._session.get_inputs()}
        wants = {name for name, _ in self._fields}
        if has != wants or len(self._outputs) < 2:
            raise EngineFailed(
                f"Model '{self._name}' reads {sorted(has)}, its asset says {sorted(wants)}.",
                "List the model's own inputs in the asset, and give it labels and probabilities.",
            )


def _as_number(value: Value) -> float:
    if value is None:
        return math.nan
    try:
        return float(value)
    except ValueError as error:
        raise EngineFailed(f"{value!r} is not a number.") from error
