"""Real ONNX classifiers, made in milliseconds, that answer exactly what a test says."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy.typing as npt
from numpy import array, float32, int64
from onnx import NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from spanwise.stats.calibration import Calibration

_OPSETS = {"": 21, "ai.onnx.ml": 3}


def metadata(labels: Sequence[str], calibration: Calibration | None = None) -> dict[str, str]:
    """What a model says of itself."""
    said = {"labels": json.dumps(labels)}
    if calibration is not None:
        said["calibration"] = json.dumps(calibration.to_dict())
    return said


def lookup_model(
    scores: Mapping[str, Sequence[float]],
    *,
    labels: Sequence[str],
    inputs: Sequence[str],
    by: str,
    otherwise: Sequence[float] | None = None,
    says: Mapping[str, str] | None = None,
    zipmap: bool = False,
) -> bytes:
    """A classifier that knows the score of every label by the text of one input.

    Args:
        by: the input that counts; the others are read and ignored.
        otherwise: the scores of a text that is not in the table; equal ones where left out.
        says: its metadata; None for labels alone.
        zipmap: gives probabilities as a list of maps, as converters do unless told otherwise.
    """
    rest = list(otherwise or [1 / len(labels)] * len(labels))
    table = array([*scores.values(), rest], dtype=float32)
    nodes = [
        _node(
            "LabelEncoder",
            [by],
            "row",
            keys_strings=list(scores),
            values_int64s=list(range(len(scores))),
            default_int64=len(scores),
        ),
        helper.make_node("Reshape", ["row", "flat"], ["rows"]),
        helper.make_node("Gather", ["table", "rows"], ["scores"], axis=0),
        helper.make_node("ArgMax", ["scores"], ["best"], axis=1, keepdims=0),
        _node(
            "LabelEncoder",
            ["best"],
            "label",
            keys_int64s=list(range(len(labels))),
            values_strings=list(labels),
        ),
    ]
    probabilities = helper.make_tensor_value_info("scores", TensorProto.FLOAT, [None, None])
    if zipmap:
        nodes.append(_node("ZipMap", ["scores"], "by_label", classlabels_strings=list(labels)))
        element = helper.make_map_type_proto(
            TensorProto.STRING, helper.make_tensor_type_proto(TensorProto.FLOAT, [])
        )
        probabilities = helper.make_value_info("by_label", helper.make_sequence_type_proto(element))
    return _model(
        nodes,
        inputs=[(name, TensorProto.STRING) for name in inputs],
        outputs=[helper.make_tensor_value_info("label", TensorProto.STRING, [None]), probabilities],
        constants={"table": table, "flat": array([-1], dtype=int64)},
        says=metadata(labels) if says is None else says,
    )


def chance_model(name: str = "chance", *, outputs: int = 2) -> bytes:
    """A model of one number that says `yes` with exactly that chance, and `no` with the rest."""
    nodes = [
        helper.make_node("Sub", ["one", name], ["rest"]),
        helper.make_node("Concat", ["rest", name], ["scores"], axis=1),
        helper.make_node("ArgMax", ["scores"], ["label"], axis=1, keepdims=0),
    ]
    given = [
        helper.make_tensor_value_info("label", TensorProto.INT64, [None]),
        helper.make_tensor_value_info("scores", TensorProto.FLOAT, [None, 2]),
    ]
    return _model(
        nodes,
        inputs=[(name, TensorProto.FLOAT)],
        outputs=given[:outputs],
        constants={"one": array([[1.0]], dtype=float32)},
        says=metadata(["no", "yes"]),
    )


def _node(kind: str, inputs: list[str], output: str, **attributes: Any) -> NodeProto:
    return helper.make_node(kind, inputs, [output], domain="ai.onnx.ml", **attributes)


def _model(
    nodes: Sequence[NodeProto],
    *,
    inputs: Sequence[tuple[str, int]],
    outputs: Sequence[ValueInfoProto],
    constants: Mapping[str, npt.NDArray[Any]],
    says: Mapping[str, str],
) -> bytes:
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, kind, [None, 1]) for name, kind in inputs],
        list(outputs),
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    opsets = [helper.make_opsetid(domain, version) for domain, version in _OPSETS.items()]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
    helper.set_model_props(model, dict(says))
    return bytes(model.SerializeToString())
