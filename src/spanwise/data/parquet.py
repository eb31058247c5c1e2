"""Parquet: DuckDB reads the one named file, and its values become texts like any other."""

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from sqlglot import exp

from spanwise.core.errors import InvalidInput, TooLarge
from spanwise.data.checks import Check
from spanwise.data.expressions import Expression, matches, text_of
from spanwise.data.readers import left_out, source_name
from spanwise.data.records import CONTROL_PATTERN, FIELD_END, MAX_RECORDS, Fault
from spanwise.data.workbench import Workbench, open_locked
from spanwise.spec.problems import did_you_mean

_SOURCE = "READ_PARQUET($path, file_row_number = TRUE)"
_NESTED = ("STRUCT", "MAP", "UNION")


class ParquetFile:
    """The schema of one Parquet file.

    Attributes:
        types: DuckDB's type of every column.

    Raises:
        InvalidInput: the file is damaged.
        TooLarge: more rows than a file may have.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name
        with TemporaryDirectory(prefix="spanwise-") as spill:
            connection = open_locked(Path(spill), path)
            try:
                source = "FROM READ_PARQUET($path)"
                described = connection.execute(f"DESCRIBE {source}", {"path": str(path)}).fetchall()
                [(rows,)] = connection.execute(
                    f"SELECT COUNT(*) {source}", {"path": str(path)}
                ).fetchall()
            except duckdb.Error as error:
                raise damaged(name, error) from error
            finally:
                connection.close()
        if rows > MAX_RECORDS:
            raise TooLarge(f"'{name}' has more than {MAX_RECORDS} rows.", "Split it.")
        self.types = {str(row[0]): str(row[1]) for row in described}

    @property
    def typed(self) -> frozenset[str]:
        """Columns that hold dates and timestamps rather than text."""
        return frozenset(n for n, t in self.types.items() if t.startswith(("DATE", "TIMESTAMP")))

    def load(self, bench: Workbench, check: Check) -> list[str]:
        """Lays every row on the bench, and returns notices.

        Raises:
            InvalidInput: the file is damaged, or lacks what the contract requires.
        """
        names = [source_name(column) for column in check.columns]
        for column, name in zip(check.columns, names, strict=True):
            duckdb_type = self.types.get(name, "")
            if not duckdb_type and check.requires(column):
                raise InvalidInput(
                    f"'{self._name}' has no column '{name}', which the contract requires.",
                    did_you_mean(name, self.types),
                    code="missing_column",
                )
            if duckdb_type.startswith(_NESTED) or duckdb_type.endswith("]"):
                raise InvalidInput(
                    f"The column '{name}' of '{self._name}' holds objects or lists.",
                    "Write one column for each value.",
                )
        try:
            bench.load_query(_records(names, self.types), path=str(self._path))
        except duckdb.Error as error:
            raise damaged(self._name, error) from error
        return left_out(self.types.keys() - set(names))


def damaged(name: str, error: Exception) -> InvalidInput:
    """The file cannot be read as Parquet."""
    said = str(error).splitlines()[0][:200]
    return InvalidInput(f"'{name}' is not readable Parquet: {said}.", "Write it again.")


def _records(names: list[str], types: dict[str, str]) -> exp.Select:
    """Line, raw, body and fault of every row."""
    columns = [exp.column(f"t{i}") for i in range(len(names))]
    texts = [
        exp.alias_(_text(name, types.get(name)), column.name)
        for name, column in zip(names, columns, strict=True)
    ]
    null = exp.func("CHR", exp.convert(0))
    body: Expression = exp.func("COALESCE", columns[0], null)
    for column in columns[1:]:
        body = exp.DPipe(this=body, expression=text_of(FIELD_END))
        body = exp.DPipe(this=body, expression=exp.func("COALESCE", column, null))
    shown = [part for n, c in zip(names, columns, strict=True) for part in (text_of(n), c)]
    raw = exp.cast(exp.Anonymous(this="JSON_OBJECT", expressions=shown), "TEXT")
    odd = exp.or_(*(matches(column, CONTROL_PATTERN) for column in columns))
    fault = exp.case().when(odd, text_of(Fault.CONTROL_CHARACTER)).else_(text_of(""))
    rows = exp.select("file_row_number", *texts).from_(_SOURCE, dialect="duckdb")
    line = exp.Add(this=exp.column("file_row_number"), expression=exp.convert(1))
    return exp.select(line, raw, body, fault).from_(rows.subquery("rows"))


def _text(name: str, duckdb_type: str | None) -> Expression:
    column = exp.column(exp.to_identifier(name, quoted=True))
    if duckdb_type is None:
        return exp.cast(exp.null(), "TEXT")
    if duckdb_type.startswith("TIMESTAMP"):
        local = exp.cast(column, exp.DataType.build("TIMESTAMP", dialect="duckdb"))
        zone = "Z" if duckdb_type.endswith("TIME ZONE") else ""
        return exp.func("STRFTIME", local, text_of(f"%Y-%m-%dT%H:%M:%S.%f{zone}"))
    return exp.cast(column, "TEXT")
