"""The rule language: an expression over named fields, such as `impact == '1' or age > 30`.

Text (`'a'` or `"a"`, the quote doubled inside), numbers, `true`, `false`, `null`, field names (in
backquotes where they are not plain words), `and or not`, `== != < <= > >=`, `in [a, b]`,
`is null`, `+ - * /`, and the functions `len lower min max abs coalesce`.

Null means unknown, as in SQL: whatever touches it is null, except that `false and null` is false,
`true or null` is true, and `is null` and `coalesce` always answer. Text, numbers and truth values
do not mix: comparing '1' with 1 is an error, not false.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from spanwise.spec.expression_tokens import ExpressionRefused, Token, tokenize
from spanwise.spec.expression_values import (
    FUNCTIONS,
    ExpressionFailed,
    Value,
    all_of,
    any_of,
    calculate,
    call,
    compare,
    opposite,
    truth,
    value_of,
)
from spanwise.spec.problems import did_you_mean

MAX_DEPTH = 40

Fields: TypeAlias = Mapping[str, object]
_Compiled: TypeAlias = Callable[[Fields], Value]

_CONSTANTS: Mapping[str, Value] = {"true": True, "false": False, "null": None}
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression.

    Attributes:
        text: as written.
        names: the fields that it reads.
    """

    text: str
    names: frozenset[str]
    _compiled: _Compiled

    def evaluate(self, fields: Fields) -> Value:
        """The answer for one row; None means unknown.

        Raises:
            ExpressionFailed: a field is not given, types do not fit, or a number has no result.
        """
        return self._compiled(fields)

    def holds(self, fields: Fields) -> bool | None:
        """The answer of a condition; None means unknown, and the caller must not take it as false.

        Raises:
            ExpressionFailed: as `evaluate`, or the answer is not a truth value.
        """
        return truth(self._compiled(fields))


def compile_expression(text: str) -> Expression:
    """Parses an expression once, for many evaluations.

    Raises:
        ExpressionRefused: not in the language, too long or too deep; names the column.
    """
    parser = _Parser(tokenize(text))
    compiled = parser.whole()
    return Expression(text, frozenset(parser.names), compiled)


