"""ONNX classifiers: one named input a field, a label and its probability out."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

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
        """Recommends one option for the values of one case.

        Raises:
            EngineFailed: no usable answer.
        """
        return self.recommend_together([values])[0]

    def recommend_together(self, cases: Sequence[Mapping[str, Value]]) -> list[Recommendation]:
        """One recommendation for each case, in one run.

        Raises:
            EngineFailed: no usable answer for one of them at least.
        """
        # One row is added up in another order than several: a case never runs alone, so that it
        # gets the same score, to the last bit, in whatever company it comes.
        rows = cases if len(cases) > 1 else [*cases, *cases]
        probabilities = self._run(rows)[: len(cases)]
        best = probabilities.argmax(axis=1)
        scores = np.take_along_axis(probabilities, best[:, None], axis=1)[:, 0]
        return [
            self._recommendation(self.options[option], score)
            for option, score in zip(best.tolist(), scores.tolist(), strict=True)
        ]

    def _run(self, rows: Sequence[Mapping[str, Value]]) -> npt.NDArray[np.float32]:
        feed = {
            name: self._tensor([values.get(name) for values in rows], kind)
            for name, kind in self._fields
        }
        try:
            outputs: list[Any] = self._session.run(self._outputs, feed)
        except Exception as error:
            raise EngineFailed(f"Model '{self._name}' failed: {error}.") from error
        probabilities = np.asarray(outputs[1])
        if probabilities.shape != (len(rows), len(self.options)):
            raise EngineFailed(
                f"Model '{self._name}' does not give one probability for each of its classes.",
                "Export it with its probabilities as one tensor, in the order of its labels.",
            )
        return probabilities

    def _recommendation(self, option: str, score: float) -> Recommendation:
        if not (math.isfinite(score) and 0.0 <= score <= 1.0 + 1e-6):
            raise EngineFailed(f"Model '{self._name}' gave the score {score}.")
        score = min(score, 1.0)
        confidence = self._calibration.calibrate(score) if self._calibration else None
        return Recommendation(option=option, score=score, confidence=confidence)

    def _tensor(self, column: Sequence[Value], kind: str) -> Any:
        """Values of shape [cases, 1]."""
        if kind == "number":
            return np.array([[_as_number(value)] for value in column], dtype=np.float32)
        texts = [MISSING_TEXT if value is None else str(value) for value in column]
        if self._collapse:
            texts = [_SPACE.sub(" ", text.lower()).strip() for text in texts]
        return np.array([[text] for text in texts], dtype=object)

    def _labels(self) -> tuple[str, ...]:
        metadata = self._session.get_modelmeta().custom_metadata_map
        try:
            labels = json.loads(metadata.get("labels", ""))
        except ValueError:
            labels = None
        if not isinstance(labels, list) or not labels:
            raise EngineFailed(
                f"Model '{self._name}' does not name its classes.",
                "Put them into the ONNX metadata under 'labels', as a JSON list.",
            )
        return tuple(str(label) for label in labels)

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
    except (ValueError, OverflowError) as error:
        raise EngineFailed(f"{str(value)[:40]!r} is not a number.") from error
