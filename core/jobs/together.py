"""Deliveries share a transaction where the database has one writer, because there each commit waits for the disk and for all others.

One process of the host delivers for all: it claims what has gathered, runs it in one transaction and marks it done there. If anything
goes wrong the transaction is rolled back and each job runs for itself, as does every job that was started before: so a delivery that
fails or kills its worker is told and counted alone. Others who would deliver at the same time leave it to that process.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, select, update

from core.clock import wall_now
from core.ctx import SYSTEM, correlation_id
from core.ids import TypeID
from core.jobs.errors import LeaseLost
from core.jobs.kinds import JOBS
from core.jobs.leases import KEEPER
from core.jobs.models import Job, JobStatus, is_due
from core.jobs.progress import CURRENT, Current
from core.jobs.running import STOPPING, give_back, run_claimed, take, tell
from core.metrics import observe_job

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.database import Database
    from core.database_turnstile import Turnstile

log = logging.getLogger("channelpress.jobs")
AT_ONCE = 16
HOLD = 0.05  # seconds of work in one transaction, for which a person who saves something may have to wait
GATHER = 0.03  # seconds between two transactions, in which work gathers


def is_for_together() -> ColumnElement[bool]:
    names = [kind.name for kind in JOBS.values() if kind.together]
    return Job.name.in_(names) & (Job.status == JobStatus.QUEUED) & (Job.attempts == 0)


def deliver(database: Database, deliverer: Turnstile, queue: str, until: float) -> None:
    """Until nothing waits or the time is over. Looks once more after leaving: what was committed meanwhile had found the place taken."""
    while _goes_on(until) and _waiting(database, queue) and deliverer.enter(0):
        try:
            _deliver(database, queue, until)
        finally:
            deliverer.leave()


def _goes_on(until: float) -> bool:
    return time.monotonic() < until and not STOPPING.is_set()


def _deliver(database: Database, queue: str, until: float) -> None:
    held = _claim(database, queue)
    while held:
        share = _Share(database, queue, held)
        held = share.run(_goes_on(until))
        if not held and _goes_on(until):
            time.sleep(GATHER)
            held = _claim(database, queue)


def _waiting(database: Database, queue: str) -> bool:
    with database.reading(SYSTEM) as ctx:
        return bool(_due(ctx, queue))


def _claim(database: Database, queue: str) -> list[Job]:
    if not _waiting(database, queue):
        return []
    with database.unit_of_work(SYSTEM) as ctx:
        return take(ctx, _due(ctx, queue))


def _due(ctx: Ctx, queue: str) -> list[TypeID]:
    waits = select(Job.id).where(Job.queue == queue, is_for_together(), is_due(ctx.now))
    return list(ctx.session.scalars(waits.order_by(Job.due_at).limit(AT_ONCE)))


class _Share:
    """Claimed jobs, and how far one transaction has come with them."""

    def __init__(self, database: Database, queue: str, held: list[Job]) -> None:
        self._database, self._queue, self._held = database, queue, held
        self._done: list[tuple[Job, float]] = []
        self._more: list[Job] = []

    def run(self, goes_on: bool) -> list[Job]:
        """Returns what is claimed and not done yet."""
        for job in self._held:
            KEEPER.hold(self._database, job.id, str(job.lease))
        try:
            self._in_one_transaction(goes_on)
        except (SystemExit, KeyboardInterrupt):
            self._give_back(self._held)
            raise
        except Exception as error:  # noqa: BLE001 - told where it runs for itself
            log.info("deliveries run one by one", extra={"jobs": len(self._held), "error": type(error).__name__})
            self._one_by_one()
            return []
        finally:
            for job in self._held:
                KEEPER.drop(job.id)
        for job, seconds in self._done:
            observe_job(job.name, "done", seconds)
        return self._held[len(self._done) :] or self._more

    def _in_one_transaction(self, goes_on: bool) -> None:
        began = time.monotonic()
        with self._database.unit_of_work(SYSTEM) as ctx:
            for job in self._held:
                self._run_one(ctx, job)
                if time.monotonic() - began > HOLD:
                    break
            self._finish(ctx)
            if goes_on and len(self._done) == len(self._held):
                due = _due(ctx, self._queue)
                self._more = take(ctx, due) if len(due) == AT_ONCE else []

    def _run_one(self, ctx: Ctx, job: Job) -> None:
        correlation_id.set(job.correlation or job.id[-16:])
        here = CURRENT.set(Current(self._database, job.id, str(job.lease)))
        began = time.monotonic()
        try:
            JOBS[job.name].run(ctx, *job.args)
            ctx.session.flush()
        finally:
            CURRENT.reset(here)
        self._done.append((job, time.monotonic() - began))

    def _finish(self, ctx: Ctx) -> None:
        ids, leases = [job.id for job, _ in self._done], {job.lease for job, _ in self._done}
        ours = update(Job).where(Job.id.in_(ids), Job.lease.in_(leases), Job.status == JobStatus.RUNNING)
        done = ours.values(status=JobStatus.DONE, finished_at=wall_now(), lease_until=None, last_error=None)
        if ctx.session.execute(done.execution_options(synchronize_session=False)).rowcount != len(ids):  # type: ignore[attr-defined]
            raise LeaseLost(ids[0])

    def _one_by_one(self) -> None:
        for at, job in enumerate(self._held):
            try:
                run_claimed(self._database, job)
            except (SystemExit, KeyboardInterrupt):
                self._give_back(self._held[at + 1 :])
                raise

    def _give_back(self, jobs: list[Job]) -> None:
        for job in jobs:
            tell(self._database, job, lambda job=job: give_back(self._database, job))  # type: ignore[misc]
