"""Ringing again for what was not heard, and putting recurring work into the queue."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, or_, select, update

from core.clock import wall_now
from core.ctx import SYSTEM
from core.jobs.kinds import JOBS, JobKind
from core.jobs.leases import holder_lives, ran_out, release_the_dead
from core.jobs.models import LONGEST_RETRY, RING_AGAIN, Job, JobStatus, is_due
from core.jobs.writing import write_row

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.database import Database


def due_jobs(ctx: Ctx, limit: int = 500) -> list[tuple[str, str]]:
    """Jobs whose bell was lost or whose worker died: (id, queue), the urgent first; marks them as rung."""
    wall = wall_now()
    release_the_dead(ctx, wall)
    _pull_forward(ctx)
    waiting = _unheard(ctx, wall)
    urgent_first = (Job.queue == "urgent").desc()
    rows = ctx.session.execute(select(Job.id, Job.queue).where(or_(waiting, ran_out(wall))).order_by(urgent_first, Job.due_at).limit(limit)).all()
    if rows:
        rung = update(Job).where(Job.id.in_([row.id for row in rows])).values(rung_at=wall)
        ctx.session.execute(rung.execution_options(synchronize_session=False))
    return [(str(row.id), row.queue) for row in rows]


def _unheard(ctx: Ctx, wall: datetime) -> ColumnElement[bool]:
    quiet = or_(Job.rung_at.is_(None), Job.rung_at < wall - RING_AGAIN, Job.rung_at > wall + RING_AGAIN)
    return (Job.status == JobStatus.QUEUED) & is_due(ctx.now) & quiet


def _put_too_far(ctx: Ctx) -> ColumnElement[bool]:
    """A retry is never more than an hour away, and its last start never in the future: else the clock was set back meanwhile."""
    turned_back = or_(Job.due_at > ctx.now + 2 * LONGEST_RETRY, Job.started_at > wall_now() + RING_AGAIN)
    return (Job.status == JobStatus.QUEUED) & (Job.due_at > ctx.now) & (Job.attempts > 0) & turned_back


def _something_is_due(ctx: Ctx) -> bool:
    wall = wall_now()
    if any(not holder_lives(lease or "") for lease in ctx.session.scalars(select(Job.lease).where(Job.status == JobStatus.RUNNING))):
        return True
    found = select(Job.id).where(or_(_unheard(ctx, wall), ran_out(wall), _put_too_far(ctx))).limit(1)
    return ctx.session.scalar(found) is not None


def _pull_forward(ctx: Ctx) -> None:
    if found := list(ctx.session.scalars(select(Job.id).where(_put_too_far(ctx)).limit(500))):
        nearer = update(Job).where(Job.id.in_(found), Job.status == JobStatus.QUEUED).values(due_at=ctx.now)
        ctx.session.execute(nearer.execution_options(synchronize_session=False))


def sweep(database: Database) -> int:
    """Rings every due job again; returns how many. Looks before it writes: on SQLite a write keeps every worker waiting."""
    with database.reading(SYSTEM) as ctx:
        if not _something_is_due(ctx):
            return 0
    with database.unit_of_work(SYSTEM) as ctx:
        found = due_jobs(ctx)
    for job_id, queue in found:
        database.ring(job_id, queue)
    return len(found)


def tick(database: Database) -> int:
    """Puts scheduled jobs into the queue when their time has come; several schedulers do no harm."""
    wall = wall_now()
    started = 0
    with database.reading(SYSTEM) as ctx:
        rows = {row.key: row for row in ctx.session.scalars(select(Job).where(Job.key.like("schedule:%")))}
        due = [kind for kind in JOBS.values() if kind.every and _wants_a_look(ctx, rows.get(f"schedule:{kind.name}"), kind.every, wall)]
    for kind in due:
        with database.unit_of_work(SYSTEM) as ctx:
            started += _restart(ctx, kind, wall)
    return started


def _wants_a_look(ctx: Ctx, row: Job | None, every: float, wall: datetime) -> bool:
    return row is None or _waits_for_no_reason(ctx, row) or _has_rested(row, every, wall)


def _waits_for_no_reason(ctx: Ctx, row: Job) -> bool:
    """The clock was moved back while the job waited."""
    return row.status is JobStatus.QUEUED and row.due_at > ctx.now + (LONGEST_RETRY if row.attempts else timedelta(0))


def _has_rested(row: Job, every: float, wall: datetime) -> bool:
    due = next_run(row, every)
    if due is None or row.finished_at is None:  # woken after the clock was moved: now, not at a moment after `wall` was read
        return due is not None
    return due <= wall or row.finished_at > wall + timedelta(seconds=every)


def next_run(row: Job, every: float) -> datetime | None:
    """The machine's time at which it is put into the queue again; None while it waits or runs."""
    if row.status not in (JobStatus.DONE, JobStatus.DEAD, JobStatus.GIVEN_UP, JobStatus.CANCELLED):
        return None
    return wall_now() if row.finished_at is None else row.finished_at + timedelta(seconds=every)


def _restart(ctx: Ctx, kind: JobKind, wall: datetime) -> int:
    assert kind.every is not None
    key = f"schedule:{kind.name}"
    row = ctx.session.scalar(select(Job).where(Job.key == key))
    if row is None:
        return int(write_row(ctx, kind, (), key=key) is not None)
    if _waits_for_no_reason(ctx, row):
        row.due_at = ctx.now
    if not _has_rested(row, kind.every, wall):
        return 0
    # Of several schedulers that saw this, one queues it; the others find another `finished_at` or status.
    won = ctx.session.execute(
        update(Job)
        .where(Job.id == row.id, Job.status == row.status, Job.finished_at == row.finished_at)
        .values(status=JobStatus.QUEUED, queue=kind.queue, due_at=ctx.now, rung_at=wall, attempts=0)
        .execution_options(synchronize_session=False)
    )
    if won.rowcount != 1:  # type: ignore[attr-defined]
        return 0
    ctx.will_ring(str(row.id), kind.queue)
    return 1


def wake_schedules(ctx: Ctx) -> None:
    """After the clock was moved: what the new day asks for is looked at now, not after the usual rest."""
    resting = Job.key.like("schedule:%") & Job.status.in_((JobStatus.DONE, JobStatus.DEAD))
    ctx.session.execute(update(Job).where(resting).values(finished_at=None).execution_options(synchronize_session=False))


def oldest_due(ctx: Ctx) -> datetime | None:
    """Domain time of the oldest job that should have run: readiness means it is younger than two minutes."""
    return ctx.session.scalar(select(Job.due_at).where(Job.status == JobStatus.QUEUED, Job.due_at <= ctx.now).order_by(Job.due_at).limit(1))
