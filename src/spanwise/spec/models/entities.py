"""Entities: one thing that several departments know under different keys."""

from typing import ClassVar, Literal

from pydantic import Field

from spanwise.spec.models.base import (
    Document,
    ExpressionText,
    FieldName,
    Line,
    Model,
    Name,
    QualifiedName,
)


class EntitySource(Model):
    """How one product's fields map to the entity's: a field name or an expression for each."""

    product: QualifiedName = Field(alias="from")
    fields: dict[FieldName, ExpressionText] = Field(min_length=1)


class Entity(Document):
    """One thing, known under different keys by department.

    Attributes:
        key: the entity's field that identifies it; every source maps it.
        conflict: which source wins where they disagree, by field.
    """

    first_key: ClassVar[str] = "entity"
    name: Name = Field(alias="entity")
    title: Line = ""
    key: FieldName
    sources: tuple[EntitySource, ...] = Field(min_length=1)
    conflict: dict[FieldName, Literal["newest", "first"]] = Field(default_factory=dict)
