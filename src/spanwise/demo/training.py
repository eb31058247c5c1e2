"""Trains the model that proposes a group for an incident, and converts it to ONNX.

Only incidents settled before a cut are learned from, so that replaying the later ones is
honest. Beware of what remains: shortly before the cut only the quickly settled incidents are
among them, and those are the easier ones, so accuracy measured here is a little too good.

Needs the extras `train` and `onnx`. The converted model needs the second only.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from spanwise.core.clock import to_rfc3339
from spanwise.core.errors import InvalidInput
from spanwise.core.extras import load_extra
from spanwise.demo.incidents import INPUTS, MISSING, Incident, IncidentHistory, model_inputs
from spanwise.stats.calibration import Calibration, fit_isotonic

MIN_ROWS = 100
MAX_PARITY_ROWS = 2_000
# Scores are single precision once converted, and a label must not depend on that.
MAX_DIFFERENCE = 1e-5

_LATER_SHARE = 0.25
_CONFIDENT_SHARE = 1 / 3
_NEEDED_FOR = "Training a model"
_OPSETS = {"": 21, "ai.onnx.ml": 3}

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Parity:
    """How far the converted model is from the trained one.

    Attributes:
        rows: recorded inputs compared.
        max_difference: of any score, absolute.
        flips: rows whose label changed.
    """

    rows: int
    max_difference: float
    flips: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """How one kind of model did on incidents that were settled after those it learned from.

    Attributes:
        accuracy: share of right labels.
        confident_accuracy: the same among the most confident third.
        n: incidents tried.
    """

    name: str
    accuracy: float
    confident_accuracy: float
    n: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainedModel:
    """A converted model, and what is known about it.

    Attributes:
        onnx: takes one text tensor [n, 1] per input, null as "" (`MISSING`), and returns
            `label` [n] and `probabilities` [n, labels]. Its metadata holds `inputs`, `labels`,
            `missing` and the isotonic `calibration`.
        labels: in the order of the probabilities.
        confidences, correct: what the calibration was fitted on: the trial's answers on
            incidents settled after those that it learned from.
        trials: this model, its parts and the category lookup, compared.
        trained_on: incidents learned from, all settled before `until_ms`.
    """

    onnx: bytes
    inputs: tuple[str, ...]
    labels: tuple[str, ...]
    parity: Parity
    confidences: tuple[float, ...]
    correct: tuple[bool, ...]
    trials: tuple[Trial, ...]
    trained_on: int
    until_ms: int
    note: str


def train(history: IncidentHistory, *, until_ms: int, seed: int = 0) -> TrainedModel:
    """Learn the final group from the fields that were known at opening.

    The same arguments give the same bytes on the same machine.

    Raises:
        MissingExtra: scikit-learn, skl2onnx or onnxruntime is not installed.
        InvalidInput: too little was settled before `until_ms`, or (`parity_failed`) the
            converted model does not give the same answers.
    """
    settled = _settled(history, until_ms)
    split = round(len(settled) * (1 - _LATER_SHARE))
    earlier, later = settled[:split], settled[split:]
    trial_model = _fit(earlier, seed)
    scores = trial_model.predict_proba(_inputs(later))
    confidences, correct = scores.max(axis=1), _hits(trial_model, scores, later)
    trials = _trials(trial_model, earlier, later)
    model = _fit(settled, seed)
    labels = tuple(str(label) for label in model.classes_)
    onnx = _convert(model, labels, fit_isotonic(confidences, correct))
    return TrainedModel(
        onnx=onnx,
        inputs=INPUTS,
        labels=labels,
        parity=_compare(model, onnx, labels, _recorded(history, settled, until_ms)),
        confidences=tuple(confidences.tolist()),
        correct=tuple(correct.tolist()),
        trials=trials,
        trained_on=len(settled),
        until_ms=until_ms,
        note=(
            "Average of a random forest and a logistic regression. On the last "
            f"{len(later)} of {len(settled)} incidents settled before {to_rfc3339(until_ms)}, "
            f"learning from the others: right in {trials[0].accuracy:.1%}, "
            f"{trials[-1].name} in {trials[-1].accuracy:.1%}."
        ),
    )


def _settled(history: IncidentHistory, until_ms: int) -> list[Incident]:
    """Incidents with a known truth before the cut, in the order in which it became known."""
    known = [
        (one.settled_at_ms, one.number, one)
        for one in history.incidents
        if one.final_group is not None
        and one.settled_at_ms is not None
        and one.settled_at_ms < until_ms
    ]
    if len(known) < MIN_ROWS:
        raise InvalidInput(
            f"Only {len(known)} incidents were settled before {to_rfc3339(until_ms)}.",
            f"Train later, on at least {MIN_ROWS}.",
        )
    settled = [one for _, _, one in sorted(known, key=lambda row: row[:2])]
    if len({one.final_group for one in settled[: len(settled) // 2]}) < 2:
        raise InvalidInput("All incidents went to one group.", "There is nothing to learn.")
    return settled


def _recorded(
    history: IncidentHistory, settled: Sequence[Incident], until_ms: int
) -> list[Incident]:
    """Incidents opened before the cut, those first that the model did not learn from."""
    learned = {one.number for one in settled}
    opened = [one for one in reversed(history.incidents) if one.opened_at_ms < until_ms]
    return sorted(opened, key=lambda one: one.number in learned)[:MAX_PARITY_ROWS]


def _fit(incidents: Sequence[Incident], seed: int) -> Any:
    """On the real log the forest ranks confident cases better, the regression is right oftener."""
    ensemble = _library("sklearn.ensemble")
    regression = _library("sklearn.linear_model").LogisticRegression(max_iter=1_000)
    forest = ensemble.RandomForestClassifier(60, min_samples_leaf=2, random_state=seed)
    both = ensemble.VotingClassifier(
        [("logistic regression", regression), ("random forest", forest)],
        voting="soft",
        weights=np.array([1, 2]),  # the converter does not take a list
        flatten_transform=False,
    )
    encoder = _library("sklearn.preprocessing").OneHotEncoder(
        handle_unknown="ignore", dtype=np.float32
    )
    pipeline = _library("sklearn.pipeline").make_pipeline(encoder, both)
    truths = np.array([one.final_group for one in incidents])
    # On busy cores more threads are ten times slower here, and their number changes the bytes.
    with _library("threadpoolctl").threadpool_limits(1):
        return pipeline.fit(_inputs(incidents), truths)


def _trials(
    model: Any, earlier: Sequence[Incident], later: Sequence[Incident]
) -> tuple[Trial, ...]:
    inputs = _inputs(later)
    voting = model[-1]
    scores = {"both": model.predict_proba(inputs)}
    encoded = model[0].transform(inputs)
    for (name, _), part in zip(voting.estimators, voting.estimators_, strict=True):
        scores[name] = part.predict_proba(encoded)
    trials = [
        _trial(name, _hits(model, score, later), score.max(axis=1))
        for name, score in scores.items()
    ]
    return (*trials, _trial("category lookup", *_look_up(earlier, later)))


def _trial(name: str, correct: npt.NDArray[np.bool_], confidence: Scores) -> Trial:
    order = np.argsort(-confidence, kind="stable")
    confident = order[: max(1, round(len(order) * _CONFIDENT_SHARE))]
    return Trial(
        name=name,
        accuracy=float(correct.mean()),
        confident_accuracy=float(correct[confident].mean()),
        n=len(order),
    )


def _hits(model: Any, scores: Scores, incidents: Sequence[Incident]) -> npt.NDArray[np.bool_]:
    truths = np.array([one.final_group for one in incidents])
    return np.asarray(model.classes_[scores.argmax(axis=1)] == truths)


def _look_up(
    earlier: Sequence[Incident], later: Sequence[Incident]
) -> tuple[npt.NDArray[np.bool_], Scores]:
    """What needs no model: the most common group of the category so far."""
    seen: defaultdict[str | None, Counter[str | None]] = defaultdict(Counter)
    for one in earlier:
        seen[one.fields["category"]][one.final_group] += 1
    correct, confidence = [], []
    for one in later:
        counts = seen.get(one.fields["category"])
        group, count = counts.most_common(1)[0] if counts else (None, 0)
        correct.append(group == one.final_group)
        # Two more observations against it, so that a rare category is not sure of itself.
        confidence.append(count / (counts.total() + 2) if counts else 0.0)
    return np.array(correct), np.array(confidence)


def _convert(model: Any, labels: tuple[str, ...], calibration: Calibration) -> bytes:
    skl2onnx = _library("skl2onnx")
    text = _library("skl2onnx.common.data_types").StringTensorType
    converted = skl2onnx.convert_sklearn(
        model,
        name="incident-group",  # otherwise random, and the bytes would differ
        initial_types=[(name, text([None, 1])) for name in INPUTS],
        options={id(model[-1]): {"zipmap": False}},
        target_opset=_OPSETS,
    )
    _prune(converted.graph)
    _library("onnx.helper").set_model_props(
        converted,
        {
            "inputs": json.dumps(INPUTS),
            "labels": json.dumps(labels),
            "missing": MISSING,
            "calibration": json.dumps(calibration.to_dict()),
        },
    )
    return bytes(converted.SerializeToString(deterministic=True))


def _prune(graph: Any) -> None:
    """Drop what says nothing: votes of zero (most of a forest's size), constants nobody reads."""
    used = {name for node in graph.node for name in node.input}
    for constant in [one for one in graph.initializer if one.name not in used]:
        graph.initializer.remove(constant)
    for node in graph.node:
        votes = {one.name: one for one in node.attribute if one.name.startswith("class_")}
        if node.op_type != "TreeEnsembleClassifier" or not votes:
            continue
        keep = [index for index, vote in enumerate(votes["class_weights"].floats) if vote]
        for attribute in votes.values():
            values = attribute.floats if attribute.floats else attribute.ints
            kept = [values[index] for index in keep]
            del values[:]
            values.extend(kept)


def _compare(
    model: Any, onnx: bytes, labels: tuple[str, ...], incidents: Sequence[Incident]
) -> Parity:
    """Both models on the same recorded inputs.

    Raises:
        InvalidInput: they do not agree.
    """
    runtime = load_extra("onnxruntime", "onnx", _NEEDED_FOR)
    inputs = _inputs(incidents)
    expected = model.predict_proba(inputs)
    session = runtime.InferenceSession(onnx, providers=["CPUExecutionProvider"])
    label, scores = session.run(
        ["label", "probabilities"],
        {name: inputs[:, [column]] for column, name in enumerate(INPUTS)},
    )
    parity = Parity(
        rows=len(incidents),
        max_difference=float(np.abs(scores - expected).max()),
        flips=int((label != np.array(labels)[expected.argmax(axis=1)]).sum()),
    )
    if parity.flips or not parity.max_difference <= MAX_DIFFERENCE:
        raise InvalidInput(
            f"The converted model changes {parity.flips} of {parity.rows} answers and moves "
            f"scores by up to {parity.max_difference:.1e}.",
            "Do not use it; try another seed or other versions of the converter.",
            code="parity_failed",
        )
    return parity


def _inputs(incidents: Sequence[Incident]) -> npt.NDArray[np.object_]:
    """Text of shape [incidents, inputs]."""
    return np.array([model_inputs(one.fields) for one in incidents], dtype=object)


def _library(module: str) -> ModuleType:
    return load_extra(module, "train", _NEEDED_FOR)
