"""SQL that is written once and compiled once for each dialect."""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from sqlalchemy import ClauseElement, Table, insert, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import Dialect

SQLITE: Dialect = sqlite.dialect(paramstyle="named")
POSTGRES: Dialect = postgresql.dialect(paramstyle="pyformat")  # type: ignore[no-untyped-call]

Params = Mapping[str, object]
Row = tuple[object, ...]


class Statement:
    """One SQL statement with named parameters, for SQLite and PostgreSQL alike.

    Args:
        clause: a SQLAlchemy Core construct, or constant SQL text with `:name` parameters. Lists
            of values (`in_`) do not compile ahead; write the alternatives out.
        governs: it writes what deciders hold in memory (pins, stages, certificates, grants), so
            that a commit of it makes them load that again.
    """

    def __init__(self, clause: ClauseElement | str, *, governs: bool = False) -> None:
        self.governs = governs
        self._clause = text(clause) if isinstance(clause, str) else clause
        self._compiled: dict[str, tuple[str, dict[str, Any]]] = {}

    def compiled(self, dialect: Dialect) -> tuple[str, dict[str, Any]]:
        """The SQL text, and the values that the construct itself carries."""
        known = self._compiled.get(dialect.name)
        if known is None:
            made = self._clause.compile(dialect=dialect)
            carried = {name: value for name, value in made.params.items() if value is not None}
            known = self._compiled[dialect.name] = (str(made), carried)
        return known

    def __repr__(self) -> str:
        return f"Statement({self.compiled(SQLITE)[0]!r})"


class Insert(Statement):
    """Adds rows to one table.

    Args:
        table: a table of at least two columns.
        governs: as in `Statement`.
    """

    def __init__(self, table: Table, *, governs: bool = False) -> None:
        super().__init__(insert(table), governs=governs)
        self._names = [column.name for column in table.columns]
        self._in_order = itemgetter(*self._names)
        self._texts: dict[tuple[str, int], str] = {}

    def row(self, **values: object) -> Row:
        """One value for each column, in the table's order."""
        return self._in_order(values)  # type: ignore[no-any-return]

    def text(self, dialect: Dialect, count: int) -> str:
        """SQL that adds some rows in one step; its parameters are their values, row after row."""
        known = self._texts.get((dialect.name, count))
        if known is None:
            head, values, _ = self.compiled(dialect)[0].partition(" VALUES ")
            mark = "?" if dialect.name == "sqlite" else "%s"
            row = f"({', '.join([mark] * len(self._names))})"
            known = self._texts[dialect.name, count] = head + values + ", ".join([row] * count)
        return known
