"""The scheduler: puts recurring work into the queue and rings again for what was not heard.

It keeps no state of its own: what is due stands in the database, so several of them, or a clock that jumps, do no harm.
"""

from __future__ import annotations

import logging
import signal
import threading

from sqlalchemy.exc import SQLAlchemyError

from core.database import Database
from core.jobs import sweep, tick

log = logging.getLogger("channelpress.scheduler")
INTERVAL = 0.5  # seconds between two looks


def run(database: Database) -> None:
    """Runs until SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.wait(INTERVAL):
        try:
            tick(database)
            sweep(database)
        except SQLAlchemyError as error:
            log.warning("database did not answer, trying again", extra={"error": str(error)[:300]})
