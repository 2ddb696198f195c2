"""Reads for the operator's pages and for whoever started a job."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from core.errors import NotFound
from core.ids import TypeID
from core.jobs.kinds import JOBS, JobKind
from core.jobs.models import Job, JobAttempt, JobStatus
from core.jobs.ringing import next_run
from core.paging import Page, page_of

if TYPE_CHECKING:
    from core.ctx import Ctx

#: Ages that the list can be narrowed to, in hours.
AGES = (1, 24, 168)
_CODE = re.compile(r"[A-Za-z0-9_.:/-]{1,80}\Z")
MINE_DAYS = timedelta(days=7)


@dataclass(frozen=True)
class JobFilter:
    """`older` is an age in hours: only jobs that were written longer ago."""

    status: str = ""
    kind: str = ""
    queue: str = ""
    older: int = 0
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class ScheduleLine:
    """A recurring job: when it ran and when it is next put into the queue."""

    kind: JobKind
    row: Job | None
    last_run: datetime | None
    next_at: datetime | None


def jobs_page(ctx: Ctx, asked: JobFilter) -> Page[Job]:
    query = select(Job)
    if asked.status:
        query = query.where(Job.status == JobStatus(asked.status))
    if asked.kind:
        query = query.where(Job.name == asked.kind)
    if asked.queue:
        query = query.where(Job.queue == asked.queue)
    if asked.older:
        query = query.where(Job.created_at < ctx.now - timedelta(hours=asked.older))
    return page_of(ctx.session, query, Job.id, before=asked.before, after=asked.after)


def counts_by_status(ctx: Ctx) -> dict[str, int]:
    rows = ctx.session.execute(select(Job.status, func.count()).group_by(Job.status))
    return {str(status): count for status, count in rows}


def dead_by_kind(ctx: Ctx) -> list[tuple[str, int]]:
    """Kinds with dead jobs and how many, most first."""
    rows = ctx.session.execute(select(Job.name, func.count()).where(Job.status == JobStatus.DEAD).group_by(Job.name))
    return sorted(((name, count) for name, count in rows), key=lambda pair: (-pair[1], pair[0]))


def job_with_attempts(ctx: Ctx, job_id: TypeID) -> tuple[Job, Sequence[JobAttempt]]:
    row = ctx.session.get(Job, job_id)
    if row is None:
        raise NotFound("job")
    attempts = ctx.session.scalars(select(JobAttempt).where(JobAttempt.job_id == job_id).order_by(JobAttempt.number.desc()))
    return row, attempts.all()


def shown_args(row: Job) -> list[str]:
    """Ids, codes and numbers as they are; of free text only how long it is."""
    return [_shown(arg) for arg in row.args]


def _shown(arg: Any) -> str:
    if arg is None or isinstance(arg, bool | int | float):
        return str(arg)
    if isinstance(arg, str):
        return arg if _CODE.match(arg) else f"({len(arg)})"
    return f"{type(arg).__name__} ({len(arg)})"


def schedule(ctx: Ctx) -> list[ScheduleLine]:
    rows = {row.key: row for row in ctx.session.scalars(select(Job).where(Job.key.like("schedule:%")))}
    lines = []
    for kind in sorted((kind for kind in JOBS.values() if kind.every), key=lambda kind: kind.name):
        row = rows.get(f"schedule:{kind.name}")
        lines.append(ScheduleLine(kind, row, row.finished_at or row.started_at if row else None, next_run(row, kind.every or 0) if row else None))
    return lines


def started_by(ctx: Ctx, user_id: TypeID, limit: int = 50) -> list[Job]:
    """What this person started within the last days, newest first."""
    recent = select(Job).where(Job.started_by == user_id, Job.created_at > ctx.now - MINE_DAYS)
    return list(ctx.session.scalars(recent.order_by(Job.created_at.desc(), Job.id.desc()).limit(limit)))
