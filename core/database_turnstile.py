"""A queue before SQLite's one writer.

SQLite lets a second writer sleep ever longer between two looks (1, 2, 5 … 100 ms), so whoever writes without a pause starves the
others. Here threads of a process wait for each other, and processes of a host look every millisecond at an advisory lock beside the
file. The lock only orders: SQLite's own decides, and a process that does not know of this one (a backup, `sqlite3`) does no harm.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
import weakref
from contextlib import suppress
from pathlib import Path

_LOOK = 0.001  # seconds between two looks
_LOOK_LATER = 0.01  # after the first second: somebody does something long


class Turnstile:
    """One per engine. Whoever came in must `leave`; a process that dies has left."""

    def __init__(self, file: str) -> None:
        self._path = Path(file)
        self.start_anew()
        _ALL.add(self)

    def start_anew(self) -> None:
        """A child shares its parent's open file, and with it the parent's lock: it needs its own."""
        self._inside, self._handle = threading.Lock(), -1

    def enter(self, patience_s: float) -> bool:
        """False when it did not come to our turn in time."""
        deadline = time.monotonic() + patience_s
        if not self._inside.acquire(timeout=patience_s):
            return False
        try:
            entered = self._first_among_processes(deadline)
        except BaseException:  # a signal ended the wait
            self._inside.release()
            raise
        if not entered:
            self._inside.release()
        return entered

    def leave(self) -> None:
        fcntl.flock(self._handle, fcntl.LOCK_UN)
        self._inside.release()

    def _first_among_processes(self, deadline: float) -> bool:
        if self._handle < 0:
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            weakref.finalize(self, os.close, self._handle)
        began = time.monotonic()
        while True:
            with suppress(BlockingIOError):
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            now = time.monotonic()
            if now >= deadline:
                return False
            time.sleep(_LOOK if now - began < 1 else _LOOK_LATER)


_ALL: weakref.WeakSet[Turnstile] = weakref.WeakSet()


def _after_fork() -> None:
    for turnstile in list(_ALL):
        turnstile.start_anew()


os.register_at_fork(after_in_child=_after_fork)
