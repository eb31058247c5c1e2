"""How a file is written is found out, and what it lacks is said before anything is loaded."""

import gzip
from io import BytesIO
from typing import Any

import pytest

from spanwise.core.errors import InvalidInput
from spanwise.data.compile import compile_check
from spanwise.data.readers import read_text

FIELDS = (
    {"name": "id", "logicalType": "string", "physicalName": "Order No"},
    {"name": "at", "logicalType": "date"},
    {"name": "note"},
)


def keys(accepted: list[Any]) -> list[str]:
    return [row.row_key for row in accepted]


@pytest.fixture
def contract(make_contract: Any) -> Any:
    return make_contract(*FIELDS)


def test_columns_are_found_by_their_physical_names_in_any_order(
    contract: Any, make_product: Any, judge: Any
) -> None:
    accepted, _ = judge(contract, make_product(), b"note,at,Order No\nx,2026-01-01,7\n")
    assert accepted[0].content == '{"id":"7","at":"2026-01-01","note":"x"}'


def test_columns_beyond_the_contract_are_left_out_and_told(
    contract: Any, make_product: Any
) -> None:
    check = compile_check(contract, make_product())
    with read_text(BytesIO(b"Order No,at,salary\n"), "o.csv", check) as reading:
        assert reading.notices() == [
            "Not in the contract, and left out: salary.",
            "Not in the file, and left empty: note.",
        ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "has no readable header line"),
        (b"\xff,at\n", "has no readable header line"),
        (b"Order no,at\n", "has no column 'Order No', which the contract requires"),
        (b"Order No;at\n1;2026-01-01\n", "The delimiter is ','"),
        (b"Order No,at,at\n", "has the column 'at' twice"),
        ("Order No,at\n".encode("utf-16"), "is written in UTF-16"),
    ],
)
def test_a_file_that_cannot_be_read_as_a_whole_is_refused(
    contract: Any, make_product: Any, judge: Any, content: bytes, words: str
) -> None:
    with pytest.raises(InvalidInput) as raised:
        judge(contract, make_product(), content)
    assert words in str(raised.value)


def test_a_header_alone_is_an_empty_delivery(contract: Any, make_product: Any, judge: Any) -> None:
    assert judge(contract, make_product(), b"Order No,at,note\n") == ([], [])


def test_a_file_without_a_header_is_in_the_contracts_order(
    contract: Any, make_product: Any, judge: Any
) -> None:
    product = make_product(format={"header": False, "delimiter": "\t"})
    accepted, refused = judge(contract, product, b"7\t2026-01-01\tx\n8\t2026-01-01\n")
    assert (keys(accepted), [row.line for row in refused]) == (["7"], [2])


@pytest.mark.parametrize("delimiter", ["\x01", "\x1f", "§", "]"])
def test_odd_delimiters_work_throughout(
    contract: Any, make_product: Any, judge: Any, delimiter: str
) -> None:
    product = make_product(format={"delimiter": delimiter})
    content = "Order No,at,note\n7,2026-01-01,x\n".replace(",", delimiter).encode()
    accepted, _ = judge(contract, product, content)
    assert keys(accepted) == ["7"]


def test_gzip_is_known_by_its_bytes(contract: Any, make_product: Any, judge: Any) -> None:
    content = gzip.compress(b"Order No,at,note\n7,2026-01-01,x\n")
    accepted, _ = judge(contract, make_product(), content, name="orders.dat")
    assert keys(accepted) == ["7"]


@pytest.mark.parametrize("damage", [slice(0, -9), slice(0, 12)])
def test_a_damaged_archive_is_refused(
    contract: Any, make_product: Any, judge: Any, damage: slice
) -> None:
    content = gzip.compress(b"Order No,at,note\n" + b"7,2026-01-01,x\n" * 100)[damage]
    with pytest.raises(InvalidInput, match="is damaged"):
        judge(contract, make_product(), content, name="orders.csv.gz")


def test_json_lines_are_known_by_their_name(contract: Any, make_product: Any, judge: Any) -> None:
    content = b'{"Order No": 7, "at": "2026-01-01"}\n{"at": "2026-01-01"}\nnot json\n'
    accepted, refused = judge(contract, make_product(), content, name="orders.jsonl")
    assert keys(accepted) == ["7"]
    assert [(row.line, row.reasons[0].code) for row in refused] == [
        (2, "required"),
        (3, "malformed_json"),
    ]


@pytest.mark.parametrize("note", [b"x" * 20_000, b"\x00" + b"x" * 20_000, b"x" * 2_000_000])
def test_long_raw_text_is_cut_and_said_so(
    contract: Any, make_product: Any, judge: Any, note: bytes
) -> None:
    _, [row] = judge(contract, make_product(), b"Order No,at,note\n7,never," + note + b"\n")
    assert len(row.raw) == 10_000
    assert str(row.reasons[-1]) == "The row is shown in part: its first 10000 characters"
