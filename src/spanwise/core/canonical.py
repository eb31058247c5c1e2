"""Canonical JSON and digests: the same value is always the same bytes.

The bytes equal RFC 8785 for the values that are allowed here. Floats are not: their text
differs between languages, so rates and scores are hashed as decimal text.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import msgspec

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"

_encoder = msgspec.json.Encoder(order="sorted")
# RFC 8785 numbers are IEEE doubles: a larger integer would not survive another reader.
_MAX_INT = 2**53 - 1


def canonical(value: Json) -> bytes:
    """Canonical JSON of text, whole numbers, booleans, null, lists and objects.

    Raises:
        TypeError: a float, or another type that has no canonical form.
        ValueError: an integer beyond 2^53 - 1, or a key outside ASCII.
    """
    _check(value)
    return _encoder.encode(value)


def digest(value: Json) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def digest_bytes(content: bytes) -> str:
    """SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _check(value: Json) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) > _MAX_INT:
            raise ValueError(f"integer beyond 2^53 - 1: {value}")
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            # Sorting by code point equals sorting by UTF-16 unit only where keys are ASCII.
            if not (isinstance(key, str) and key.isascii()):
                raise ValueError(f"key is not ASCII text: {key!r}")
            _check(item)
    else:
        raise TypeError(f"no canonical form for {type(value).__name__}: {value!r}")
