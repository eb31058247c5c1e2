"""Data contracts: a typed view of an Open Data Contract Standard document.

The document itself is kept as written; whoever checks rows validates it against the official
schema. The view reads only what the rest of the product needs.
"""

from functools import cached_property
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from spanwise.core.canonical import digest_bytes
from spanwise.spec.models.base import encode


class _View(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class CustomProperty(_View):
    """A property beyond the standard's own, such as `knownAt`."""

    property: str
    value: Any = None


class _Customised(_View):
    custom_properties: tuple[CustomProperty, ...] = Field(default=(), alias="customProperties")

    def custom(self, name: str) -> Any:
        """Value of a custom property; None where there is none."""
        return next((p.value for p in self.custom_properties if p.property == name), None)


class AllowedValue(_View):
    """One value of an enumeration."""

    value: Any


class ContractField(_Customised):
    """One property of a contract.

    Attributes:
        logical_type: string, integer, number, boolean, date, timestamp, time, object, array …
        options: `logicalTypeOptions`: pattern, minimum, format and the like.
        allowed: the enumeration, empty where any value is allowed.
        quality: the rules as written.
    """

    name: str = Field(min_length=1)
    logical_type: str = Field(default="string", alias="logicalType")
    physical_name: str | None = Field(default=None, alias="physicalName")
    physical_type: str | None = Field(default=None, alias="physicalType")
    description: str = ""
    required: StrictBool = False
    unique: StrictBool = False
    primary_key: StrictBool = Field(default=False, alias="primaryKey")
    classification: str | None = None
    own_tags: tuple[str, ...] = Field(default=(), alias="tags")
    options: dict[str, Any] = Field(default_factory=dict, alias="logicalTypeOptions")
    enum: tuple[AllowedValue, ...] = ()
    quality: tuple[dict[str, Any], ...] = ()

    @property
    def known_at(self) -> str | None:
        """The life-cycle moment at which the field becomes known; None means the first."""
        value = self.custom("knownAt")
        return value if isinstance(value, str) else None

    @property
    def tags(self) -> frozenset[str]:
        """Tags and classification: what access rules name."""
        extra = (self.classification,) if self.classification else ()
        return frozenset((*self.own_tags, *extra))

    @property
    def allowed(self) -> tuple[Any, ...]:
        return tuple(item.value for item in self.enum)


class ContractTable(_Customised):
    """One schema object of a contract."""

    name: str = Field(min_length=1)
    physical_name: str | None = Field(default=None, alias="physicalName")
    description: str = ""
    fields: tuple[ContractField, ...] = Field(default=(), alias="properties")
    quality: tuple[dict[str, Any], ...] = ()

    @cached_property
    def by_name(self) -> dict[str, ContractField]:
        return {field.name: field for field in self.fields}


class DataContract(_Customised):
    """Schema, quality and freshness promises of a data product.

    Attributes:
        document: the whole ODCS document as plain data.
        lifecycle: the moments of a row's life in order; empty where everything is known at once.
    """

    first_key: ClassVar[str] = "apiVersion"
    id: str = Field(min_length=1)
    version: str
    api_version: str = Field(alias="apiVersion")
    status: str = ""
    title: str = Field(default="", alias="name")
    data_product: str | None = Field(default=None, alias="dataProduct")
    domain: str | None = None
    tables: tuple[ContractTable, ...] = Field(default=(), alias="schema")
    document: dict[str, Any] = Field(repr=False, exclude=True)

    @model_validator(mode="before")
    @classmethod
    def _keep_document(cls, value: object) -> object:
        return {**value, "document": value} if isinstance(value, dict) else value

    @property
    def name(self) -> str:
        """The id: what a product refers to."""
        return self.id

    @property
    def lifecycle(self) -> tuple[str, ...]:
        value = self.custom("lifecycle")
        is_list = isinstance(value, list) and all(isinstance(moment, str) for moment in value)
        return tuple(value) if is_list else ()

    def table(self, name: str | None = None) -> ContractTable | None:
        """The named table, or the only one; None where there is no such table."""
        if name is None:
            return self.tables[0] if len(self.tables) == 1 else None
        return next((table for table in self.tables if table.name == name), None)

    def data(self) -> dict[str, Any]:
        """The document as written."""
        return self.document

    def digest(self) -> str:
        """SHA-256 of the document with sorted keys."""
        return digest_bytes(encode(self.data()))
