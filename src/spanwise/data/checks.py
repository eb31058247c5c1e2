"""A contract, compiled for one product: the rules that every row of it is checked against."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from spanwise.data.expressions import Expression
from spanwise.data.kinds import milliseconds
from spanwise.data.reasons import Reason
from spanwise.data.rules import Column, Rule, Unique
from spanwise.spec.models.products import ProductFormat

_MASK_BITS = 62  # of a signed 64-bit integer, so that a mask never turns negative


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Check:
    """Everything that is checked about the rows of one product; equal only to itself.

    Attributes:
        columns: the contract's fields, in its order.
        rules: each has one bit; bit n of mask m is rule 62 m + n.
        uniques: what must not repeat within a batch; their bits follow those of the rules.
        key: the field that identifies a thing.
        as_of: the field that says when a row was true.
        written: how the product's files are written.
    """

    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    uniques: tuple[Unique, ...]
    key: Column
    as_of: Column
    written: ProductFormat

    @property
    def unique_key(self) -> bool:
        """Whether the contract demands that a key stands only once in a batch."""
        return Unique(fields=(self.key.field.name,)) in self.uniques

    def requires(self, column: Column) -> bool:
        """Whether a row without the field is always bad."""
        is_role = column is self.key or column is self.as_of
        return is_role or column.field.required or column.field.primary_key

    @property
    def mask_count(self) -> int:
        return -(-(len(self.rules) + len(self.uniques)) // _MASK_BITS)

    def masks(self) -> list[Expression]:
        """One integer expression for every 62 rules; zero for a row that breaks none of them."""
        bits = [_bit(rule.bad, i % _MASK_BITS) for i, rule in enumerate(self.rules)]
        return [_sum(bits[m * _MASK_BITS : (m + 1) * _MASK_BITS]) for m in range(self.mask_count)]

    def unique_bit(self, i: int) -> tuple[int, int]:
        """Which mask, and which value in it, says that a row breaks the unique rule."""
        mask, bit = divmod(len(self.rules) + i, _MASK_BITS)
        return mask, 1 << bit

    def as_of_ms(self) -> Expression:
        return milliseconds(self.as_of.kind, self.as_of.value, self.written.time_zone)

    def reasons(self, masks: Sequence[int]) -> tuple[Reason, ...]:
        """Every reason that the masks of a row name."""
        said: list[Rule | Unique] = [*self.rules, *self.uniques]
        return tuple(
            _reason(broken)
            for i, broken in enumerate(said)
            if masks[i // _MASK_BITS] >> (i % _MASK_BITS) & 1
        )


def _reason(broken: Rule | Unique) -> Reason:
    if isinstance(broken, Rule):
        return Reason(code=broken.code, field=broken.field, message=broken.message)
    return Reason(code="duplicate", field=None, message=broken.message)


def _bit(bad: Expression, bit: int) -> Expression:
    return exp.case().when(bad, exp.convert(1 << bit)).else_(exp.convert(0))


def _sum(bits: Sequence[Expression]) -> Expression:
    total: Expression = exp.cast(exp.convert(0), "BIGINT")
    for bit in bits:
        total = exp.Add(this=total, expression=bit)
    return total
