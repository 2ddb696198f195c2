"""Who holds a job: leases that are renewed while the work goes on, and given back when it cannot go on.

One thread per process renews what its process holds and hands back what could not be handed back while the database was away.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from core.clock import wall_now
from core.ctx import SYSTEM
from core.ids import TypeID
from core.jobs.models import BEAT, LEASE, Job, JobStatus

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.database import Database

log = logging.getLogger("channelpress.jobs")
_RECONNECT = 1.0  # seconds between two attempts to tell a database that was away


def new_lease() -> str:
    return f"{socket.gethostname()[:64]}:{os.getpid()}:{secrets.token_hex(8)}"


def ran_out(wall: datetime) -> Any:
    """The holder has not been heard for so long. A lease from the future was written before the machine's clock was set back."""
    return (Job.status == JobStatus.RUNNING) & or_(Job.lease_until < wall, Job.lease_until > wall + 2 * LEASE)


def holder_lives(lease: str) -> bool:
    """Whether the holder may still be at work; only a process of this machine can be known to be dead."""
    host, _, rest = lease.partition(":")
    pid = rest.partition(":")[0]
    if host != socket.gethostname()[:64] or not pid.isdigit():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def release_the_dead(ctx: Ctx, wall: datetime) -> None:
    """Ends the leases of killed workers of this machine at once instead of after their time.

    A wrong guess costs a second run whose loser is rolled back (its `done` checks the lease), never a second effect.
    """
    running = ctx.session.execute(select(Job.id, Job.lease).where(Job.status == JobStatus.RUNNING, Job.lease_until >= wall))
    dead = [row.id for row in running if not holder_lives(row.lease or "")]
    if dead:
        ended = update(Job).where(Job.id.in_(dead), Job.status == JobStatus.RUNNING).values(lease_until=wall - LEASE)
        ctx.session.execute(ended.execution_options(synchronize_session=False))


class Keeper:
    """Of one process. `hold` and `drop` cost a dictionary's entry; the thread starts with the first job and sleeps between beats."""

    def __init__(self) -> None:
        self._held: dict[TypeID, tuple[Database, str]] = {}
        self._untold: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._pid = 0

    def hold(self, database: Database, job_id: TypeID, lease: str) -> None:
        with self._lock:
            self._held[job_id] = (database, lease)
            if self._pid != os.getpid():  # a thread does not survive a fork
                self._pid = os.getpid()
                threading.Thread(target=self._beat, daemon=True, name="leases").start()

    def drop(self, job_id: TypeID) -> None:
        with self._lock:
            self._held.pop(job_id, None)

    def tell_later(self, tell: Callable[[], None]) -> None:
        """What could not be written because the database was away is written as soon as it answers."""
        with self._lock:
            self._untold.append(tell)
        self._wake.set()

    def _beat(self) -> None:
        while True:
            self._wake.wait(_RECONNECT if self._untold else BEAT)
            self._wake.clear()
            if self._untold:
                self._wake.wait(_RECONNECT)
            with self._lock:
                untold, self._untold = self._untold, []
                held = dict(self._held)
            for tell in untold:
                self._try(tell, again=True)
            for job_id, (database, lease) in held.items():
                self._try(lambda job_id=job_id, database=database, lease=lease: renew(database, job_id, lease))  # type: ignore[misc]

    def _try(self, tell: Callable[[], None], *, again: bool = False) -> None:
        try:
            tell()
        except SQLAlchemyError as error:
            log.info("lease could not be written now", extra={"error": type(error).__name__})
            if again:
                with self._lock:
                    self._untold.append(tell)


def renew(database: Database, job_id: TypeID, lease: str) -> None:
    """On SQLite this waits while the job itself writes; nobody else can claim it meanwhile either."""
    with database.unit_of_work(SYSTEM) as ctx:
        renewed = update(Job).where(Job.id == job_id, Job.lease == lease, Job.status == JobStatus.RUNNING).values(lease_until=wall_now() + LEASE)
        ctx.session.execute(renewed.execution_options(synchronize_session=False))


KEEPER = Keeper()
