"""Celery's pool, which must not go on with a lock that nobody will ever release.

Without an event loop (the folder doorbell) the children of a worker share one pipe and its lock. One that is killed while it waits
for work, as the out-of-memory killer does, takes the lock with it, and every child after it waits for ever, while the worker seems well.
"""

from __future__ import annotations

import logging
import os
import signal
from contextlib import suppress
from typing import Any

from celery.concurrency import prefork

from core.jobs.running import STOPPING

log = logging.getLogger("channelpress.jobs")


class _BlockingPool(prefork.BlockingPool):  # type: ignore[misc]
    def _join_exited_workers(self, shutdown: bool = False) -> Any:
        ended = super()._join_exited_workers(shutdown)
        if not shutdown and not STOPPING.is_set() and any(code is not None and code < 0 for code in ended or ()):
            self._end_with_its_children()
        return ended

    def _end_with_its_children(self) -> None:
        """At once: what runs is rolled back and taken over, and the supervisor starts a new worker."""
        log.error("a child of the worker was killed: the worker ends and is started anew")
        for child in self._pool:
            with suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGKILL)
        os._exit(1)


class TaskPool(prefork.TaskPool):  # type: ignore[misc]
    """The same where the broker has an event loop: there every child has a pipe of its own."""

    BlockingPool = _BlockingPool
