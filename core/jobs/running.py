"""Claiming and running one job. A worker claims the row by a conditional UPDATE, and the job's effects and its `done` are one
transaction: SIGKILL at any point loses nothing and doubles nothing.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from core.clock import wall_now
from core.ctx import SYSTEM, correlation_id
from core.ids import TypeID
from core.jobs.attempts import write_attempt
from core.jobs.errors import Cancelled, Interrupted, LeaseLost, PutOff, judged
from core.jobs.kinds import JOBS, JobKind
from core.jobs.leases import KEEPER, new_lease, ran_out
from core.jobs.models import FIRST_RETRY, LEASE, LONGEST_RETRY, SUDDEN_DEATHS, Job, JobStatus, Outcome, is_due
from core.jobs.progress import CURRENT, Current
from core.metrics import observe_job

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.database import Database

log = logging.getLogger("channelpress.jobs")
#: Of a process that is about to end.
STOPPING = threading.Event()
Then = Callable[["Ctx"], None]


def run_job(database: Database, job_id: str) -> bool:
    """Claims and runs one job; False when it was not ours to run. Failures are written to the row, then told."""
    if STOPPING.is_set():
        return False
    claimed = _claim(database, TypeID.parse(job_id, "job"))
    return claimed is not None and run_claimed(database, claimed)


def run_claimed(database: Database, claimed: Job, then: Then | None = None) -> bool:
    """Runs a job that is ours; `then` belongs to its transaction, after its `done`."""
    correlation_id.set(claimed.correlation or claimed.id[-16:])
    assert claimed.lease is not None
    KEEPER.hold(database, claimed.id, claimed.lease)
    here = CURRENT.set(Current(database, claimed.id, claimed.lease))
    began = time.monotonic()
    try:
        outcome = _attempt(database, claimed, then)
    except (SystemExit, KeyboardInterrupt):
        tell(database, claimed, lambda: give_back(database, claimed))
        outcome = "lost"
        raise
    finally:
        CURRENT.reset(here)
        KEEPER.drop(claimed.id)
    observe_job(claimed.name, outcome, time.monotonic() - began)
    return outcome == "done"


def _attempt(database: Database, claimed: Job, then: Then | None) -> str:
    try:
        kind = JOBS[claimed.name]
        gathered = kind.gathered(database, *claimed.args)
        with database.unit_of_work(SYSTEM) as ctx:
            kind.run(ctx, *claimed.args, *gathered)
            _finish(ctx, claimed)
            if then is not None:
                then(ctx)
    except PutOff as rest:
        wait, code = rest.wait, rest.code
        tell(database, claimed, lambda: give_back(database, claimed, Outcome.PUT_OFF, wait, code))
        return "retried"
    except LeaseLost:
        log.warning("job was taken over", extra={"job": claimed.id, "name_": claimed.name})
        return "lost"
    except Exception as error:  # noqa: BLE001 - whatever a job raises is kept on its row and decided there
        failed = _Failure(claimed, error)
        tell(database, claimed, lambda: failed.write(database))
        return "dead" if failed.permanent else "retried"
    return "done"


def tell(database: Database, claimed: Job, write: Callable[[], None]) -> None:
    """A database that is away now hears it when it is back: nobody has to wait for the lease to run out."""
    try:
        write()
    except SQLAlchemyError as error:
        log.warning("the outcome of a job could not be written now", extra={"job": claimed.id, "error": type(error).__name__})
        KEEPER.tell_later(write)


def _claim(database: Database, job_id: TypeID) -> Job | None:
    with database.unit_of_work(SYSTEM) as ctx:
        return next(iter(take(ctx, [job_id])), None)


def is_free(now: datetime) -> ColumnElement[bool]:
    """It waits and is due, or its holder is gone."""
    waits: ColumnElement[bool] = or_((Job.status == JobStatus.QUEUED) & is_due(now), ran_out(wall_now()))
    return waits


def take(ctx: Ctx, job_ids: Sequence[TypeID]) -> list[Job]:
    """Those of the jobs that are free are ours with the end of this transaction, under one lease."""
    wall, lease = wall_now(), new_lease()
    changed = (
        update(Job)
        .where(Job.id.in_(job_ids), is_free(ctx.now))
        .values(
            status=JobStatus.RUNNING,
            lease=lease,
            lease_until=wall + LEASE,
            started_at=wall,
            attempts=Job.attempts + 1,
            starts=Job.starts + 1,
        )
    )
    if not ctx.session.execute(changed.execution_options(synchronize_session=False)).rowcount:  # type: ignore[attr-defined]
        return []
    won = select(Job).where(Job.id.in_(job_ids), Job.lease == lease).execution_options(populate_existing=True)
    rows = [row for row in ctx.session.scalars(won) if not _is_given_up(ctx, row)]
    for row in rows:
        ctx.session.expunge(row)
    return sorted(rows, key=lambda row: job_ids.index(row.id))


def _is_given_up(ctx: Ctx, row: Job) -> bool:
    if row.attempts > 1:  # an earlier start that has left no word: its worker died. What recurs has simply ended before, and counts anew
        write_attempt(ctx, row, Outcome.LOST, number=row.starts - 1, started_at=None, ended_at=None)
    return _kills_its_workers(row)


def _kills_its_workers(row: Job) -> bool:
    """A job whose worker never lived to write a failure down would be started for ever: given up like any other."""
    kind = JOBS.get(row.name)
    if kind is None or row.attempts <= kind.retries + SUDDEN_DEATHS:
        return False
    row.status, row.lease, row.lease_until, row.finished_at = JobStatus.DEAD, None, None, wall_now()
    row.last_error = row.last_error or "its worker died each time"
    log.error("job given up: its worker died each time", extra={"job": row.id, "name_": row.name})
    return True


def _finish(ctx: Ctx, claimed: Job) -> None:
    kind, here = JOBS[claimed.name], CURRENT.get()
    still_ours = ctx.session.execute(
        update(Job)
        .where(Job.id == claimed.id, Job.lease == claimed.lease)
        .values(
            status=JobStatus.CANCELLED if here is not None and here.cancelled else JobStatus.DONE,
            finished_at=wall_now(),
            lease_until=None,
            last_error=None,
            attempts=0 if kind.every else claimed.attempts,
        )
        .execution_options(synchronize_session=False)
    )
    if still_ours.rowcount != 1:  # type: ignore[attr-defined]
        raise LeaseLost(claimed.id)
    if claimed.attempts > 1:
        write_attempt(ctx, claimed, Outcome.DONE)


def give_back(
    database: Database, claimed: Job, outcome: Outcome = Outcome.GIVEN_BACK, wait: timedelta = timedelta(0), error: str | None = None
) -> None:
    """Queued again as if it had never been started: this attempt does not count."""
    with database.unit_of_work(SYSTEM) as ctx:
        back = update(Job).where(Job.id == claimed.id, Job.lease == claimed.lease, Job.status == JobStatus.RUNNING)
        values = {"status": JobStatus.QUEUED, "due_at": ctx.now + wait, "rung_at": None, "lease": None, "lease_until": None}
        changed = back.values(**values, attempts=claimed.attempts - 1, last_error=error or claimed.last_error)
        if ctx.session.execute(changed.execution_options(synchronize_session=False)).rowcount == 1:  # type: ignore[attr-defined]
            write_attempt(ctx, claimed, outcome, error=error)
            if not wait:
                ctx.will_ring(str(claimed.id), claimed.queue)


class _Failure:
    """What an error means for the job; written now or when the database is back."""

    def __init__(self, claimed: Job, error: Exception) -> None:
        kind: JobKind | None = JOBS.get(claimed.name)
        self.claimed, self.judgement, self.cancelled = claimed, judged(error), isinstance(error, Cancelled)
        self.permanent = kind is None or self.judgement.permanent or claimed.attempts > kind.retries
        self.words = f"{type(error).__name__}: {error}"[:2000]
        told = {"job": claimed.id, "name_": claimed.name, "permanent": self.permanent}
        log.warning("job failed", extra=told, exc_info=error)

    def write(self, database: Database) -> None:
        wait = max(retry_after(self.claimed.attempts), self.judgement.wait or timedelta(0))
        ended = JobStatus.CANCELLED if self.cancelled else JobStatus.DEAD
        with database.unit_of_work(SYSTEM) as ctx:
            changed = ctx.session.execute(
                update(Job)
                .where(Job.id == self.claimed.id, Job.lease == self.claimed.lease, Job.status == JobStatus.RUNNING)
                .values(
                    status=ended if self.permanent else JobStatus.QUEUED,
                    due_at=ctx.now + wait,
                    rung_at=None,
                    lease_until=None,
                    finished_at=wall_now() if self.permanent else None,
                    last_error=self.words,
                )
                .execution_options(synchronize_session=False)
            )
            if changed.rowcount == 1:  # type: ignore[attr-defined]
                write_attempt(ctx, self.claimed, Outcome.FAILED, error=self.words)


def retry_after(attempts: int) -> timedelta:
    """Exponential back-off with jitter, so that a herd of failed jobs does not come back at once."""
    ceiling: timedelta = min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(attempts, 12))
    return ceiling * random.uniform(0.5, 1.0)


def run_until_idle(database: Database, *, limit: int = 10_000) -> int:
    """Runs every due job here and now: for tests, the demo loader and commands without a worker."""
    done = 0
    while done < limit:
        with database.reading(SYSTEM) as ctx:
            job_id = ctx.session.scalar(select(Job.id).where(Job.status == JobStatus.QUEUED, is_due(ctx.now)).order_by(Job.due_at, Job.id).limit(1))
        if job_id is None:
            return done
        run_job(database, job_id)
        done += 1
    raise RuntimeError(f"still not idle after {limit} jobs")


def interrupt(*_: object) -> None:
    """For SIGTERM in a worker's child: a running job is rolled back and given back, an idle child simply ends."""
    raise Interrupted(0)
