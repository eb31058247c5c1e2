"""Cases that came at the same time: a model runs on many in little more time than on one."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from spanwise.engine.onnx_models import OnnxModel
from spanwise.engine.recommendations import Engine, EngineFailed, Recommendation, Value

Answer: TypeAlias = Recommendation | EngineFailed


def recommend_together(engine: Engine, cases: Sequence[Mapping[str, Value]]) -> list[Answer]:
    """One answer for each case; a case that fails does not fail the others."""
    if isinstance(engine, OnnxModel):
        try:
            return [*engine.recommend_together(cases)]
        except EngineFailed as error:
            if len(cases) == 1:
                return [error]
    return [_recommend_alone(engine, values) for values in cases]


def _recommend_alone(engine: Engine, values: Mapping[str, Value]) -> Answer:
    try:
        return engine.recommend(values)
    except EngineFailed as error:
        return error
