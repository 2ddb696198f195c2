"""Writing work down, in the transaction that wants it done."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from core.clock import wall_now
from core.ctx import correlation_id
from core.ids import TypeID, new_id
from core.jobs.kinds import JobKind
from core.jobs.models import Job
from core.once import insert_once

if TYPE_CHECKING:
    from core.ctx import Ctx


def write_row(
    ctx: Ctx,
    kind: JobKind,
    args: tuple[Any, ...],
    *,
    not_before: datetime | None = None,
    key: str | None = None,
    started_by: TypeID | None = None,
    label: str = "",
) -> TypeID | None:
    """Inserts the job; with a `key` that exists already nothing happens and None is returned.

    With `started_by` that person sees the job, its `label` and its progress, and may cancel it.
    """
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
        started_by=started_by,
        label=label[:200],
    )
    if not written:
        return None
    if due_at <= ctx.now:
        ctx.will_ring(str(job_id), kind.queue)
    return job_id
