"""Cuts the bytes of a file into records, whatever the bytes are.

DuckDB's own reader is not used for this: outside strict mode it drops surplus fields without a
word, in strict mode mixed line ends stop it, and its line numbers count rows. Here every line
that is not blank belongs to exactly one record, and each record has fields or a fault.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from spanwise.core.errors import InvalidInput, TooLarge
from spanwise.data.records import (
    CONTROL,
    FIELD_END,
    MAX_LINE_BYTES,
    MAX_RECORDS,
    RAW_BOUND,
    Fault,
    Record,
    RowReader,
    faulty,
    shown,
)

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SKIP_BYTES = 1 << 18
_MAX_SKIPS = 1 << 12
_UNDECODABLE = re.compile("[\udc80-\udcff]")  # how Python carries bytes that are not UTF-8
_decode_json = msgspec.json.Decoder(dict[str, object]).decode


class CsvFraming:
    """Records of delimited text (RFC 4180): a quoted field may hold delimiters and line ends.

    A quote inside an unquoted field is an ordinary character. Where quoting breaks, every line
    that might belong to the broken field is a record of its own with a fault, so that one stray
    quote never swallows its neighbours.

    Raises:
        InvalidInput: the delimiter is a quote or a line end.
    """

    def __init__(self, delimiter: str) -> None:
        if delimiter in '"\r\n':
            raise InvalidInput(
                f"{delimiter!r} cannot be a delimiter.", "Use a comma, a semicolon or a tab."
            )
        end = re.escape(delimiter)
        # Possessive quantifiers: the match is linear in the length of the line.
        inside = r'[^"]*+(?:""[^"]*+)*+'
        plain = rf'(?!")[^{end}]*+'
        a_field = rf'(?:"{inside}"|{plain})'
        self._delimiter = delimiter
        strict = rf'(?:"{inside}"|[^"{end}]*+)'
        self._closed = re.compile(rf"{a_field}(?:{end}{a_field})*+")
        self._strict = re.compile(rf"{strict}(?:{end}{strict})*+")
        self._open = re.compile(rf'(?:{a_field}{end})*+"{inside}')
        self._fields = re.compile(rf'{end}(?:"({inside})"|({plain}))')

    def records(self, stream: BinaryIO) -> Iterator[Record]:
        """Every record of the stream, in order.

        Raises:
            TooLarge: more lines than a file may have.
        """
        pending: list[tuple[int, str]] = []  # lines of a quoted field that is still open
        size = 0
        for number, text, fault in _lines(stream):
            if fault:
                yield from _unclosed(pending)
                pending = []
                yield faulty(number, text, fault)
                continue
            if pending:
                size += len(text) + 1
                # Inside a quote, a line reads like one that begins with a quote.
                state = self._state('"' + text) if size <= MAX_LINE_BYTES else None
                if state is not None:
                    pending.append((number, text))
                    if state:
                        yield self._record(pending[0][0], "\n".join(line for _, line in pending))
                        pending = []
                    continue
                yield from _unclosed(pending)
                pending = []
            if not text:
                continue
            state = '"' not in text or self._state(text)
            if state:
                yield self._record(number, text)
            elif state is None:
                yield faulty(number, text, Fault.MALFORMED_QUOTES)
            else:
                pending, size = [(number, text)], len(text)
        yield from _unclosed(pending)

    def split(self, text: str) -> list[str]:
        """Fields of one well-formed record."""
        found = self._fields.findall(self._delimiter + text)
        if '""' in text:
            return [quoted.replace('""', '"') or plain for quoted, plain in found]
        return [quoted or plain for quoted, plain in found]

    def _joined(self, text: str) -> str:
        """What joining `split` gives, four times as fast, where quotes stand only around fields."""
        parts = text.split('"')
        last = len(parts) - 1
        for i in range(0, last + 1, 2):  # the parts outside quotes
            if parts[i] or i in (0, last):
                parts[i] = parts[i].replace(self._delimiter, FIELD_END)
            else:
                parts[i] = '"'  # nothing between two quotes: one that was escaped
        return "".join(parts)

    def _state(self, text: str) -> bool | None:
        """Whether all quotes are closed at the end of the line; None when they are malformed."""
        if self._closed.fullmatch(text):
            return True
        return False if self._open.fullmatch(text) else None

    def _record(self, line: int, text: str) -> Record:
        printable = text.isprintable()
        if not printable and _UNDECODABLE.search(text):
            return faulty(line, text, Fault.NOT_UTF8)
        if '"' not in text and (printable or not CONTROL.search(text)):
            return Record(line, text)
        if printable and self._strict.fullmatch(text):
            return Record(line, text, self._joined(text))
        fields = self.split(text)
        if not printable and CONTROL.search("".join(fields)):
            return faulty(line, text, Fault.CONTROL_CHARACTER)
        return Record(line, text if printable else shown(text), FIELD_END.join(fields))


def json_records(stream: BinaryIO, rows: RowReader) -> Iterator[Record]:
    """Every record of JSON Lines, in order.

    Raises:
        TooLarge: more lines than a file may have.
    """
    for number, text, fault in _lines(stream):
        if fault or _UNDECODABLE.search(text):
            yield faulty(number, text, fault or Fault.NOT_UTF8)
        elif text and not text.isspace():
            try:
                row = _decode_json(text)
            except (msgspec.DecodeError, RecursionError):
                yield faulty(number, text, Fault.MALFORMED_JSON)
            else:
                yield rows.record(number, text, row)


def _lines(stream: BinaryIO) -> Iterator[tuple[int, str, Fault | None]]:
    """Number, text without its end, and fault of every line; undecodable bytes are escaped."""
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if number > MAX_RECORDS:
            raise TooLarge(f"The file has more than {MAX_RECORDS} lines.", "Split it.")
        if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            _skip_line(stream)
            begin = line[: 4 * RAW_BOUND + 4]  # a character has up to four bytes
            yield number, begin.decode("utf-8", "surrogateescape"), Fault.TOO_LONG
            continue
        if number == 1:
            line = line.removeprefix(_BYTE_ORDER_MARK)
        text = line.decode("utf-8", "surrogateescape")
        if text.endswith("\n"):
            text = text[:-2] if text.endswith("\r\n") else text[:-1]
        yield number, text, None


def _skip_line(stream: BinaryIO) -> None:
    for _ in range(_MAX_SKIPS):
        piece = stream.readline(_SKIP_BYTES)
        if not piece or piece.endswith(b"\n"):
            return
    raise TooLarge("The file has a line of more than a gigabyte.", "Check what it is.")


def _unclosed(pending: list[tuple[int, str]]) -> Iterator[Record]:
    for number, text in pending:
        if text:
            yield faulty(number, text, Fault.UNCLOSED_QUOTE)
