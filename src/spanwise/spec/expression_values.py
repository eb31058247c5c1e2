"""What operators and functions of the rule language do, null and mixed types included."""

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from spanwise.core.errors import InvalidInput

Value: TypeAlias = str | int | float | bool | None
Number: TypeAlias = int | float


class ExpressionFailed(InvalidInput):
    """The expression has no answer for these values."""

    code = "expression_failed"


def value_of(name: str, given: object) -> Value:
    """A field's value as the language knows it.

    Raises:
        ExpressionFailed: neither text, a finite number, a truth value nor null.
    """
    if given is None or isinstance(given, str | bool | int):
        return given
    if isinstance(given, float | Decimal):
        number = float(given)
        if math.isfinite(number):
            return number
    raise ExpressionFailed(
        f"Field '{name}' is {type(given).__name__} {str(given)[:40]!r}, which rules cannot use.",
        "Rules use text, finite numbers, truth values and null.",
    )


def compare(sign: str, left: Value, right: Value) -> bool | None:
    """One of the six comparisons; null where either side is null.

    Raises:
        ExpressionFailed: the sides are of different types, or truth values are ordered.
    """
    if left is None or right is None:
        return None
    kind = _kind(left)
    if kind != _kind(right) or (kind == "truth value" and sign not in ("==", "!=")):
        raise ExpressionFailed(
            f"Cannot compare {_shown(left)} with {_shown(right)} by '{sign}'.",
            "Compare text with text ('1') and numbers with numbers (1).",
        )
    return bool(_COMPARISONS[sign](left, right))


def calculate(sign: str, left: Value, right: Value) -> Number | None:
    """One of the four operations; null where either side is null.

    Raises:
        ExpressionFailed: not numbers, a division by zero, or a result out of range.
    """
    if left is None or right is None:
        return None
    first, second = _number(sign, left), _number(sign, right)
    try:
        result: Number = _OPERATIONS[sign](first, second)
        finite = math.isfinite(result)
    except (ZeroDivisionError, OverflowError):
        finite = False
    if not finite:
        raise ExpressionFailed(
            f"{first} {sign} {second} has no finite result.", "Guard it by a comparison first."
        )
    return result


def truth(value: Value) -> bool | None:
    """The value as a truth value.

    Raises:
        ExpressionFailed: text or a number.
    """
    if value is None or isinstance(value, bool):
        return value
    raise ExpressionFailed(
        f"{_shown(value)} is neither true nor false.", "Compare it with something."
    )


def all_of(answers: Iterable[Value]) -> bool | None:
    """False at the first that is false, else null if any is null, else true."""
    unknown = False
    for answer in answers:
        known = truth(answer)
        if known is False:
            return False
        unknown = unknown or known is None
    return None if unknown else True


def any_of(answers: Iterable[Value]) -> bool | None:
    """True at the first that is true, else null if any is null, else false."""
    unknown = False
    for answer in answers:
        known = truth(answer)
        if known:
            return True
        unknown = unknown or known is None
    return None if unknown else False


def opposite(answer: Value) -> bool | None:
    """`not`: null stays null."""
    known = truth(answer)
    return None if known is None else not known


def call(name: str, arguments: Sequence[Value]) -> Value:
    """A function's result; null where an argument is null, except for `coalesce`.

    Raises:
        ExpressionFailed: an argument of a type that the function does not take.
    """
    if name == "coalesce":
        return next((value for value in arguments if value is not None), None)
    if None in arguments:
        return None
    return FUNCTIONS[name][1](arguments)


def _kind(value: Value) -> str:
    if isinstance(value, bool):
        return "truth value"
    return "text" if isinstance(value, str) else "number"


def _shown(value: Value) -> str:
    return f"{_kind(value)} {str(value)[:40]!r}" if value is not None else "null"


def _number(what: str, value: Value) -> Number:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise ExpressionFailed(f"'{what}' wants numbers, not {_shown(value)}.")


def _text(what: str, value: Value) -> str:
    if isinstance(value, str):
        return value
    raise ExpressionFailed(f"'{what}' wants text, not {_shown(value)}.")


def _extreme(sign: str) -> Callable[[Sequence[Value]], Value]:
    def pick(arguments: Sequence[Value]) -> Value:
        best = arguments[0]
        for value in arguments[1:]:
            best = value if compare(sign, value, best) else best
        return best

    return pick


_COMPARISONS: Mapping[str, Callable[[Any, Any], object]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_OPERATIONS: Mapping[str, Callable[[Number, Number], Number]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
FUNCTIONS: Mapping[str, tuple[range, Callable[[Sequence[Value]], Value]]] = {
    "len": (range(1, 2), lambda given: len(_text("len", given[0]))),
    "lower": (range(1, 2), lambda given: _text("lower", given[0]).lower()),
    "abs": (range(1, 2), lambda given: abs(_number("abs", given[0]))),
    "min": (range(1, 21), _extreme("<")),
    "max": (range(1, 21), _extreme(">")),
    "coalesce": (range(1, 21), lambda given: given[0]),
}
"""By name: how many arguments it takes, and what it does with them when none is null."""
