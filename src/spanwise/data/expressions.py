"""The few SQL expressions that every rule is made of."""

from typing import TypeAlias

from sqlglot import exp

Expression: TypeAlias = exp.Expr


def text_of(text: str) -> Expression:
    """A text literal."""
    return exp.Literal.string(text)


def matches(text: Expression, pattern: str) -> Expression:
    """Whether the text matches a pattern of the portable dialect."""
    return exp.RegexpLike(this=text, expression=text_of(pattern))


def is_null(value: Expression) -> Expression:
    return exp.Is(this=value, expression=exp.null())
