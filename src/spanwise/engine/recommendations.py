"""What every engine takes and gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from spanwise.core.errors import SpanwiseError

Value: TypeAlias = str | int | float | bool | None


class EngineFailed(SpanwiseError):
    """A model or rule gave no usable answer; the case goes to a person."""

    code = "model_failed"
    status = 502


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommendation:
    """An option, and the engine's own confidence in it.

    Attributes:
        score: in [0, 1], before calibration; None from an engine that has none.
        confidence: calibrated chance that the option is right; None where nothing calibrates it.
    """

    option: str
    score: float | None
    confidence: float | None = None


class Engine(Protocol):
    """Anything that recommends: a model, a rule, an endpoint."""

    @property
    def options(self) -> tuple[str, ...]:
        """Everything that it can recommend."""
        ...

    def recommend(self, values: Mapping[str, Value]) -> Recommendation:
        """Recommends one option for the values of one case.

        Raises:
            EngineFailed: no usable answer.
        """
        ...
