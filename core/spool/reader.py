"""The reading end: finished segments, those of dead writers included, oldest first.

The reader keeps no state. Whoever drains stores, in the same transaction as the rows, up to where it has read a segment
(`Chunk.next_offset` under `Segment.name`), and calls `discard` only after that commit.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from core.spool.line import Batch, DamagedLine, decode
from core.spool.segment import DAMAGED, OPEN, READY, UNBORN

_UNBORN_KEPT_S = 3600


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some whole batches. `damaged` counts lines nobody can read; a torn last line is not damage: it was never acknowledged."""

    batches: tuple[Batch, ...]
    next_offset: int
    damaged: int
    finished: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """A finished file; its content never changes again."""

    path: Path
    size: int

    @property
    def name(self) -> str:
        return self.path.stem

    def read(self, offset: int, max_bytes: int = 1 << 20) -> Chunk:
        """Whole lines from `offset`: at least one, otherwise at most `max_bytes` of them."""
        with self.path.open("rb") as file:
            file.seek(offset)
            block = file.read(max_bytes)
            if block and not block.endswith(b"\n"):
                block += file.readline()
        # Only the end of the file can lack a line end: the writer was killed while it wrote.
        whole, _, _torn = block.rpartition(b"\n")
        batches, damaged = _decode_all(whole)
        end = offset + len(block)
        return Chunk(batches, end, damaged, end >= self.size)

    def discard(self, damaged: bool = False) -> None:
        """To be called after the commit that took the last batch over. A damaged file is put aside, not deleted."""
        with contextlib.suppress(FileNotFoundError):
            if damaged:
                os.rename(self.path, self.path.with_suffix(DAMAGED))
            else:
                os.unlink(self.path)


def _decode_all(whole: bytes) -> tuple[tuple[Batch, ...], int]:
    batches: list[Batch] = []
    damaged = 0
    for line in whole.split(b"\n") if whole else ():
        try:
            batches.append(decode(line))
        except DamagedLine:
            damaged += 1
    return tuple(batches), damaged


@dataclass(frozen=True, slots=True)
class Backlog:
    """For the page of the installation's health: how much waits, and since when (seconds)."""

    segments: int
    bytes: int
    oldest_s: float
    damaged: int


class SpoolReader:
    """All segments of one folder. Several readers do no harm as long as the stored offset decides who was first."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def segments(self) -> list[Segment]:
        """Finished segments, oldest first. Files of writers that died are finished here and now."""
        for path in self._folder.glob("*" + OPEN):
            _adopt(path)
        for path in self._folder.glob("*" + UNBORN):
            _bury(path)
        ready = sorted(self._folder.glob("*" + READY))
        return [segment for path in ready if (segment := _segment(path)) is not None]

    def names(self) -> list[str]:
        """Of all segments, the open ones included."""
        return sorted(path.stem for path in self._waiting())

    def _waiting(self) -> list[Path]:
        return [*self._folder.glob("*" + OPEN), *self._folder.glob("*" + READY)]

    def backlog(self, taken: Collection[str] = ()) -> Backlog:
        """What has been acknowledged, but not yet taken over; `taken` names segments that are, and only wait to be deleted."""
        sizes, births = [], []
        for path in (path for path in self._waiting() if path.stem not in taken):
            with contextlib.suppress(FileNotFoundError):
                found = path.stat()
                sizes.append(found.st_size)
                births.append(found.st_mtime)
        oldest = max(0.0, time.time() - min(births)) if births else 0.0
        return Backlog(len(sizes), sum(sizes), oldest, len(list(self._folder.glob("*" + DAMAGED))))


def _segment(path: Path) -> Segment | None:
    try:
        return Segment(path, path.stat().st_size)
    except FileNotFoundError:
        return None


def _adopt(path: Path) -> None:
    """A free lock means that the writer is dead, or that it has just sealed the file itself; then the name is gone."""
    with contextlib.suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.rename(path, path.with_suffix(READY))


def _bury(path: Path) -> None:
    """Left by a writer that was killed between creating and naming its file: always empty."""
    with contextlib.suppress(FileNotFoundError):
        if time.time() - path.stat().st_mtime > _UNBORN_KEPT_S:
            os.unlink(path)
