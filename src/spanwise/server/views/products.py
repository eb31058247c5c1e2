"""Data products: the list, and one product with its contract, batches and quarantine."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductLine:
    """One data product in the list.

    Attributes:
        rows: rows in force; None before the first batch.
        received, accepted, quarantined: of the last batch.
        open_quarantine: rows still waiting for a correction.
    """

    name: str
    function: str
    owner: str | None
    contract: str
    contract_version: str
    freshness: str
    age_s: int | None
    max_age_s: int | None
    rows: int | None
    received: int | None
    accepted: int | None
    quarantined: int | None
    open_quarantine: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductsPage:
    """All data products."""

    products: tuple[ProductLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractField:
    """One field of the contract.

    Attributes:
        rules: the promises about it, in words.
        tags: its sensitivity, such as `pii`.
        broken: rows of the last batch that broke a rule on it; None when not checked.
    """

    name: str
    type: str
    required: bool
    rules: tuple[str, ...]
    tags: tuple[str, ...]
    broken: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """One delivery of rows: received = accepted + quarantined once it is published."""

    id: str
    source: str
    state: str
    received: int
    accepted: int
    quarantined: int
    started_at_ms: int
    ended_at_ms: int | None
    submitted_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class QuarantinedRow:
    """A row held apart.

    Attributes:
        line: its line in the source.
        reasons: every rule that it breaks, in words.
        raw: the row as it came.
        corrected_at_ms: when a correction was accepted; None while it waits.
    """

    batch_id: str
    source: str
    line: int
    reasons: tuple[str, ...]
    raw: str
    quarantined_at_ms: int
    corrected_at_ms: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductPage:
    """One data product.

    Attributes:
        line: the same summary as in the list.
        description: what a row is.
        key: the fields that name a row.
        readers: decision points that read it.
        quarantine: the newest rows; `line.open_quarantine` counts them all.
        next_url: more quarantined rows.
    """

    line: ProductLine
    description: str
    key: tuple[str, ...]
    fields: tuple[ContractField, ...]
    readers: tuple[str, ...]
    batches: tuple[Batch, ...]
    quarantine: tuple[QuarantinedRow, ...]
    next_url: str | None = None
