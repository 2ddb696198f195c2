"""Counting what was not taken, without a disk write for each: an attack must not fill the spool with its own failure."""

import threading
import time
from collections import Counter
from collections.abc import Mapping

from engagement.rules.kinds import RefusalReason

_TELL_AFTER_S = 10.0


class Refusals:
    """Counts in memory; leaves with the next accepted message, or on its own after ten seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._since = 0.0

    def count(self, reason: RefusalReason, number: int = 1) -> None:
        with self._lock:
            if not self._counts:
                self._since = time.monotonic()
            self._counts[reason.value] += number

    def take(self) -> Mapping[str, int]:
        """The counts so far; they are the caller's responsibility from here on."""
        if not self._counts:
            return {}
        with self._lock:
            taken, self._counts = self._counts, Counter()
            return dict(taken)

    def give_back(self, counts: Mapping[str, int]) -> None:
        """The caller could not write them down."""
        with self._lock:
            self._counts.update(counts)

    @property
    def overdue(self) -> bool:
        return bool(self._counts) and time.monotonic() - self._since > _TELL_AFTER_S
