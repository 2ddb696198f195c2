"""Three schedulers look at the same moment: each recurring job is queued once (leader safety by conditional update)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from core.clock import wall_now
from core.ctx import SYSTEM
from core.database import Database
from core.jobs import JOBS, Job, JobStatus, tick
from tests.mdf.two_engines import database, engines, settings
from tests.races.harness import Race

__all__ = ["database", "engines", "settings"]
pytestmark = pytest.mark.slow
ROUNDS = 12


def look(database: Database, racer: int, item: None) -> str:
    return str(tick(database))


def _all_are_due(database: Database) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        due = update(Job).where(Job.key.like("schedule:%")).values(status=JobStatus.DONE, finished_at=wall_now() - timedelta(days=30), starts=0)
        ctx.session.execute(due.execution_options(synchronize_session=False))


def test_three_schedulers_queue_each_job_once(database: Database) -> None:
    kinds = [kind.name for kind in JOBS.values() if kind.every]
    queued = []
    with Race(database, look, seed=3, processes=3) as race:
        for _round in range(ROUNDS):  # the first finds no rows at all: they race for inserting them
            (outcome,) = race.run([None])
            queued.append(sum(int(word) for word in outcome))
            with database.reading(SYSTEM) as ctx:
                waiting = select(func.count()).select_from(Job).where(Job.key.like("schedule:%"), Job.status == JobStatus.QUEUED)
                assert ctx.session.scalar(waiting) == len(kinds)
            _all_are_due(database)
    print(
        f"{database.engine.dialect.name}: 3 schedulers, {ROUNDS} rounds, {len(kinds)} recurring jobs: {sum(queued)} queued, {ROUNDS * len(kinds)} wanted"
    )
    assert queued == [len(kinds)] * ROUNDS
