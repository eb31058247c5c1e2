"""Parquet: typed columns are read as they are, and checked like any other."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from spanwise.core.errors import InvalidInput
from spanwise.data.compile import compile_check
from spanwise.data.parquet import ParquetFile
from spanwise.data.readers import columns_in_order
from spanwise.data.workbench import Workbench


def write(path: Path, query: str) -> Path:
    with duckdb.connect() as writer:
        writer.execute("SET TimeZone = 'Asia/Tokyo'")
        writer.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return path


@pytest.fixture
def contract(make_contract: Any) -> Any:
    return make_contract(
        {"name": "id", "logicalType": "string"},
        {"name": "at", "logicalType": "timestamp"},
        {"name": "day", "logicalType": "date"},
        {"name": "n", "logicalType": "integer"},
        {"name": "x", "logicalType": "number"},
    )


def run(contract: Any, product: Any, path: Path) -> tuple[list[Any], list[Any], list[str]]:
    parquet = ParquetFile(path, path.name)
    check = compile_check(contract, product, typed=parquet.typed)
    with Workbench(check, columns_in_order(check), path) as bench:
        notices = parquet.load(bench, check)
        bench.judge(latest_ms=4_102_444_800_000)
        return list(bench.accepted()), list(bench.refused()), notices


def test_types_are_taken_as_they_are(contract: Any, make_product: Any, tmp_path: Path) -> None:
    path = write(
        tmp_path / "orders.parquet",
        "SELECT 'a' AS id, TIMESTAMPTZ '2026-01-01 12:00:00.5+02:00' AS at,"
        " DATE '2026-02-03' AS day, 7 AS n, 0.5::DOUBLE AS x, 'secret' AS salary",
    )
    product = make_product(format={"dates": "%d/%m/%Y"})  # of texts; these are no texts
    [row], refused, notices = run(contract, product, path)
    assert json.loads(row.content) == {
        "id": "a",
        "at": "2026-01-01T10:00:00.500Z",
        "day": "2026-02-03",
        "n": 7,
        "x": 0.5,
    }
    assert (refused, notices) == ([], ["Not in the contract, and left out: salary."])


def test_bad_values_are_refused_by_row(contract: Any, make_product: Any, tmp_path: Path) -> None:
    path = write(
        tmp_path / "orders.parquet",
        "SELECT * FROM (VALUES ('a', TIMESTAMP '2026-01-01', 'nan'::DOUBLE, '2026-01-01'),"
        " (NULL, TIMESTAMP '2026-01-01', 1.0, '2026-01-01'),"
        " ('c' || CHR(31), TIMESTAMP '2026-01-01', 1.0, '2026-01-01'),"
        " ('d', TIMESTAMP '2026-01-01', 1.0, '01/01/2026'),"
        " ('e', TIMESTAMP '2026-01-01', 1.0, NULL)) AS t(id, \"at\", x, day)",
    )
    accepted, refused, _ = run(contract, make_product(), path)
    assert [row.row_key for row in accepted] == ["e"]
    assert [(row.line, str(row.reasons[0])) for row in refused] == [
        (1, "x is not a finite number"),
        (2, "id is missing"),
        (3, "The row contains a control character"),
        (4, "day is not a date (ISO 8601)"),
    ]
    assert json.loads(refused[0].raw)["id"] == "a"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT 'a' AS id", "no column 'at', which the contract requires"),
        ("SELECT [1] AS id, TIMESTAMP '2026-01-01' AS at", "'id' of 'orders.parquet' holds"),
        ("SELECT {'a': 1} AS id, TIMESTAMP '2026-01-01' AS at", "holds objects or lists"),
    ],
)
def test_a_file_without_what_the_contract_requires_is_refused(
    contract: Any, make_product: Any, tmp_path: Path, query: str, words: str
) -> None:
    path = write(tmp_path / "orders.parquet", query)
    with pytest.raises(InvalidInput, match=words):
        run(contract, make_product(), path)


def test_a_damaged_file_is_refused(contract: Any, make_product: Any, tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    path.write_bytes(b"PAR1 and nothing else PAR1")
    with pytest.raises(InvalidInput, match="is not readable Parquet"):
        run(contract, make_product(), path)
