"""One accepted batch as one line: readable by eye, checkable by machine.

`<batch id, 32 hex> <received, ms since 1970> <payload length> <CRC-32, 8 hex> <payload>\\n`

The check sum covers id, time and payload. A line that was cut off by a crash, or damaged later, is recognised; it is never half believed.
"""

import zlib
from dataclasses import dataclass

_HEAD_PARTS = 4
# 32 + 1 + 20 + 1 + 10 + 1 + 8 + 1: a head that is longer than this is no head.
_HEAD_MAX = 74


@dataclass(frozen=True, slots=True)
class Batch:
    """What one request delivered. `batch_id` is 16 bytes, UUIDv7, minted by the hub."""

    batch_id: bytes
    received_ms: int
    payload: bytes


class DamagedLine(ValueError):
    """The bytes between two line ends are not what the writer wrote."""


def encode(batch: Batch) -> bytes:
    """The line for `batch`. The payload must hold no line end (JSON without raw control characters never does)."""
    if b"\n" in batch.payload:
        raise ValueError("a spooled payload must not contain a line end")
    received = b"%d" % batch.received_ms
    return b"%s %s %d %08x %s\n" % (
        batch.batch_id.hex().encode("ascii"),
        received,
        len(batch.payload),
        _checksum(batch.batch_id, received, batch.payload),
        batch.payload,
    )


def decode(line: bytes) -> Batch:
    """The batch of one line (with or without its line end). Raises DamagedLine."""
    head, payload = _split(line.removesuffix(b"\n"))
    try:
        batch_id = bytes.fromhex(head[0].decode("ascii"))
        length = int(head[2])
        expected = int(head[3], 16)
        received_ms = int(head[1])
    except ValueError as error:
        raise DamagedLine("unreadable head") from error
    if len(batch_id) != 16 or length != len(payload):
        raise DamagedLine("wrong length")
    if expected != _checksum(batch_id, head[1], payload):
        raise DamagedLine("wrong check sum")
    return Batch(batch_id, received_ms, payload)


def _split(line: bytes) -> tuple[list[bytes], bytes]:
    parts = line.split(b" ", _HEAD_PARTS)
    if len(parts) != _HEAD_PARTS + 1 or sum(map(len, parts[:_HEAD_PARTS])) > _HEAD_MAX:
        raise DamagedLine("no head")
    return parts[:_HEAD_PARTS], parts[_HEAD_PARTS]


def _checksum(batch_id: bytes, received: bytes, payload: bytes) -> int:
    return zlib.crc32(payload, zlib.crc32(received, zlib.crc32(batch_id)))
