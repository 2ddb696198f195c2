"""Ringing less: a bell means "there is work in this queue", so of many within a moment the first ones and the last are enough."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

MOMENT = 0.05  # seconds

Send = Callable[[str, str], None]


@dataclass
class _Moment:
    """Of one queue: how many bells were sent since it began, and the last one that was not."""

    began: float
    sent: int = 0
    held_back: str | None = None


class Bells:
    """Of one process. Sends so many bells a moment at once, one for each who may answer; the last one held back always follows.

    So every commit has a bell after it, and whoever answers looks for all that is due (`core.jobs.answering`).
    """

    def __init__(self, send: Send, at_once: int) -> None:
        self._send, self._at_once = send, at_once
        self._start_anew()

    def _start_anew(self) -> None:
        self._pid, self._lock, self._moments = os.getpid(), threading.Lock(), dict[str, _Moment]()

    def ring(self, job_id: str, queue: str) -> None:
        if self._pid != os.getpid():  # the thread that would send what was held back does not survive a fork
            self._start_anew()
        if self._may_ring(job_id, queue):
            self._send(job_id, queue)

    def _may_ring(self, job_id: str, queue: str) -> bool:
        with self._lock:
            now = time.monotonic()
            moment = self._moments.get(queue)
            if moment is None or (moment.held_back is None and now - moment.began >= MOMENT):
                moment = self._moments[queue] = _Moment(now)
            if moment.held_back is None and moment.sent < self._at_once:
                moment.sent += 1
                return True
            if moment.held_back is None:  # not a daemon: a command that ends waits for it
                threading.Timer(max(0.0, moment.began + MOMENT - now), self._ring_last, (queue,)).start()
            moment.held_back = job_id
            return False

    def _ring_last(self, queue: str) -> None:
        with self._lock:
            last = self._moments[queue].held_back
            self._moments[queue] = _Moment(time.monotonic(), sent=1)
        if last is not None:
            self._send(last, queue)
