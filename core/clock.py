"""All code asks this clock, so that the demo and the tests can move time (architecture decision 11).

Domain times come from here. Leases, sessions' idle limits and other plumbing use `wall_now()`, which nobody moves.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


def wall_now() -> datetime:
    """The machine's own time, for leases and liveness only."""
    return datetime.now(UTC)


class Clock(Protocol):
    """`now()` is aware UTC; `today()` is the date in the programme's time zone (R1 of the measures)."""

    zone: ZoneInfo

    def now(self) -> datetime: ...

    def today(self) -> date: ...


class SystemClock:
    """The machine's time, seen from the programme's zone."""

    def __init__(self, zone: str = "Europe/Berlin") -> None:
        self.zone = ZoneInfo(zone)

    def now(self) -> datetime:
        return wall_now()

    def today(self) -> date:
        return self.now().astimezone(self.zone).date()


class OffsetClock(SystemClock):
    """The machine's time plus an offset that `channelpress clock` keeps in the database.

    `read_offset` returns seconds; it is asked at most once a second, because every request asks for the time.
    """

    def __init__(self, read_offset: Callable[[], float], zone: str = "Europe/Berlin") -> None:
        super().__init__(zone)
        self._read_offset = read_offset
        self._offset = 0.0
        self._asked = float("-inf")

    def now(self) -> datetime:
        tick = time.monotonic()
        if tick - self._asked >= 1.0:
            self._offset = self._read_offset()
            self._asked = tick
        return wall_now() + timedelta(seconds=self._offset)


class FixedClock(SystemClock):
    """Stands still until told otherwise."""

    def __init__(self, at: datetime, zone: str = "Europe/Berlin") -> None:
        super().__init__(zone)
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        """Moves forward, or back with a negative `by`."""
        self.at += by
