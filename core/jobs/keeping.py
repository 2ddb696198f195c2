"""How long what is over is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete

from core.clock import wall_now
from core.jobs.kinds import scheduled
from core.jobs.models import KEEP_DONE, Job, JobAttempt, JobStatus

if TYPE_CHECKING:
    from core.ctx import Ctx

KEEP_SETTLED = timedelta(days=30)
_KEEP_ATTEMPTS = timedelta(days=90)


@scheduled("core.forget_done_jobs", every=3600)
def forget_done_jobs(ctx: Ctx) -> None:
    """Finished jobs are kept two days for the operator, those a person settled thirty; dead ones stay until somebody acts."""
    wall = wall_now()
    recurring = Job.key.like("schedule:%")
    over = (Job.status == JobStatus.DONE) & (Job.finished_at < wall - KEEP_DONE)
    settled = Job.status.in_((JobStatus.GIVEN_UP, JobStatus.CANCELLED)) & (Job.finished_at < wall - KEEP_SETTLED)
    for statement in (
        delete(Job).where(over | settled, ~recurring | Job.key.is_(None)),
        delete(JobAttempt).where(JobAttempt.ended_at < wall - _KEEP_ATTEMPTS),
    ):
        ctx.session.execute(statement.execution_options(synchronize_session=False))
