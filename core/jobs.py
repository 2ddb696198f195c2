"""Work is a row, the broker is a doorbell (architecture decision 3).

A job is written in the transaction that wants it. After the commit the doorbell rings Celery, which calls
`run_job(id)`; a bell that is lost is rung again by the sweeper. A worker claims the row by a conditional UPDATE, and
the job's effects and its `done` are one transaction: SIGKILL at any point loses nothing and doubles nothing.
"""

from __future__ import annotations

import enum
import logging
import os
import random
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Index, String, Text, delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import wall_now
from core.ctx import SYSTEM, correlation_id
from core.database import Base, Json, TextEnum
from core.errors import HubError, Unavailable
from core.ids import IdColumn, TypeID, new_id
from core.once import insert_once

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.database import Database

log = logging.getLogger("channelpress.jobs")

LEASE = timedelta(seconds=100)  # above Celery's hard limit of 90 s
RING_AGAIN = timedelta(seconds=10)
KEEP_DONE = timedelta(days=2)
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(hours=1)
SUDDEN_DEATHS = 12  # starts beyond the retries, for jobs whose workers were killed by somebody else


class JobStatus(enum.StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class Job(Base):
    """`due_at` is domain time; `lease_until`, `rung_at` and `finished_at` are the machine's."""

    __tablename__ = "core_job"
    __table_args__ = (Index("ix_core_job_status_due_at", "status", "due_at"),)
    id: Mapped[TypeID] = mapped_column(IdColumn("job"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    queue: Mapped[str] = mapped_column(String(40))
    args: Mapped[list[Any]] = mapped_column(Json)
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    status: Mapped[JobStatus] = mapped_column(TextEnum(JobStatus), default=JobStatus.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    rung_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    lease: Mapped[str | None] = mapped_column(String(100))
    finished_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    correlation: Mapped[str] = mapped_column(String(32), default="")


@dataclass(frozen=True)
class JobKind:
    """A declared job; calling it runs the work in the given ctx.

    `gather(database, *args)` does what takes long (a browser, a foreign server, hashing thousands of rows) before the transaction
    begins and holds none open while it waits; what it returns is handed to `run` as the last argument. It may run more often than
    its job is done, so it must leave nothing behind; only `run` changes anything, and must look whether the world has moved on.
    """

    name: str
    queue: str
    retries: int
    run: Callable[..., None]
    every: float | None = None
    gather: Gather | None = None

    def __call__(self, ctx: Ctx, *args: Any) -> None:
        self.run(ctx, *args, *self.gathered(ctx.database, *args))

    def gathered(self, database: Database, *args: Any) -> tuple[Any, ...]:
        """What `run` needs besides the ctx and the job's own arguments."""
        return () if self.gather is None else (self.gather(database, *args),)


Gather = Callable[..., Any]
JOBS: dict[str, JobKind] = {}


def job(name: str, *, queue: str = "default", retries: int = 8, gather: Gather | None = None) -> Callable[[Callable[..., None]], JobKind]:
    """Declares work that `ctx.enqueue` can put off. The function gets `(ctx, *args)` and must be idempotent."""

    def wrap(run: Callable[..., None]) -> JobKind:
        kind = JobKind(name, queue, retries, run, gather=gather)
        JOBS[name] = kind
        return kind

    return wrap


def scheduled(name: str, *, every: float, queue: str = "default", gather: Gather | None = None) -> Callable[[Callable[..., None]], JobKind]:
    """Declares work that recurs every `every` seconds of the machine's time; one row, never two runs at once."""

    def wrap(run: Callable[..., None]) -> JobKind:
        kind = JobKind(name, queue, retries=3, run=run, every=every, gather=gather)
        JOBS[name] = kind
        return kind

    return wrap


@job("core.deliver_event", queue="default")
def deliver_event(ctx: Ctx, event_id: str, subscriber: str) -> None:
    """Brings one event to one subscriber."""
    from core.events import handle

    handle(ctx, event_id, subscriber)


def write_row(ctx: Ctx, kind: JobKind, args: tuple[Any, ...], *, not_before: datetime | None = None, key: str | None = None) -> TypeID | None:
    """Inserts the job; with a `key` that exists already nothing happens and None is returned."""
    due_at = not_before or ctx.now
    job_id = new_id("job")
    written = insert_once(
        ctx.session,
        Job,
        id=job_id,
        name=kind.name,
        queue=kind.queue,
        args=[str(arg) if isinstance(arg, TypeID) else arg for arg in args],
        key=key,
        due_at=due_at,
        created_at=ctx.now,
        rung_at=wall_now(),
        correlation=correlation_id.get(),
    )
    if not written:
        return None
    if due_at <= ctx.now:
        ctx.will_ring(str(job_id), kind.queue)
    return job_id


def run_job(database: Database, job_id: str) -> bool:
    """Claims and runs one job; False when it was not ours to run. Failures are written to the row, then told."""
    claimed = _claim(database, TypeID.parse(job_id, "job"))
    if claimed is None:
        return False
    correlation_id.set(claimed.correlation or claimed.id[-16:])
    try:
        kind = JOBS[claimed.name]
        gathered = kind.gathered(database, *claimed.args)
        with database.unit_of_work(SYSTEM) as ctx:
            kind.run(ctx, *claimed.args, *gathered)
            _finish(ctx, claimed)
    except Exception as error:  # noqa: BLE001 - whatever a job raises is kept on its row and decided there
        _fail(database, claimed, error)
        return False
    return True


def _claim(database: Database, job_id: TypeID) -> Job | None:
    wall = wall_now()
    lease = f"{socket.gethostname()[:64]}:{os.getpid()}:{secrets.token_hex(8)}"
    with database.unit_of_work(SYSTEM) as ctx:
        won = ctx.session.execute(
            update(Job)
            .where(Job.id == job_id, Job.due_at <= ctx.now, or_(Job.status == JobStatus.QUEUED, _lease_ran_out(wall)))
            .values(status=JobStatus.RUNNING, lease=lease, lease_until=wall + LEASE, attempts=Job.attempts + 1)
        )
        if won.rowcount != 1:  # type: ignore[attr-defined]
            return None
        row = ctx.session.get_one(Job, job_id)
        if _kills_its_workers(row):
            return None
        ctx.session.expunge(row)
        return row


def _kills_its_workers(row: Job) -> bool:
    """A job whose worker never lived to write a failure down would be started for ever: given up like any other."""
    kind = JOBS.get(row.name)
    if kind is None or row.attempts <= kind.retries + SUDDEN_DEATHS:
        return False
    row.status, row.lease, row.lease_until, row.finished_at = JobStatus.DEAD, None, None, wall_now()
    row.last_error = row.last_error or "its worker died each time"
    log.error("job given up: its worker died each time", extra={"job": row.id, "name_": row.name})
    return True


def _lease_ran_out(wall: datetime) -> Any:
    return (Job.status == JobStatus.RUNNING) & (Job.lease_until < wall)


class LeaseLost(RuntimeError):
    """Another worker took the job over while this one was slow; its work is rolled back."""


def _finish(ctx: Ctx, claimed: Job) -> None:
    kind = JOBS[claimed.name]
    still_ours = ctx.session.execute(
        update(Job)
        .where(Job.id == claimed.id, Job.lease == claimed.lease)
        .values(
            status=JobStatus.DONE,
            finished_at=wall_now(),
            lease_until=None,
            last_error=None,
            attempts=0 if kind.every else claimed.attempts,
        )
        .execution_options(synchronize_session=False)
    )
    if still_ours.rowcount != 1:  # type: ignore[attr-defined]
        raise LeaseLost(claimed.id)


def _fail(database: Database, claimed: Job, error: Exception) -> None:
    kind = JOBS.get(claimed.name)
    refused = isinstance(error, HubError) and not isinstance(error, Unavailable)
    permanent = kind is None or refused or claimed.attempts > kind.retries
    log.warning("job failed", extra={"job": claimed.id, "name_": claimed.name, "permanent": permanent}, exc_info=error)
    with database.unit_of_work(SYSTEM) as ctx:
        ctx.session.execute(
            update(Job)
            .where(Job.id == claimed.id, Job.lease == claimed.lease)
            .values(
                status=JobStatus.DEAD if permanent else JobStatus.QUEUED,
                due_at=ctx.now + retry_after(claimed.attempts),
                rung_at=None,
                lease_until=None,
                finished_at=wall_now() if permanent else None,
                last_error=f"{type(error).__name__}: {error}"[:2000],
            )
        )


def retry_after(attempts: int) -> timedelta:
    """Exponential back-off with full jitter, so that a herd of failed jobs does not come back at once."""
    ceiling: timedelta = min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(attempts, 12))
    return ceiling * random.uniform(0.5, 1.0)


def due_jobs(ctx: Ctx, limit: int = 500) -> list[tuple[str, str]]:
    """Jobs whose bell was lost or whose worker died: (id, queue); marks them as rung."""
    wall = wall_now()
    _release_the_dead(ctx, wall)
    quiet = or_(Job.rung_at.is_(None), Job.rung_at < wall - RING_AGAIN)
    waiting = (Job.status == JobStatus.QUEUED) & (Job.due_at <= ctx.now) & quiet
    rows = ctx.session.execute(select(Job.id, Job.queue).where(or_(waiting, _lease_ran_out(wall))).order_by(Job.due_at).limit(limit)).all()
    if rows:
        ctx.session.execute(update(Job).where(Job.id.in_([row.id for row in rows])).values(rung_at=wall))
    return [(str(row.id), row.queue) for row in rows]


def _release_the_dead(ctx: Ctx, wall: datetime) -> None:
    """Ends the leases of killed workers of this machine at once instead of after their time.

    A wrong guess costs a second run whose loser is rolled back (`_finish` checks the lease), never a second effect.
    """
    running = ctx.session.execute(select(Job.id, Job.lease).where(Job.status == JobStatus.RUNNING, Job.lease_until >= wall))
    dead = [row.id for row in running if not _holder_lives(row.lease or "")]
    if dead:
        ctx.session.execute(update(Job).where(Job.id.in_(dead)).values(lease_until=wall - timedelta(seconds=1)))


def _holder_lives(lease: str) -> bool:
    host, _, rest = lease.partition(":")
    pid = rest.partition(":")[0]
    if host != socket.gethostname()[:64] or not pid.isdigit():
        return True  # another machine's worker: only its lease tells
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def sweep(database: Database) -> int:
    """Rings every due job again; returns how many."""
    with database.unit_of_work(SYSTEM) as ctx:
        found = due_jobs(ctx)
    for job_id, queue in found:
        database.ring(job_id, queue)
    return len(found)


def tick(database: Database) -> int:
    """Puts scheduled jobs into the queue when their time has come; several schedulers do no harm."""
    wall = wall_now()
    started = 0
    for kind in [kind for kind in JOBS.values() if kind.every]:
        with database.unit_of_work(SYSTEM) as ctx:
            started += _restart(ctx, kind, wall)
    return started


def _restart(ctx: Ctx, kind: JobKind, wall: datetime) -> int:
    assert kind.every is not None
    key = f"schedule:{kind.name}"
    row = ctx.session.scalar(select(Job).where(Job.key == key))
    if row is None:
        return int(write_row(ctx, kind, (), key=key) is not None)
    if row.status is JobStatus.QUEUED and row.due_at > ctx.now + LONGEST_RETRY:
        row.due_at = ctx.now  # the clock was moved back while the job waited
    rested = row.finished_at is None or row.finished_at + timedelta(seconds=kind.every) <= wall
    if row.status not in (JobStatus.DONE, JobStatus.DEAD) or not rested:
        return 0
    # Of several schedulers that saw this, one queues it; the others find another `finished_at` or status.
    won = ctx.session.execute(
        update(Job)
        .where(Job.id == row.id, Job.status == row.status, Job.finished_at == row.finished_at)
        .values(status=JobStatus.QUEUED, due_at=ctx.now, rung_at=wall, attempts=0)
        .execution_options(synchronize_session=False)
    )
    if won.rowcount != 1:  # type: ignore[attr-defined]
        return 0
    ctx.will_ring(str(row.id), row.queue)
    return 1


def wake_schedules(ctx: Ctx) -> None:
    """After the clock was moved: what the new day asks for is looked at now, not after the usual rest."""
    resting = Job.key.like("schedule:%") & Job.status.in_((JobStatus.DONE, JobStatus.DEAD))
    ctx.session.execute(update(Job).where(resting).values(finished_at=None).execution_options(synchronize_session=False))


def oldest_due(ctx: Ctx) -> datetime | None:
    """Domain time of the oldest job that should have run: readiness means it is younger than two minutes."""
    return ctx.session.scalar(select(Job.due_at).where(Job.status == JobStatus.QUEUED, Job.due_at <= ctx.now).order_by(Job.due_at).limit(1))


def run_until_idle(database: Database, *, limit: int = 10_000) -> int:
    """Runs every due job here and now: for tests, the demo loader and commands without a worker."""
    done = 0
    while done < limit:
        with database.reading(SYSTEM) as ctx:
            job_id = ctx.session.scalar(
                select(Job.id).where(Job.status == JobStatus.QUEUED, Job.due_at <= ctx.now).order_by(Job.due_at, Job.id).limit(1)
            )
        if job_id is None:
            return done
        run_job(database, job_id)
        done += 1
    raise RuntimeError(f"still not idle after {limit} jobs")


@scheduled("core.forget_done_jobs", every=3600)
def forget_done_jobs(ctx: Ctx) -> None:
    """Finished jobs are kept two days for the operator, then dropped; dead ones stay until replayed."""
    ctx.session.execute(
        delete(Job).where(Job.status == JobStatus.DONE, Job.finished_at < wall_now() - KEEP_DONE, Job.key.not_like("schedule:%") | Job.key.is_(None))
    )
