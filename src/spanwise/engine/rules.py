"""Rules as engines: the first branch that holds recommends its option."""

from collections.abc import Mapping

from spanwise.core.errors import SpanwiseError
from spanwise.engine.recommendations import EngineFailed, Recommendation, Value
from spanwise.spec.expressions import Expression, compile_expression
from spanwise.spec.models.assets import RuleAsset


class Condition:
    """A rule that is true or not; a value that is unknown makes it true.

    It decides which cases must go to a person, so doubt goes to a person.
    """

    def __init__(self, asset: RuleAsset) -> None:
        self._expression = _compiled(asset.expression or "true")

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Whether the case must go to a person.

        Raises:
            EngineFailed: a value has a type that the rule cannot compare.
        """
        return _holds(self._expression, values) is not False


class RuleEngine:
    """A recommending rule. It has no score: a rule does not know how sure it is."""

    def __init__(self, asset: RuleAsset) -> None:
        self._branches = [
            (None if branch.when is None else _compiled(branch.when), branch.recommended)
            for branch in asset.recommend
        ]
        self.options = tuple(dict.fromkeys(option for _, option in self._branches))

    def recommend(self, values: Mapping[str, Value]) -> Recommendation:
        for condition, option in self._branches:
            if condition is None or _holds(condition, values):
                return Recommendation(option=option, score=None)
        raise EngineFailed("No branch of the rule holds.")


def _compiled(text: str) -> Expression:
    try:
        return compile_expression(text)
    except SpanwiseError as error:
        raise EngineFailed(error.message, error.fix) from error


def _holds(expression: Expression, values: Mapping[str, Value]) -> bool | None:
    try:
        return expression.holds(values)
    except SpanwiseError as error:
        raise EngineFailed(error.message, error.fix) from error
