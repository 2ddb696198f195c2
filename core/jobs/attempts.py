"""The history of a job that did not go smoothly."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete

from core.clock import wall_now
from core.ids import new_id
from core.jobs.models import Job, JobAttempt, Outcome
from core.once import insert_once

if TYPE_CHECKING:
    from core.ctx import Ctx

KEPT = 50  # of one job: a scheduled one starts for ever


def write_attempt(ctx: Ctx, job: Job, outcome: Outcome, *, error: str | None = None, **more: Any) -> None:
    """Once per start; who comes later changes nothing."""
    number: int = more.get("number", job.starts)
    began: datetime | None = more.get("started_at", job.started_at)
    ended: datetime | None = more.get("ended_at", wall_now())
    insert_once(
        ctx.session, JobAttempt, id=new_id("jat"), job_id=job.id, number=number, outcome=outcome, started_at=began, ended_at=ended, error=error
    )
    if number > KEPT:
        old = delete(JobAttempt).where(JobAttempt.job_id == job.id, JobAttempt.number <= number - KEPT)
        ctx.session.execute(old.execution_options(synchronize_session=False))
