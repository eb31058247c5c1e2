"""What every document shares: strictness, names, and a digest of its meaning."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, TypeAlias

import msgspec
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    WithJsonSchema,
)

from spanwise.core.canonical import digest_bytes
from spanwise.spec.expression_tokens import ExpressionRefused
from spanwise.spec.expressions import compile_expression
from spanwise.spec.values import refusal


class Model(BaseModel):
    """A part of a document: immutable, and every key in it is known."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, serialize_by_alias=True, hide_input_in_errors=True
    )

    def data(self) -> dict[str, Any]:
        """Plain data without floats that would parse to an equal model, defaults written out."""
        return self.model_dump(mode="json", exclude_none=True)

    def digest(self) -> str:
        """SHA-256 of the meaning: key order, comments and `2%` against `0.02` do not count."""
        return digest_bytes(encode(self.data()))


class Document(Model):
    """A whole document. `first_key` is its first key in YAML; the value under it is its `name`."""

    first_key: ClassVar[str]
    name: str


def encode(value: object) -> bytes:
    """JSON with sorted keys, so that equal values are equal bytes."""
    return msgspec.json.encode(value, order="sorted")


def _as_text(value: object) -> object:
    """An option such as `70` or `true` means its text; a fraction has more than one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


def _in_rule_language(text: str) -> str:
    try:
        compile_expression(text)
    except ExpressionRefused as error:
        raise refusal(error.message, error.fix, code=error.code) from error
    return text


NAME = r"^[a-z][a-z0-9_-]{0,63}$"
QUALIFIED_NAME = r"^[a-z][a-z0-9_-]{0,63}\.[a-z][a-z0-9_-]{0,63}$"
USER = r"^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$"
CURRENCY = r"^[A-Z]{3}$"
TIME_ZONE = r"^[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}$"
# No segment starts with a dot, so no path leaves the workspace.
FILE = r"^([A-Za-z0-9_][A-Za-z0-9_.-]*/)*[A-Za-z0-9_][A-Za-z0-9_.-]*$"

PATTERN_FIXES: Mapping[str, str] = {
    NAME: "Use lower-case letters, digits, '-' and '_', a letter first, at most 64.",
    QUALIFIED_NAME: "Write function.name, each in lower-case letters, digits, '-' and '_'.",
    USER: "Use letters, digits and '.', '_', '@', '+', '-', a letter or digit first.",
    CURRENCY: "Write three capital letters, such as EUR.",
    TIME_ZONE: "Write an IANA time zone, such as Europe/Amsterdam.",
    FILE: "Write a path inside the workspace, with '/' between plain names.",
}
"""What to write instead, by the pattern that a text does not match."""

Name: TypeAlias = Annotated[str, StringConstraints(pattern=NAME)]
QualifiedName: TypeAlias = Annotated[str, StringConstraints(pattern=QUALIFIED_NAME)]
UserName: TypeAlias = Annotated[str, StringConstraints(pattern=USER)]
Currency: TypeAlias = Annotated[str, StringConstraints(pattern=CURRENCY)]
TimeZone: TypeAlias = Annotated[str, StringConstraints(pattern=TIME_ZONE)]
FieldName: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Option: TypeAlias = Annotated[
    str,
    BeforeValidator(_as_text),
    StringConstraints(min_length=1, max_length=200),
    WithJsonSchema({"type": ["string", "integer", "boolean"], "minLength": 1, "maxLength": 200}),
]
Line: TypeAlias = Annotated[str, StringConstraints(max_length=500)]
NonEmptyLine: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=500)]
ExpressionText: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
RuleText: TypeAlias = Annotated[ExpressionText, AfterValidator(_in_rule_language)]
FilePath: TypeAlias = Annotated[str, StringConstraints(max_length=300, pattern=FILE)]
