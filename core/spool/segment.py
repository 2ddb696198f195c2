"""The file that one writer is filling. Only the writer's flusher thread touches it."""

import contextlib
import fcntl
import os
import time
from pathlib import Path

from core.ids import uuid7

OPEN, READY, DAMAGED, UNBORN = ".open", ".ready", ".damaged", ".new"


class OpenSegment:
    """Created locked, so that nobody mistakes it for a dead writer's file; sealed by a rename."""

    def __init__(self, folder: Path) -> None:
        name = uuid7().hex
        unborn = folder / (name + UNBORN)
        self._path = folder / (name + OPEN)
        self._fd = os.open(unborn, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.rename(unborn, self._path)
        sync_folder(folder)
        self.length = 0
        self.born = time.monotonic()

    def append(self, block: bytes) -> None:
        """Returns after the block is on the disk. On an OSError nothing of it stays, and the caller must seal."""
        try:
            self._write_all(block)
            os.fdatasync(self._fd)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._fd, self.length)
            raise
        self.length += len(block)

    def _write_all(self, block: bytes) -> None:
        rest = memoryview(block)
        while rest:
            rest = rest[os.write(self._fd, rest) :]

    def seal(self) -> None:
        """From now on the file belongs to the reader. An empty one simply goes."""
        try:
            if self.length:
                os.rename(self._path, self._path.with_suffix(READY))
            else:
                os.unlink(self._path)
        finally:
            os.close(self._fd)


def sync_folder(folder: Path) -> None:
    """A new file survives a power cut only once its folder is synced, too."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def folder_bytes(folder: Path) -> int:
    """What the spool holds on the disk at this moment."""
    total = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):
                total += entry.stat().st_size
    return total
