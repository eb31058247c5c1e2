"""Any bytes at all become records, and no line is lost."""

import csv
import io
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spanwise.core.errors import InvalidInput
from spanwise.data.framing import CsvFraming, json_records
from spanwise.data.records import MAX_LINE_BYTES, RAW_BOUND, Fault, Record, RowReader


def frame(content: bytes, delimiter: str = ",") -> list[Record]:
    return list(CsvFraming(delimiter).records(io.BytesIO(content)))


def fields(content: bytes, delimiter: str = ",") -> list[list[str]]:
    return [record.fields(delimiter) for record in frame(content, delimiter)]


def test_plain_lines_are_split_at_the_delimiter() -> None:
    assert fields(b"a,b\n1,2\n") == [["a", "b"], ["1", "2"]]


def test_a_quoted_field_holds_delimiters_quotes_and_line_ends() -> None:
    content = b'id,note\r\n1,"say ""hi"",\r\nthen go"\r\n2,plain\r\n'
    assert fields(content) == [["id", "note"], ["1", 'say "hi",\nthen go'], ["2", "plain"]]
    assert [record.line for record in frame(content)] == [1, 2, 4]


def test_a_quote_inside_an_unquoted_field_is_an_ordinary_character() -> None:
    assert fields(b'1,5" pipe\n2,"x"\n') == [["1", '5" pipe'], ["2", "x"]]


def test_text_after_a_closing_quote_is_a_fault() -> None:
    [record] = frame(b'1,"x"y\n')
    assert (record.fault, record.raw) == (Fault.MALFORMED_QUOTES, '1,"x"y')


def test_a_quote_that_never_closes_costs_only_the_lines_that_might_belong_to_it() -> None:
    records = frame(b'1,a\n2,"b\n3,c\n4,d\n')
    assert [(record.line, record.fault) for record in records] == [
        (1, ""),
        (2, Fault.UNCLOSED_QUOTE),
        (3, Fault.UNCLOSED_QUOTE),
        (4, Fault.UNCLOSED_QUOTE),
    ]


def test_a_line_with_sound_quotes_ends_what_a_stray_quote_began() -> None:
    records = frame(b'1,"b\n2,c\n3,"d, e",f\n4,g\n')
    assert [record.fault for record in records] == [
        Fault.UNCLOSED_QUOTE,
        Fault.UNCLOSED_QUOTE,
        "",
        "",
    ]


def test_a_byte_order_mark_blank_lines_and_a_missing_last_line_end_do_not_matter() -> None:
    assert fields(b"\xef\xbb\xbfa,b\n\n1,2\n\r\n3,4") == [["a", "b"], ["1", "2"], ["3", "4"]]


def test_bytes_that_are_not_utf8_are_shown_escaped() -> None:
    [record] = frame(b"1,caf\xe9\n")
    assert (record.fault, record.raw) == (Fault.NOT_UTF8, "1,caf\\xe9")


@pytest.mark.parametrize("byte", [b"\x00", b"\x1e", b"\x1f", b"\x01", b"\r"])
def test_control_characters_are_a_fault(byte: bytes) -> None:
    [record] = frame(b"1,a" + byte + b"b\n")
    assert record.fault == Fault.CONTROL_CHARACTER
    assert record.raw.isprintable()


def test_a_line_beyond_the_bound_is_a_fault_and_the_next_one_is_not() -> None:
    whole = b"1," + b"x" * (MAX_LINE_BYTES - 2)
    kept, cut, after = frame(whole + b"\n" + whole + b"x\n2,y\n")
    assert (kept.fault, cut.fault, after.fault) == ("", Fault.TOO_LONG, "")
    assert (cut.line, len(cut.raw), after.line) == (2, RAW_BOUND + 1, 3)


def test_a_quoted_field_cannot_outgrow_the_bound_by_spanning_lines() -> None:
    records = frame(b'1,"' + (b"x" * 1_023 + b"\n") * 1_100)
    assert [record.line for record in records] == list(range(1, 1_101))
    assert {record.fault for record in records[:1_023]} == {Fault.UNCLOSED_QUOTE}


