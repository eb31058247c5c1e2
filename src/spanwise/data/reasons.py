"""Why a row is in quarantine, for people and as it is stored."""

from collections.abc import Sequence

import msgspec

from spanwise.data.records import FAULT_MESSAGES, Fault


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with a row.

    Attributes:
        code: stable, such as `required`, `minimum` or `unclosed_quote`.
        field: the field it is about; None when it is about the row as a whole.
        message: what is wrong, to be read after the field's name.
    """

    code: str
    field: str | None
    message: str

    def __str__(self) -> str:
        return f"{self.field or 'The row'} {self.message}"


_decode = msgspec.json.Decoder(tuple[Reason, ...]).decode


def encode_reasons(reasons: Sequence[Reason]) -> str:
    return msgspec.json.encode(reasons).decode()


def decode_reasons(stored: str) -> tuple[Reason, ...]:
    return _decode(stored)


def fault_reason(fault: str) -> Reason:
    """The reason of a record that could not be split into fields."""
    return Reason(code=fault, field=None, message=FAULT_MESSAGES[Fault(fault)])


def width_reason(width: int, expected: int) -> Reason:
    return Reason(code="width", field=None, message=f"has {width} fields instead of {expected}")


def cut_reason(bound: int) -> Reason:
    message = f"is shown in part: its first {bound} characters"
    return Reason(code="raw_cut", field=None, message=message)
