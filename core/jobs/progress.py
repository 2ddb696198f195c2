"""How far a long job has come, for the person who started it: written outside the job's own transaction, so that it can be seen
while that is still open. Progress is a courtesy: where it cannot be written at once it is left out.
"""

from __future__ import annotations

import logging
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from core.ids import TypeID
from core.jobs.errors import Cancelled
from core.jobs.models import Job

if TYPE_CHECKING:
    from core.database import Database

log = logging.getLogger("channelpress.jobs")
_SELDOM = 0.5  # seconds between two reports that reach the database


@dataclass
class Current:
    """The job that this thread runs."""

    database: Database
    job_id: TypeID
    lease: str
    reported_at: float = field(default=0.0)
    cancelled: bool = False


CURRENT: ContextVar[Current | None] = ContextVar("current_job", default=None)


def report_progress(done: int, total: int, words: str = "") -> None:
    """Says how far the running job is; raises Cancelled when its person has asked to stop. Outside a job nothing happens.

    Belongs into `gather`, where no transaction is open: on SQLite the job's own transaction keeps every other writer waiting,
    and a report from inside it is left out.
    """
    current = CURRENT.get()
    if current is None or (time.monotonic() - current.reported_at < _SELDOM and done < total):
        return
    current.reported_at = time.monotonic()
    try:
        cancelled = _write(current, done, total, words)
    except SQLAlchemyError as error:
        log.debug("progress was left out", extra={"job": current.job_id, "error": type(error).__name__})
        return
    if cancelled:
        current.cancelled = True
        raise Cancelled()


def _write(current: Current, done: int, total: int, words: str) -> bool:
    """Returns whether somebody asked to stop."""
    from core.ctx import SYSTEM

    with current.database.reading(SYSTEM) as ctx:
        asked = ctx.session.scalar(select(Job.cancel_asked_at).where(Job.id == current.job_id))
    if asked is not None:
        return True
    values = {"progress_done": done, "progress_total": total, "progress_text": words[:200]}
    change = update(Job.__table__).where(Job.id == current.job_id, Job.lease == current.lease).values(**values)  # type: ignore[arg-type]
    with current.database.courtesy() as connection:
        connection.execute(change)
    return False