@pytest.mark.parametrize("delimiter", [";", "\t", "|", "^", "]", "-", "\x1f", "\x01", "§"])
def test_any_character_but_a_quote_or_a_line_end_delimits(delimiter: str) -> None:
    content = delimiter.join(["1", f'"a{";" if delimiter == ";" else ""}"', "x"]) + "\n"
    assert fields(content.encode(), delimiter)[0][0] == "1"
    assert len(fields(content.encode(), delimiter)[0]) == 3


@pytest.mark.parametrize("delimiter", ['"', "\n", "\r"])
def test_a_quote_or_a_line_end_is_no_delimiter(delimiter: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be a delimiter"):
        CsvFraming(delimiter)


HOSTILE = st.lists(
    st.sampled_from(
        [b'"', b'""', b",", b"\n", b"\r\n", b"\r", b"a", b"\x00", b"\x1f", b"\xff", b" "]
    )
    | st.binary(max_size=3),
    max_size=40,
).map(b"".join)


@given(HOSTILE)
@settings(max_examples=100)
def test_every_line_that_is_not_blank_belongs_to_exactly_one_record(content: bytes) -> None:
    records = frame(content)
    starts = [record.line for record in records]
    assert starts == sorted(set(starts))
    covered = sum(record.raw.count("\n") + 1 for record in records)
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    blank = sum(line in (b"", b"\r") for line in lines)
    # Blank lines count where they stand inside a quoted field, and only there.
    assert len(lines) - blank <= covered <= len(lines)


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from('\n\t,"')),
            min_size=2,
            max_size=4,
        ),
        max_size=5,
    ),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
@settings(max_examples=50)
def test_what_the_standard_library_writes_is_read_back(
    rows: list[list[str]], quoting: Literal[0, 1]
) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=quoting).writerows(rows)
    assert fields(text.getvalue().encode()) == rows


def test_json_lines_are_taken_field_by_field() -> None:
    rows = RowReader(["id", "ok", "n", "note"])
    content = b'{"id":"a","ok":true,"n":1.5,"other":1}\n\n{"n":12345678901234567890}\n'
    records = list(json_records(io.BytesIO(content), rows))
    assert [record.fields(",") for record in records] == [
        ["a", "true", "1.5", "\x00"],
        ["\x00", "\x00", "12345678901234567890", "\x00"],
    ]
    assert [record.line for record in records] == [1, 3]
    assert rows.unknown == {"other"}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b'{"id": 1', Fault.MALFORMED_JSON),
        (b"[1]", Fault.MALFORMED_JSON),
        (b'{"id": NaN}', Fault.MALFORMED_JSON),
        (b'{"id": 1e999}', Fault.MALFORMED_JSON),
        (b'{"id": "\\ud800"}', Fault.MALFORMED_JSON),
        (b'{"id": ' * 100_000, Fault.MALFORMED_JSON),
        (b'{"id": "\xff"}', Fault.NOT_UTF8),
        (b'{"id": "a\\u0000b"}', Fault.CONTROL_CHARACTER),
        (b'{"id": "a\\u001fb"}', Fault.CONTROL_CHARACTER),
        (b'{"id": "\\u0000"}', Fault.CONTROL_CHARACTER),
        (b'{"id": {"deep": 1}}', Fault.NESTED_VALUE),
        (b'{"id": [1]}', Fault.NESTED_VALUE),
    ],
)
def test_json_that_cannot_be_taken_is_a_fault(line: bytes, fault: Fault) -> None:
    [record] = json_records(io.BytesIO(line + b"\n"), RowReader(["id"]))
    assert record.fault == fault


@given(st.binary(max_size=60) | st.text().map(lambda text: b'{"id":"' + text.encode() + b'"}'))
@settings(max_examples=100)
def test_no_json_bytes_raise(content: bytes) -> None:
    for record in json_records(io.BytesIO(content), RowReader(["id"])):
        assert record.fault or record.fields(",")
        record.raw.encode()
        record.body.encode()