class _Parser:
    """Recursive descent, one method a precedence level, loosest first.

    Chains such as `a or b or c` become one flat closure, so that only brackets, `not`, signs and
    calls add depth, and those are bounded.
    """

    def __init__(self, tokens: list[Token]) -> None:
        self.names: set[str] = set()
        self._tokens = tokens
        self._index = 0
        self._depth = 0

    def whole(self) -> _Compiled:
        compiled = self._or()
        if self._token.kind != "end":
            raise self._refused("expected 'and', 'or' or the end")
        return compiled

    @property
    def _token(self) -> Token:
        return self._tokens[self._index]

    def _take(self, *wanted: str) -> str | None:
        """Steps over the next token if it is one of these signs or words."""
        token = self._token
        if token.kind in ("sign", "word") and token.value in wanted:
            self._index += 1
            return str(token.value)
        return None

    def _expect(self, wanted: str) -> None:
        if self._take(wanted) is None:
            raise self._refused(f"expected '{wanted}'")

    def _refused(self, message: str) -> ExpressionRefused:
        token = self._token
        found = "the end" if token.kind == "end" else f"'{str(token.value)[:40]}'"
        return ExpressionRefused(
            token.column, f"{message}, not {found}.", "Check brackets, quotes and operators."
        )

    def _deeper(self, parse: Callable[[], _Compiled]) -> _Compiled:
        if self._depth >= MAX_DEPTH:
            raise ExpressionRefused(
                self._token.column, f"nested deeper than {MAX_DEPTH} levels.", "Split the rule."
            )
        self._depth += 1
        compiled = parse()
        self._depth -= 1
        return compiled

    def _or(self) -> _Compiled:
        terms = [self._and()]
        while self._take("or"):
            terms.append(self._and())
        return _over(any_of, terms) if len(terms) > 1 else terms[0]

    def _and(self) -> _Compiled:
        terms = [self._not()]
        while self._take("and"):
            terms.append(self._not())
        return _over(all_of, terms) if len(terms) > 1 else terms[0]

    def _not(self) -> _Compiled:
        if self._take("not"):
            inner = self._deeper(self._not)
            return lambda fields: opposite(inner(fields))
        return self._comparison()

    def _comparison(self) -> _Compiled:
        left = self._sum()
        sign = self._take(*_COMPARISONS)
        if sign:
            compared = _comparison(sign, left, self._sum())
        elif self._take("is"):
            wanted = self._take("not") is None
            self._expect("null")
            return lambda fields: (left(fields) is None) is wanted
        elif self._take("in"):
            compared = _over(any_of, self._members(left))
        elif self._take("not"):
            self._expect("in")
            members = _over(any_of, self._members(left))
            return lambda fields: opposite(members(fields))
        else:
            return left
        if self._token.value in _COMPARISONS:
            raise self._refused("comparisons do not chain: expected 'and'")
        return compared

    def _members(self, left: _Compiled) -> list[_Compiled]:
        self._expect("[")
        members = [_comparison("==", left, item) for item in self._list("]")]
        if not members:
            raise self._refused("a list holds at least one value: expected it before this")
        return members

    def _sum(self) -> _Compiled:
        return self._chain(self._product, "+", "-")

    def _product(self) -> _Compiled:
        return self._chain(self._unary, "*", "/")

    def _chain(self, operand: Callable[[], _Compiled], *signs: str) -> _Compiled:
        first = operand()
        rest: list[tuple[str, _Compiled]] = []
        while sign := self._take(*signs):
            rest.append((sign, operand()))
        return _calculation(first, rest) if rest else first

    def _unary(self) -> _Compiled:
        if self._take("-"):
            inner = self._deeper(self._unary)
            return lambda fields: calculate("-", 0, inner(fields))
        return self._atom()

    def _atom(self) -> _Compiled:
        token = self._token
        if self._take("("):
            compiled = self._deeper(self._or)
            self._expect(")")
            return compiled
        if token.kind in ("text", "number"):
            self._index += 1
            return _constant(token.value)
        if self._take(*_CONSTANTS):
            return _constant(_CONSTANTS[str(token.value)])
        if token.kind != "name":
            raise self._refused("expected a value, a field or '('")
        self._index += 1
        name = str(token.value)
        if self._take("("):
            return self._call(name, token.column)
        self.names.add(name)
        return _field(name)

    def _call(self, name: str, column: int) -> _Compiled:
        if name not in FUNCTIONS:
            raise ExpressionRefused(
                column, f"there is no function '{name[:40]}'.", did_you_mean(name, FUNCTIONS)
            )
        arguments = self._list(")")
        wanted, _ = FUNCTIONS[name]
        if len(arguments) not in wanted:
            raise ExpressionRefused(
                column,
                f"'{name}' does not take {len(arguments)} arguments.",
                f"Give it {wanted.start}" + (f" to {wanted.stop - 1}." if len(wanted) > 1 else "."),
            )
        return lambda fields: call(name, [argument(fields) for argument in arguments])

    def _list(self, end: str) -> list[_Compiled]:
        """Values between commas, up to the closing sign."""
        if self._take(end):
            return []
        items = [self._deeper(self._or)]
        while self._take(","):
            items.append(self._deeper(self._or))
        self._expect(end)
        return items


def _constant(value: Value) -> _Compiled:
    return lambda _: value


def _field(name: str) -> _Compiled:
    def read(fields: Fields) -> Value:
        if name not in fields:
            raise ExpressionFailed(
                f"Field '{name}' is not given.", "Give it, as null where it is unknown."
            )
        return value_of(name, fields[name])

    return read


def _over(judge: Callable[[Iterable[Value]], Value], terms: list[_Compiled]) -> _Compiled:
    return lambda fields: judge(term(fields) for term in terms)


def _comparison(sign: str, left: _Compiled, right: _Compiled) -> _Compiled:
    return lambda fields: compare(sign, left(fields), right(fields))


def _calculation(first: _Compiled, rest: list[tuple[str, _Compiled]]) -> _Compiled:
    def run(fields: Fields) -> Value:
        result = first(fields)
        for sign, operand in rest:
            result = calculate(sign, result, operand(fields))
        return result

    return run
