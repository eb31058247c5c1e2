"""Splits the text of an expression into words, numbers, texts and signs."""

import re
from dataclasses import dataclass
from typing import Literal

from spanwise.core.errors import InvalidInput

MAX_LENGTH = 2_000

_PATTERN = re.compile(
    r"""\s*(?:
        (?P<number>(?:[0-9]{1,15}(?:\.[0-9]{1,15})?)(?![A-Za-z0-9_.]))
      | (?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<quoted>`[^`]+`)
      | (?P<sign>==|!=|<=|>=|[<>()\[\],+\-*/])
      | (?P<end>$)
    )""",
    re.VERBOSE | re.ASCII,
)
_WORDS = frozenset({"and", "or", "not", "in", "is", "null", "true", "false"})

Kind = Literal["number", "text", "name", "word", "sign", "end"]


class ExpressionRefused(InvalidInput):
    """The expression is not in the rule language.

    Attributes:
        column: of the place in the expression, from 1.
    """

    code = "invalid_expression"

    def __init__(self, column: int, message: str, fix: str = "") -> None:
        super().__init__(f"Expression, column {column}: {message}", fix)
        self.column = column


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the language; `value` is what it stands for, `text` how it is shown."""

    kind: Kind
    value: str | int | float
    column: int


def tokenize(text: str) -> list[Token]:
    """The tokens of an expression; the last one has the kind `end`.

    Raises:
        ExpressionRefused: too long, or something that is no token.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionRefused(
            MAX_LENGTH, f"longer than {MAX_LENGTH} characters.", "Split it into several rules."
        )
    tokens: list[Token] = []
    position = 0
    while not tokens or tokens[-1].kind != "end":
        match = _PATTERN.match(text, position)
        if match is None:
            raise _refused(text, position)
        tokens.append(_token(match))
        position = match.end()
    return tokens


def _token(match: re.Match[str]) -> Token:
    group = match.lastgroup or "end"
    text = match[group]
    column = match.start(group) + 1
    if group == "number":
        return Token("number", float(text) if "." in text else int(text), column)
    if group == "text":
        quote = text[0]
        return Token("text", text[1:-1].replace(quote * 2, quote), column)
    if group == "quoted":
        return Token("name", text[1:-1], column)
    if group == "word":
        return Token("word" if text in _WORDS else "name", text, column)
    return Token("sign" if group == "sign" else "end", text, column)


def _refused(text: str, position: int) -> ExpressionRefused:
    position += len(text[position:]) - len(text[position:].lstrip())
    found = text[position]
    fixes = {
        "=": "Compare with '=='.",
        "&": "Write 'and'.",
        "|": "Write 'or'.",
        "!": "Write 'not'.",
        ".": "Put a field name with a dot in backquotes; nothing else has dots.",
        "'": "Close the quote.",
        '"': "Close the quote.",
        "`": "Close the backquote.",
    }
    fix = fixes.get(found, "See the rule language for what may stand here.")
    return ExpressionRefused(position + 1, f"{found!r} is not understood here.", fix)
