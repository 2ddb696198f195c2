"""Work is a row: it runs once, survives a lost bell and a dead worker, and keeps its errors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.clock import FixedClock, wall_now
from core.ctx import SYSTEM, Ctx
from core.database import Database
from core.errors import Refused
from core.ids import TypeID
from core.jobs import (
    JOBS,
    Job,
    JobAttempt,
    JobKind,
    JobStatus,
    Outcome,
    _claim,
    due_jobs,
    job,
    run_job,
    run_until_idle,
    scheduled,
    sweep,
    tick,
    wake_schedules,
)
from core.kv import read_value, write_value


@pytest.fixture
def counting() -> Iterator[JobKind]:
    """A job that counts its own runs in the database."""

    @job("tests.count", queue="default", retries=2)
    def count(ctx: Ctx, mood: str) -> None:
        write_value(ctx, "tests.runs", (read_value(ctx, "tests.runs") or 0) + 1)
        if mood == "crash":
            raise RuntimeError("broken")
        if mood == "refuse":
            raise Refused("never")

    yield count
    del JOBS["tests.count"]


def _runs(database: Database) -> int:
    with database.reading(SYSTEM) as ctx:
        return read_value(ctx, "tests.runs") or 0


def _status(database: Database) -> JobStatus:
    with database.reading(SYSTEM) as ctx:
        return ctx.session.scalars(select(Job.status)).one()


def test_a_job_runs_once_however_often_the_bell_rings(database: Database, counting: JobKind) -> None:
    rung: list[str] = []
    database.ring = lambda job_id, queue: rung.append(job_id)
    with database.unit_of_work(SYSTEM) as ctx:
        ctx.enqueue(counting, "fine")
        assert rung == []  # nothing leaves before the commit
    assert len(rung) == 1
    assert [run_job(database, rung[0]) for _ in range(3)] == [True, False, False]
    assert _runs(database) == 1


def test_a_rolled_back_change_leaves_no_work(database: Database, counting: JobKind) -> None:
    def fail_after_enqueueing() -> None:
        with database.unit_of_work(SYSTEM) as ctx:
            ctx.enqueue(counting, "fine")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_enqueueing()
    assert run_until_idle(database) == 0


def test_the_sweeper_rings_for_a_lost_bell(database: Database, counting: JobKind) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        ctx.enqueue(counting, "fine")
        ctx.session.execute(update(Job).values(rung_at=wall_now() - timedelta(minutes=1)))
    rung: list[str] = []
    database.ring = lambda job_id, queue: rung.append(job_id)
    assert sweep(database) == 1
    assert len(rung) == 1
    assert sweep(database) == 0  # just rung, not again at once


def test_a_job_of_a_dead_worker_is_taken_over(database: Database, counting: JobKind) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        job_id = ctx.enqueue(counting, "fine")
        left = {"status": JobStatus.RUNNING, "lease": "gone", "lease_until": wall_now() - timedelta(seconds=1), "attempts": 1, "starts": 1}
        ctx.session.execute(update(Job).values(**left))
    with database.unit_of_work(SYSTEM) as ctx:
        assert [found for found, _ in due_jobs(ctx)] == [str(job_id)]
    assert run_job(database, str(job_id))
    assert _runs(database) == 1
    with database.reading(SYSTEM) as ctx:
        assert ctx.session.scalars(select(JobAttempt.outcome).order_by(JobAttempt.number)).all() == [Outcome.LOST, Outcome.DONE]


def test_a_crash_rolls_back_and_is_tried_again_until_it_is_dead(database: Database, counting: JobKind, clock: FixedClock) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        job_id = ctx.enqueue(counting, "crash")
    for _ in range(3):
        assert not run_job(database, str(job_id))
        clock.move(timedelta(hours=2))
    assert _runs(database) == 0
    assert _status(database) is JobStatus.DEAD
    with database.reading(SYSTEM) as ctx:
        assert ctx.session.scalars(select(Job.last_error)).one() == "RuntimeError: broken"


def test_a_refusal_is_permanent(database: Database, counting: JobKind) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        job_id = ctx.enqueue(counting, "refuse")
    run_job(database, str(job_id))
    assert _status(database) is JobStatus.DEAD


def test_the_same_key_is_one_job(database: Database, counting: JobKind) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        assert ctx.enqueue(counting, "fine", key="k") is not None
        assert ctx.enqueue(counting, "fine", key="k") is None
    assert run_until_idle(database) == 1


def test_later_work_waits_for_the_clock(database: Database, counting: JobKind, clock: FixedClock) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        ctx.enqueue(counting, "fine", not_before=ctx.now + timedelta(days=14))
    assert run_until_idle(database) == 0
    clock.move(timedelta(days=14))
    assert run_until_idle(database) == 1


def test_scheduled_work_has_one_row_and_rests_between_runs(database: Database) -> None:
    @scheduled("tests.often", every=3600)
    def often(ctx: Ctx) -> None:
        write_value(ctx, "tests.runs", (read_value(ctx, "tests.runs") or 0) + 1)

    kept = dict(JOBS)
    JOBS.clear()
    JOBS["tests.often"] = often
    try:
        assert tick(database) == 1
        assert run_until_idle(database) == 1
        assert tick(database) == 0
        with database.unit_of_work(SYSTEM) as ctx:
            ctx.session.execute(update(Job).values(finished_at=wall_now() - timedelta(hours=2)))
        assert tick(database) == 1
        assert run_until_idle(database) == 1
        with database.unit_of_work(SYSTEM) as ctx:
            wake_schedules(ctx)
        assert tick(database) == 1, "the clock was moved: what the new day asks for is looked at now"
        assert run_until_idle(database) == 1
        assert tick(database) == 0
    finally:
        JOBS.clear()
        JOBS.update(kept)
        JOBS.pop("tests.often")
    assert _runs(database) == 3
    with database.reading(SYSTEM) as ctx:
        assert ctx.session.scalars(select(JobAttempt.outcome)).all() == [], "an earlier run that went well is no worker that died"


def test_a_job_that_kills_each_of_its_workers_is_given_up(database: Database, counting: JobKind) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        job_id = str(ctx.enqueue(counting, "fine"))
    for _ in range(40):
        with database.unit_of_work(SYSTEM) as ctx:
            ctx.session.execute(update(Job).where(Job.status == JobStatus.RUNNING).values(lease_until=wall_now() - timedelta(seconds=1)))
        if _claim(database, TypeID.parse(job_id)) is None:  # a claim that nothing follows: the worker is gone
            break
    assert _status(database) is JobStatus.DEAD
    assert not run_job(database, job_id)
    assert _runs(database) == 0


def test_a_clock_that_is_moved_back_does_not_stop_scheduled_work(database: Database, clock: FixedClock) -> None:
    @scheduled("tests.often", every=1)
    def often(ctx: Ctx) -> None:
        write_value(ctx, "tests.runs", (read_value(ctx, "tests.runs") or 0) + 1)

    kept = {name: kind for name, kind in JOBS.items() if name != "tests.often"}
    JOBS.clear()
    JOBS["tests.often"] = often
    try:
        clock.move(timedelta(days=30))
        tick(database)
        clock.move(timedelta(days=-30))
        assert run_until_idle(database) == 1  # what was wanted at once stays due
        with database.unit_of_work(SYSTEM) as ctx:
            ctx.session.execute(update(Job).values(status=JobStatus.QUEUED, created_at=ctx.now, due_at=ctx.now + timedelta(minutes=50)))
        assert run_until_idle(database) == 0
        tick(database)
        assert run_until_idle(database) == 1
    finally:
        JOBS.clear()
        JOBS.update(kept)
