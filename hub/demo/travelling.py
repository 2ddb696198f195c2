"""A clock that goes wherever the simulation is: each thread of it lives at its own moment."""

from __future__ import annotations

import threading
from datetime import datetime

from core.clock import SystemClock


class TravellingClock(SystemClock):
    """`at` moves the calling thread; a thread that was never moved stands at the start."""

    def __init__(self, start: datetime, zone: str) -> None:
        super().__init__(zone)
        self._start = start
        self._here = threading.local()

    def at(self, moment: datetime) -> None:
        self._here.moment = moment

    def now(self) -> datetime:
        moment: datetime = getattr(self._here, "moment", self._start)
        return moment
