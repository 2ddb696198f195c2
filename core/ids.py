"""One id per thing, for life: UUIDv7 in the database, a TypeID (`ast_01h4…`) everywhere people see it.

Architecture decision 2. The TypeID suffix is the 128 bits in Crockford base 32, 26 characters, so every id of a
kind has the same length: the byte segments of rendered views rely on that.
"""

from __future__ import annotations

import os
import re
import threading
import time
import uuid
from typing import Any

from sqlalchemy import types

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}
_SHAPE = re.compile(r"([a-z]{3})_([0-7][0-9a-hjkmnp-tv-z]{25})\Z")

_lock = threading.Lock()
_last_ms = 0
_counter = 0


def uuid7(at_ms: int | None = None) -> uuid.UUID:
    """RFC 9562 version 7; within one process and millisecond the 12-bit field counts up, so ids sort as made.

    `at_ms` (milliseconds since the epoch) lets a moved clock make ids of its own time.
    """
    global _last_ms, _counter
    if at_ms is not None:
        # Apart from the counter: an id of another time must not turn back the order of those made now (the audit's sealer goes by it).
        return _uuid(at_ms, int.from_bytes(os.urandom(1)))
    stamp = time.time_ns() // 1_000_000
    with _lock:
        if stamp <= _last_ms:
            _counter += 1
            stamp = _last_ms + (_counter >> 12)
        else:
            _counter = int.from_bytes(os.urandom(1))
        _last_ms = stamp
        sequence = _counter & 0xFFF
        if sequence == 0xFFF:
            _counter = -1
            _last_ms += 1
    return _uuid(stamp, sequence)


def _uuid(stamp: int, sequence: int) -> uuid.UUID:
    bits = (stamp & 0xFFFFFFFFFFFF) << 80 | 7 << 76 | sequence << 64 | 2 << 62
    return uuid.UUID(int=bits | int.from_bytes(os.urandom(8)) >> 2)


# Two letters at a time: every row read from the database passes here, several times.
_PAIRS = tuple(first + second for first in ALPHABET for second in ALPHABET)


def _encode(value: int) -> str:
    return "".join([_PAIRS[value >> shift & 1023] for shift in range(120, -1, -10)])


def _decode(text: str) -> int:
    value = 0
    for letter in text:
        value = value << 5 | _VALUE[letter]
    return value


class TypeID(str):
    """A prefixed id as text. Build it with `new_id`, `TypeID.of` or `TypeID.parse`, never by hand."""

    __slots__ = ()

    @classmethod
    def of(cls, prefix: str, value: uuid.UUID) -> TypeID:
        """The TypeID of a known UUID."""
        return cls(f"{prefix}_{_encode(value.int)}")

    @classmethod
    def parse(cls, text: str, prefix: str | None = None) -> TypeID:
        """Raises ValueError unless `text` is a well-formed id (of this prefix, when one is given)."""
        match = _SHAPE.match(text)
        if match is None or (prefix is not None and match[1] != prefix):
            raise ValueError(f"not a {prefix or 'TypeID'} id: {text[:60]!r}")
        return cls(text)

    @property
    def prefix(self) -> str:
        return self[:3]

    @property
    def uuid(self) -> uuid.UUID:
        return uuid.UUID(int=_decode(self[4:]))


def new_id(prefix: str, at_ms: int | None = None) -> TypeID:
    """A fresh id of the kind `prefix`."""
    return TypeID.of(prefix, uuid7(at_ms))


class IdColumn(types.TypeDecorator[TypeID]):
    """Stores a TypeID as 16 bytes (half the index of its text form) and gives it back with its prefix."""

    impl = types.LargeBinary(16)
    cache_ok = True

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self.prefix = prefix

    def load_dialect_impl(self, dialect: Any) -> Any:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(types.Uuid())
        return dialect.type_descriptor(types.LargeBinary(16))

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        if value is None:
            return None
        parsed = TypeID.parse(str(value), self.prefix).uuid
        return parsed if dialect.name == "postgresql" else parsed.bytes

    def process_result_value(self, value: Any, dialect: Any) -> TypeID | None:
        if value is None:
            return None
        return TypeID.of(self.prefix, value if isinstance(value, uuid.UUID) else uuid.UUID(bytes=value))
