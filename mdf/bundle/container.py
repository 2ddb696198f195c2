"""One zip file for one list of files: every byte of it follows from their names and contents.

Stored, not compressed (pictures are compressed already, and compressors differ between machines), one fixed time, no extra fields,
no comment. So a verifier can write the file again and compare: there is no byte that could be changed unseen (docs/adr/0009).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION = 20
_UTF8 = 0x800
#: 1 January 1980, the earliest time a zip can name: when a bundle was made stands in its manifest.
_TIME, _DATE = 0, (0 << 9) | (1 << 5) | 1
_REGULAR_FILE = 0o100644 << 16
_MADE_BY_UNIX = (3 << 8) | _VERSION
#: Names that mean the same on every system: no upper case, no blanks, no dots in front, no way up.
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(?:[.][a-z0-9_-]+)*(?:/[a-z0-9][a-z0-9_-]*(?:[.][a-z0-9_-]+)*){0,3}\Z")
LONGEST_NAME = 160
_BLOCK = 4096


@dataclass(frozen=True)
class Limits:
    """What a verifier reads at most; a bundle beyond it is refused before it is looked at."""

    bytes: int = 256 * 2**20
    files: int = 2000


class BadContainer(ValueError):
    """This is not a bundle's zip. `item` names the part, `problem` says what is wrong with it."""

    def __init__(self, item: str, problem: str) -> None:
        super().__init__(f"{item}: {problem}")
        self.item, self.problem = item, problem


def is_name(name: str) -> bool:
    return len(name) <= LONGEST_NAME and NAME.match(name) is not None


@dataclass(frozen=True)
class Part:
    """A stretch of the container and whom it belongs to."""

    begin: int
    end: int
    item: str


def write_zip(files: Mapping[str, bytes]) -> bytes:
    """In the order of the names. ValueError for a name that could mean something else elsewhere."""
    return b"".join(piece for piece, _item in _pieces(files))


def parts_of(files: Mapping[str, bytes]) -> list[Part]:
    """Where what stands in the container that `write_zip` makes of these files."""
    parts, at = [], 0
    for piece, item in _pieces(files):
        parts.append(Part(at, at + len(piece), item))
        at += len(piece)
    return parts


def _pieces(files: Mapping[str, bytes]) -> Iterator[tuple[bytes, str]]:
    names = sorted(files)
    offsets, at = [], 0
    for name in names:
        if not is_name(name):
            raise ValueError(f"no name for a file in a bundle: {name!r}")
        content = files[name]
        header = _local_header(name, content)
        offsets.append(at)
        yield header, f"zip header of {name}"
        yield content, name
        at += len(header) + len(content)
    size = 0
    for name, offset in zip(names, offsets, strict=True):
        entry = _central_entry(name, files[name], offset)
        size += len(entry)
        yield entry, f"zip directory entry of {name}"
    yield _END.pack(_END_MARK, 0, 0, len(names), len(names), size, at, 0), "zip end record"


def _local_header(name: str, content: bytes) -> bytes:
    raw, size = name.encode("ascii"), len(content)
    return _LOCAL.pack(_LOCAL_MARK, _VERSION, _UTF8, 0, _TIME, _DATE, zlib.crc32(content), size, size, len(raw), 0) + raw


def _central_entry(name: str, content: bytes, offset: int) -> bytes:
    raw, size = name.encode("ascii"), len(content)
    fixed = (_CENTRAL_MARK, _MADE_BY_UNIX, _VERSION, _UTF8, 0, _TIME, _DATE, zlib.crc32(content), size, size, len(raw), 0, 0, 0, 0)
    return _CENTRAL.pack(*fixed, _REGULAR_FILE, offset) + raw


@dataclass(frozen=True)
class Reading:
    """The files of a container, and `(item, problem)` where it is not exactly the one that `write_zip` makes of them."""

    files: Mapping[str, bytes]
    differences: tuple[tuple[str, str], ...]


