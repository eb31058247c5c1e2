"""Data products: what a contract's data is used for here, and who may read it."""

from typing import ClassVar, Literal

from pydantic import Field, StrictBool, model_validator

from spanwise.core.actor import ActorKind
from spanwise.spec.models.base import (
    Document,
    ExpressionText,
    FieldName,
    Line,
    Model,
    Name,
    NonEmptyLine,
    QualifiedName,
    TimeZone,
    UserName,
)
from spanwise.spec.values import refusal


class ProductFormat(Model):
    """How the product's files are written.

    Attributes:
        nulls: texts that mean "no value".
        dates: `strptime` format of dates and timestamps; None means ISO 8601.
        time_zone: of timestamps without an offset (IANA name).
    """

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    header: StrictBool = True
    nulls: tuple[str, ...] = ("",)
    dates: NonEmptyLine | None = None
    time_zone: TimeZone = "UTC"


class Who(Model):
    """Whom a rule is for: exactly one of a role, a kind of actor, or one user."""

    role: NonEmptyLine | None = None
    kind: ActorKind | None = None
    user: UserName | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "Who":
        if sum(value is not None for value in (self.role, self.kind, self.user)) != 1:
            raise refusal(
                "A rule is for exactly one of role, kind and user.",
                "Keep one of them, and write another rule for the others.",
                code="invalid_rule",
            )
        return self


class AccessRule(Model):
    """Who may read, or may not read, which columns and rows, for which purpose.

    Attributes:
        columns: tags or names of fields.
        rows: an expression over `resource` and `principal`; None means every row.
        purpose: the rule holds for these purposes only; empty means for all.
        unless_purpose: the rule does not hold for these.
    """

    id: Name
    allow: Literal["read"] | None = None
    deny: Literal["read"] | None = None
    who: Who
    columns: tuple[FieldName, ...] = Field(min_length=1)
    rows: ExpressionText | None = None
    purpose: tuple[Name, ...] = ()
    unless_purpose: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _exactly_one(self) -> "AccessRule":
        if (self.allow is None) == (self.deny is None):
            raise refusal(
                f"Rule '{self.id}' must either allow or deny.",
                "Write one of 'allow: read' and 'deny: read'.",
                code="invalid_rule",
            )
        return self

    @property
    def effect(self) -> Literal["allow", "deny"]:
        return "allow" if self.allow else "deny"


class Product(Document):
    """An owned, contracted dataset.

    Attributes:
        contract: id of the ODCS contract.
        table: the contract's schema object; needed only where there are several.
        key: the field that identifies a thing across its rows.
        as_of: the field that says when a row was true.
    """

    first_key: ClassVar[str] = "product"
    name: QualifiedName = Field(alias="product")
    title: Line = ""
    contract: NonEmptyLine
    table: NonEmptyLine | None = None
    key: FieldName
    as_of: FieldName
    format: ProductFormat = Field(default_factory=ProductFormat)
    rules: tuple[AccessRule, ...] = ()

    @property
    def function(self) -> str:
        """The business function that owns it."""
        return self.name.partition(".")[0]
