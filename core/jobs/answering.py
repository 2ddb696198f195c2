"""What a worker does when the bell rings: the job it was rung for, and for a moment whatever else is due in that queue.

The transaction that finishes a job claims the next one, so a job costs one commit instead of two. Who stops while there is more to do
rings for it; who finds nothing may go, because every commit has a bell after it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Select, select

from core.ctx import SYSTEM
from core.ids import TypeID
from core.jobs import together
from core.jobs.models import Job, JobStatus, is_due
from core.jobs.running import STOPPING, is_free, run_claimed, take

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.database import Database

MOMENT = 0.25  # seconds; then another queue's bell may be heard, and a worker that is asked to stop ends


def answer(database: Database, job_id: str) -> None:
    """Claims by the row, as ever: any number of bells, for one job or for none, do no harm."""
    wanted = TypeID.parse(job_id, "job")
    with database.reading(SYSTEM) as ctx:
        queue = ctx.session.scalar(select(Job.queue).where(Job.id == wanted))
    if queue is not None and not STOPPING.is_set():
        _Shift(database, queue).work(wanted)


class _Shift:
    """Of one worker in one queue."""

    def __init__(self, database: Database, queue: str) -> None:
        self._database, self._queue = database, queue
        self._until = 0.0
        self._next: list[Job] = []

    def work(self, wanted: TypeID) -> None:
        if self._database.deliverer is not None:
            together.deliver(self._database, self._database.deliverer, self._queue, time.monotonic() + MOMENT)
        self._until = time.monotonic() + MOMENT  # anew: deliveries that never cease must not keep the other jobs waiting
        self._claim(Job.id == wanted)
        while self._next or (self._goes_on() and self._claim(self._waits())):
            claimed = self._next.pop()
            if not run_claimed(self._database, claimed, self._claim_next):
                self._next = []  # what was claimed in its transaction was rolled back with it
        if not self._goes_on():
            self._ring_for_the_rest()

    def _goes_on(self) -> bool:
        return time.monotonic() < self._until and not STOPPING.is_set()

    def _waits(self) -> ColumnElement[bool]:
        return (Job.queue == self._queue) & (Job.status == JobStatus.QUEUED)

    def _first(self, ctx: Ctx, which: ColumnElement[bool]) -> Select[TypeID]:
        mine = which if self._database.deliverer is None else which & ~together.is_for_together()
        return select(Job.id).where(mine, is_free(ctx.now)).order_by(Job.due_at).limit(1)

    def _claim(self, which: ColumnElement[bool]) -> bool:
        """Looks before it writes: most bells are for what somebody else has done meanwhile."""
        with self._database.reading(SYSTEM) as ctx:
            if ctx.session.scalar(self._first(ctx, which)) is None:
                return False
        with self._database.unit_of_work(SYSTEM) as ctx:
            claimed = self._take_first(ctx, which)
        self._next = claimed
        return bool(claimed)

    def _take_first(self, ctx: Ctx, which: ColumnElement[bool]) -> list[Job]:
        found: TypeID | None = ctx.session.scalar(self._first(ctx, which).with_for_update(skip_locked=True))
        return [] if found is None else take(ctx, [found])

    def _claim_next(self, ctx: Ctx) -> None:
        """In the transaction of the job that is done."""
        self._next = self._take_first(ctx, self._waits()) if self._goes_on() else []

    def _ring_for_the_rest(self) -> None:
        with self._database.reading(SYSTEM) as ctx:
            rest = ctx.session.scalar(select(Job.id).where(self._waits(), is_due(ctx.now)).limit(1))
        if rest is not None:
            self._database.ring(str(rest), self._queue)