def read_zip(data: bytes, limits: Limits | None = None) -> list[Reading]:
    """Reads a container as far as it can be read. BadContainer when nothing of it can, or when it is beyond the limits.

    A zip tells its files twice: before each of them, and in the directory at its end. Where the two differ there are two readings, the one
    that explains more of the bytes first. Nothing is unpacked, so there is nothing that could grow.
    """
    limits = limits or Limits()
    if len(data) > limits.bytes:
        raise BadContainer("bundle", f"it is larger than {limits.bytes} bytes")
    readings = [_compared(data, files) for files in (_by_headers(data, limits), _by_directory(data, limits)) if files]
    if not readings:
        raise BadContainer("bundle", "it is no zip file, or something was put in front of it")
    return [reading for _score, reading in sorted(readings, key=lambda scored: scored[0])]


def _by_headers(data: bytes, limits: Limits) -> dict[str, bytes]:
    """One file after the other. Where a file does not end in front of the next one, what lies between them is taken for its content."""
    files: dict[str, bytes] = {}
    at = data.find(_LOCAL_MARK)
    while at >= 0 and at + _LOCAL.size <= len(data) and len(files) <= limits.files:
        _mark, _version, _flags, method, _time, _date, crc, packed, size, name_length, extra = _LOCAL.unpack_from(data, at)
        begin = at + _LOCAL.size + name_length + extra
        name = data[at + _LOCAL.size : at + _LOCAL.size + name_length].decode("ascii", "replace")
        if method != 0 or packed != size or not is_name(name) or name in files:
            at = data.find(_LOCAL_MARK, at + 1)
            continue
        end = begin + size
        if data[end : end + 4] not in (_LOCAL_MARK, _CENTRAL_MARK) and zlib.crc32(data[begin:end]) != crc:
            end = next((found for mark in (_LOCAL_MARK, _CENTRAL_MARK) if (found := data.find(mark, begin)) >= 0), len(data))
        files[name] = data[begin:end]
        at = data.find(_LOCAL_MARK, end)
    return files


def _by_directory(data: bytes, limits: Limits) -> dict[str, bytes]:
    """The files that the directory lists, up to the first that is not where it says or stands before its turn."""
    end = data.rfind(_END_MARK)
    if end < 0 or end + _END.size > len(data):
        return {}
    _mark, _disk, _start_disk, _here, count, _size, at, _comment = _END.unpack_from(data, end)
    files: dict[str, bytes] = {}
    free = 0
    for _number in range(min(count, limits.files + 1)):
        if at + _CENTRAL.size > len(data):
            break
        told = _CENTRAL.unpack_from(data, at)
        name_length, offset, size = told[10], told[16], told[9]
        name = data[at + _CENTRAL.size : at + _CENTRAL.size + name_length].decode("ascii", "replace")
        begin = offset + _LOCAL.size + name_length
        if told[0] != _CENTRAL_MARK or told[4] != 0 or told[8] != size or begin + size > len(data) or not is_name(name) or name in files:
            break
        if begin < free:  # the same bytes under many names would grow without end
            break
        files[name], free = data[begin : begin + size], begin + size
        at += _CENTRAL.size + name_length + told[11] + told[12]
    return files


def _compared(data: bytes, files: Mapping[str, bytes]) -> tuple[int, Reading]:
    """How much is otherwise (in blocks, and in bytes of length), and where the first difference is."""
    expected = write_zip(files)
    if data == expected:
        return 0, Reading(files, ())
    more = len(data) - len(expected)
    if more > 0 and data.startswith(expected):
        return more, Reading(files, (("bundle", f"{more} bytes follow after its end"),))
    if more > 0 and data.endswith(expected):
        return more, Reading(files, (("bundle", f"{more} bytes stand in front of it"),))
    wrong = [at for at in range(0, min(len(data), len(expected)), _BLOCK) if data[at : at + _BLOCK] != expected[at : at + _BLOCK]]
    at = wrong[0] if wrong else min(len(data), len(expected))
    while at < min(len(data), len(expected)) and data[at] == expected[at]:
        at += 1
    part = next(part for part in parts_of(files) if part.begin <= at < part.end)
    problem = f"byte {at} of the zip is not as it was written" if _END_MARK in data[-_END.size :] else "the zip is cut off"
    return len(wrong) + abs(more), Reading(files, ((part.item, problem),))
