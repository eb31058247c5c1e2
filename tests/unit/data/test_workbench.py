"""Accepted and quarantined are what was received, for any bytes; and SQL opens no other file."""

from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spanwise.data.checks import Check
from spanwise.data.compile import compile_check
from spanwise.data.framing import CsvFraming
from spanwise.data.readers import columns_in_order
from spanwise.data.records import chunks
from spanwise.data.workbench import Workbench, open_locked
from spanwise.spec.models.contracts import DataContract
from spanwise.spec.models.products import Product

CONTRACT = DataContract.model_validate(
    {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": "orders",
        "version": "1.0.0",
        "schema": [
            {
                "name": "orders",
                "properties": [
                    {"name": "id", "logicalType": "string"},
                    {"name": "at", "logicalType": "timestamp"},
                    {"name": "n", "logicalType": "integer", "unique": True},
                ],
            }
        ],
    }
)


def check_of(**written: Any) -> Check:
    document = {"product": "a.b", "contract": "orders", "key": "id", "as_of": "at"}
    return compile_check(CONTRACT, Product.model_validate({**document, "format": written}))


PIECES = st.sampled_from(
    [
        b"a,2026-01-01,1\n",
        b"a,2026-01-02,1\r\n",
        b"b,2026-01-01,\n",
        b'c,"2026-01-01",2\n',
        b'd,"2026-01-01\n',
        b'"e\n",2026-01-01,3\n',
        b"f,2026-01-01\n",
        b"g,2026-01-01,3,4\n",
        b"h,never,x\n",
        b"\n",
        b"\xef\xbb\xbf",
        b"\x00",
        b"\x1e,\x1f",
        b"\xff",
        b'"',
    ]
)


@given(st.lists(PIECES | st.binary(max_size=6), max_size=25).map(b"".join))
@settings(max_examples=40, deadline=None)
def test_accepted_and_refused_are_what_was_received(content: bytes) -> None:
    check = check_of(header=False)
    with Workbench(check, columns_in_order(check)) as bench:
        records = list(CsvFraming(",").records(BytesIO(content)))
        for chunk in chunks(records):
            bench.load(chunk)
        received, accepted = bench.judge(latest_ms=4_102_444_800_000)
        refused = [row.line for row in bench.refused()]
        kept = [row.line for row in bench.accepted()]
    assert received == len(records) == accepted + len(refused)
    assert len({*refused, *kept}) == len(refused) + len(kept) <= received


def test_an_empty_batch_is_judged() -> None:
    check = check_of()
    with Workbench(check, columns_in_order(check)) as bench:
        assert bench.judge(latest_ms=0) == (0, 0)
        assert [*bench.accepted(), *bench.refused()] == []


def test_chunks_are_bounded_in_number_and_in_size() -> None:
    lines = CsvFraming(",").records(BytesIO(b"x\n" * 120_000))
    assert [len(chunk) for chunk in chunks(lines)] == [50_000, 50_000, 20_000]
    wide = CsvFraming(",").records(BytesIO((b"x" * 1_000_000 + b"\n") * 20))
    assert [len(chunk) for chunk in chunks(wide)] == [17, 3]


def test_sql_opens_no_file_but_the_one_it_is_given(tmp_path: Path) -> None:
    given_file, other = tmp_path / "it's given.parquet", tmp_path / "other.parquet"
    with duckdb.connect() as writer:
        for path in (given_file, other):
            writer.execute("COPY (SELECT 1 AS x) TO $path (FORMAT parquet)", {"path": str(path)})
    connection = open_locked(tmp_path / "spill", given_file)
    read = "SELECT x FROM READ_PARQUET($path)"
    assert connection.execute(read, {"path": str(given_file)}).fetchall() == [(1,)]
    with pytest.raises(duckdb.Error):
        connection.execute(read, {"path": str(other)})
    for statement in (
        "SELECT * FROM READ_CSV('/etc/passwd')",
        "SELECT * FROM READ_TEXT('/etc/passwd')",
        "SELECT * FROM GLOB('/etc/*')",
        f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
        f"ATTACH '{tmp_path / 'other.db'}'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET allowed_paths = ['/etc/passwd']",
    ):
        with pytest.raises(duckdb.Error):
            connection.execute(statement)
    connection.close()


def test_a_workbench_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    check = check_of()
    with Workbench(check, columns_in_order(check)):
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())
