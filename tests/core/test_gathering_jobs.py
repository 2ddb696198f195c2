"""Work that takes long happens before the transaction: nobody waits for a browser with the database in hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from core.ctx import SYSTEM, Ctx
from core.database import Database
from core.jobs import JOBS, Job, JobKind, JobStatus, job, run_until_idle
from core.kv import read_value, write_value


@pytest.fixture
def gathering(database: Database) -> Iterator[JobKind]:
    """A job whose first half writes elsewhere: impossible on SQLite while a unit of work is open."""

    def gather(outside: Database, word: str) -> str:
        if word == "crash":
            raise RuntimeError("the foreign server broke")
        with outside.unit_of_work(SYSTEM) as ctx:
            write_value(ctx, "tests.meanwhile", "somebody else wrote")
        return word.upper()

    @job("tests.gather", gather=gather, retries=0)
    def write(ctx: Ctx, word: str, found: str) -> None:
        write_value(ctx, "tests.found", [word, found])

    yield write
    del JOBS["tests.gather"]


def test_others_can_write_while_a_job_gathers(database: Database, gathering: JobKind) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        ctx.enqueue(gathering, "picture")
    run_until_idle(database)
    with database.reading(SYSTEM) as ctx:
        assert read_value(ctx, "tests.found") == ["picture", "PICTURE"]
        assert read_value(ctx, "tests.meanwhile") == "somebody else wrote"
        assert ctx.session.scalars(select(Job.status)).one() is JobStatus.DONE


def test_a_failure_while_gathering_stands_on_the_row(database: Database, gathering: JobKind) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        ctx.enqueue(gathering, "crash")
    run_until_idle(database)
    with database.reading(SYSTEM) as ctx:
        row = ctx.session.scalars(select(Job)).one()
        assert (row.status, row.last_error) == (JobStatus.DEAD, "RuntimeError: the foreign server broke")
        assert read_value(ctx, "tests.found") is None
