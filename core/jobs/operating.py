"""What people may do about jobs: replay, give up, cancel. Every step is audited with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from core.clock import wall_now
from core.errors import Invalid, NotFound, Refused
from core.i18n import gettext as _
from core.ids import TypeID
from core.jobs.kinds import JOBS
from core.jobs.models import Job, JobStatus
from core.permissions import Perm

if TYPE_CHECKING:
    from core.ctx import Ctx

LONGEST_REASON = 1000


def replay_job(ctx: Ctx, job_id: TypeID, reason: str) -> Job:
    """A dead or given-up job is queued again with all its attempts."""
    row = _job(ctx, job_id)
    _replay(ctx, row, _reason(reason))
    return row


def replay_kind(ctx: Ctx, name: str, expected: int, reason: str) -> int:
    """All dead jobs of one kind. `expected` is the number that the person has seen and agreed to."""
    ctx.require(Perm.JOBS_MANAGE)
    said = _reason(reason)
    rows = list(ctx.session.scalars(select(Job).where(Job.name == name, Job.status == JobStatus.DEAD).order_by(Job.id).with_for_update()))
    if len(rows) != expected:
        raise Refused("count_changed", _("Meanwhile there are %(n)s dead jobs of this kind: look at them again.", n=len(rows)))
    for row in rows:
        _replay(ctx, row, said)
    return len(rows)


def give_up_job(ctx: Ctx, job_id: TypeID, reason: str) -> Job:
    """Nobody waits for it any more. What it was to do stays undone."""
    row = _job(ctx, job_id)
    said = _reason(reason)
    if row.status not in (JobStatus.DEAD, JobStatus.QUEUED) or (row.key or "").startswith("schedule:"):
        raise Refused("not_possible_now", _("Only a job that has failed or still waits can be given up."))
    _settle(ctx, row, JobStatus.GIVEN_UP)
    ctx.audit("core.job.given_up", row, before={"status": str(row.status), "kind": row.name, "attempts": row.attempts}, reason=said)
    return row


def cancel_job(ctx: Ctx, job_id: TypeID, user_id: TypeID) -> Job:
    """By the person who started it: at once while it waits, at its next report of progress while it runs."""
    row = ctx.session.scalar(select(Job).where(Job.id == job_id, Job.started_by == user_id).with_for_update())
    if row is None:
        raise NotFound("job")
    if row.status is JobStatus.QUEUED:
        _settle(ctx, row, JobStatus.CANCELLED)
        kind = JOBS.get(row.name)
        if kind is not None and kind.cancel is not None:
            kind.cancel(ctx, *row.args)
    elif row.status is JobStatus.RUNNING:
        row.cancel_asked_at = wall_now()
    else:
        raise Refused("not_possible_now", _("This is over already: there is nothing left to cancel."))
    ctx.audit("core.job.cancelled", row, before={"status": str(row.status), "kind": row.name})
    return row


def dead_of_kind(ctx: Ctx, name: str) -> int:
    return ctx.session.scalar(select(func.count()).select_from(Job).where(Job.name == name, Job.status == JobStatus.DEAD)) or 0


def _job(ctx: Ctx, job_id: TypeID) -> Job:
    ctx.require(Perm.JOBS_MANAGE)
    row = ctx.session.scalar(select(Job).where(Job.id == job_id).with_for_update())
    if row is None:
        raise NotFound("job")
    return row


def _reason(text: str) -> str:
    said = text.strip()
    if not said:
        raise Invalid({"reason": _("Say why: the audit log keeps it.")})
    return said[:LONGEST_REASON]


def _replay(ctx: Ctx, row: Job, reason: str) -> None:
    before = {"status": str(row.status), "kind": row.name, "attempts": row.attempts}
    free = update(Job).where(Job.id == row.id, Job.status.in_((JobStatus.DEAD, JobStatus.GIVEN_UP, JobStatus.CANCELLED)))
    fresh = {"status": JobStatus.QUEUED, "attempts": 0, "due_at": ctx.now, "rung_at": wall_now(), "finished_at": None, "cancel_asked_at": None}
    if ctx.session.execute(free.values(**fresh).execution_options(synchronize_session=False)).rowcount != 1:  # type: ignore[attr-defined]
        raise Refused("not_possible_now", _("Only a job that was given up can be replayed; this one waits, runs or is done."))
    ctx.will_ring(str(row.id), row.queue)
    ctx.audit("core.job.replayed", row, before=before, reason=reason)


def _settle(ctx: Ctx, row: Job, status: JobStatus) -> None:
    free = update(Job).where(Job.id == row.id, Job.status == row.status)
    changed = free.values(status=status, finished_at=wall_now(), lease=None, lease_until=None).execution_options(synchronize_session=False)
    if ctx.session.execute(changed).rowcount != 1:  # type: ignore[attr-defined]
        raise Refused("not_possible_now", _("The job has moved on meanwhile: look at it again."))
