"""A table and the frozen record that mirrors it, column by column."""

from dataclasses import fields
from operator import attrgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import Boolean, ColumnElement, Table, bindparam, select

from spanwise.store.database import Store
from spanwise.store.statements import Insert, Statement
from spanwise.store.unit import UnitOfWork

T = TypeVar("T")


class Records(Generic[T]):
    """Inserts and reads records of one table.

    Args:
        table: the table.
        record: a frozen, keyword-only dataclass whose fields are the table's columns.
        governs: as in `Statement`, for inserts.

    Raises:
        TypeError: the fields and the columns differ.
    """

    def __init__(self, table: Table, record: type[T], *, governs: bool = False) -> None:
        names = [column.name for column in table.columns]
        if sorted(names) != sorted(f.name for f in fields(record)):  # type: ignore[arg-type]
            raise TypeError(f"{record.__name__} does not mirror {table.name}")
        self._table = table
        self._record = record
        self._names = names
        self._booleans = [c.name for c in table.columns if isinstance(c.type, Boolean)]
        self._values_of = attrgetter(*names)
        self.insert = Insert(table, governs=governs)

    def add(self, unit: UnitOfWork, record: T) -> None:
        """Adds the record to a unit of work."""
        unit.add(self.insert, self._values_of(record))

    def where(
        self, *conditions: ColumnElement[bool], order_by: Any = None, limit: int | None = None
    ) -> Statement:
        """A query for records; a limit of 0 takes it from the parameter `limit`."""
        query = select(self._table).where(*conditions)
        if order_by is not None:
            query = (
                query.order_by(*order_by)
                if isinstance(order_by, tuple)
                else query.order_by(order_by)
            )
        if limit is not None:
            query = query.limit(limit or bindparam("limit"))
        return Statement(query)

    def all(self, store: Store, statement: Statement, **params: object) -> list[T]:
        return [self.build(row) for row in store.rows(statement, **params)]

    def first(self, store: Store, statement: Statement, **params: object) -> T | None:
        row = store.row(statement, **params)
        return None if row is None else self.build(row)

    def build(self, row: tuple[Any, ...]) -> T:
        """The record of a row whose columns are in the table's order."""
        values = dict(zip(self._names, row, strict=True))
        for name in self._booleans:
            values[name] = bool(values[name])
        return self._record(**values)
