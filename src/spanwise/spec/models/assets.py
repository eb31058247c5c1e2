"""Assets: the models and rule sets that decision points use."""

from functools import cached_property
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator, Field, model_validator

from spanwise.spec.expressions import compile_expression
from spanwise.spec.models.base import (
    Document,
    FieldName,
    FilePath,
    Line,
    Model,
    Name,
    Option,
    RuleText,
)
from spanwise.spec.values import refusal


class ModelInput(Model):
    """One input of a model."""

    name: FieldName
    type: Literal["text", "number"] = "text"


def _from_name(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


_Input: TypeAlias = Annotated[
    ModelInput, BeforeValidator(_from_name, json_schema_input_type=FieldName | ModelInput)
]


class ModelAsset(Document):
    """A model in a file.

    Attributes:
        file: relative to the workspace.
        inputs: what it reads, in the model's own order; a bare name is text.
        owner: the business function that answers for it.
        normalise: what is done to text before the model sees it; part of the release.
    """

    first_key: ClassVar[str] = "asset"
    name: Name = Field(alias="asset")
    kind: Literal["model"]
    title: Line = ""
    owner: Name
    file: FilePath
    inputs: tuple[_Input, ...] = Field(min_length=1, max_length=1_000)
    normalise: Literal["none", "lower_and_collapse"] = "none"


class Branch(Model):
    """One line of a recommending rule: an option when a condition holds, or otherwise."""

    when: RuleText | None = None
    option: Option | None = None
    otherwise: Option | None = None

    @model_validator(mode="after")
    def _one_form(self) -> "Branch":
        conditional = self.when is not None and self.option is not None
        last = self.otherwise is not None and self.when is None and self.option is None
        if not last and not (conditional and self.otherwise is None):
            raise refusal(
                "A branch is either a condition with its option, or 'otherwise'.",
                "Write {when: \"impact == '1'\", option: major} or {otherwise: minor}.",
                code="invalid_branch",
            )
        return self

    @property
    def recommended(self) -> str:
        """The option that this branch recommends."""
        return self.option or self.otherwise or ""


class RuleAsset(Document):
    """A rule over named fields: a condition, or one that recommends an option.

    Attributes:
        expression: a condition; None for a recommending rule.
        recommend: tried in order, the first that holds wins; the last one is `otherwise`.
    """

    first_key: ClassVar[str] = "asset"
    name: Name = Field(alias="asset")
    kind: Literal["rule"]
    title: Line = ""
    owner: Name
    expression: RuleText | None = None
    recommend: tuple[Branch, ...] = Field(default=(), max_length=1_000)

    @model_validator(mode="after")
    def _one_form(self) -> "RuleAsset":
        if (self.expression is None) == (not self.recommend):
            raise refusal(
                f"Rule '{self.name}' must have either an expression or a list to recommend.",
                "Write one of 'expression' and 'recommend'.",
                code="invalid_rule",
            )
        last = len(self.recommend) - 1
        if any((b.otherwise is None) == (n == last) for n, b in enumerate(self.recommend)):
            raise refusal(
                f"Rule '{self.name}' must end with its only 'otherwise'.",
                "Add {otherwise: …} as the last line, and only there.",
                code="invalid_rule",
            )
        return self

    @cached_property
    def names(self) -> frozenset[str]:
        """The fields that the rule reads."""
        texts = [self.expression, *(branch.when for branch in self.recommend)]
        return frozenset().union(*(compile_expression(text).names for text in texts if text))


Asset: TypeAlias = Annotated[ModelAsset | RuleAsset, Field(discriminator="kind")]
