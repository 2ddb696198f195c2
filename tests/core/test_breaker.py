"""A destination that is down rests: one probe at a time, no attempts used up, and nobody else's work waits for it (C-16, C-17)."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from core import breaker as breakers
from core.breaker import FAILURES, Breaker, BreakerState, Open, breaker, host_of
from core.clock import FixedClock
from core.ctx import SYSTEM, Ctx
from core.database import Database
from core.errors import Refused
from core.jobs import JOBS, Job, JobAttempt, JobStatus, Outcome, Retryable, job, run_until_idle
from core.kv import read_value, write_value

SITE = "https://down.example"


def _fail(database: Database, times: int = FAILURES) -> None:
    for _ in range(times):
        with pytest.raises(Retryable), breaker(database, SITE):
            raise Retryable("timeout")


def _row(database: Database) -> Breaker:
    with database.reading(SYSTEM) as ctx:
        row = ctx.session.scalars(select(Breaker).where(Breaker.destination == SITE)).one()
        ctx.session.expunge(row)
        return row


def test_it_opens_rests_probes_once_and_closes(database: Database, clock: FixedClock) -> None:
    _fail(database, FAILURES - 1)
    assert _row(database).state is BreakerState.CLOSED
    _fail(database, 1)
    row = _row(database)
    assert (row.state, row.last_error) == (BreakerState.OPEN, "Retryable: timeout")
    with pytest.raises(Open) as rests, breaker(database, SITE):
        raise AssertionError("was asked although it rests")
    assert timedelta(0) < rests.value.wait <= breakers.FIRST_REST
    clock.at += timedelta(seconds=31)
    _fail(database, 1)  # the probe fails: twice the rest
    assert _row(database).retry_at == clock.at + 2 * breakers.FIRST_REST
    clock.at += timedelta(seconds=61)
    with breaker(database, SITE):
        pass
    row = _row(database)
    assert (row.state, row.failures, row.rests, row.observed_at) == (BreakerState.CLOSED, 0, 0, clock.at)


def test_one_probe_at_a_time(database: Database, clock: FixedClock) -> None:
    _fail(database)
    clock.at += timedelta(minutes=1)

    def ask(_number: int) -> str:
        try:
            breakers._admit(database, SITE)
        except Open:
            return "rests"
        return "probe"

    with ThreadPoolExecutor(8) as pool:
        assert Counter(pool.map(ask, range(8))) == {"probe": 1, "rests": 7}
    clock.at += breakers.PROBE + timedelta(seconds=1)  # the one that asked has died
    assert ask(0) == "probe"


def test_a_refusal_is_an_answer_and_failures_far_apart_are_none(database: Database, clock: FixedClock) -> None:
    for _ in range(2 * FAILURES):
        with pytest.raises(Refused), breaker(database, SITE):
            raise Refused("no_such_page")
    assert _row(database).failures == 0
    for _ in range(2 * FAILURES):
        _fail(database, 1)
        clock.at += breakers.WINDOW + timedelta(seconds=1)
    assert _row(database).state is BreakerState.CLOSED


def test_jobs_of_a_resting_destination_wait_without_using_up_attempts_and_the_batch_goes_on(database: Database, clock: FixedClock) -> None:
    def ask(outside: Database, site: str) -> str:
        with breaker(outside, site):
            if site == SITE:
                raise Retryable("timeout")
            return "seen"

    @job("tests.look", retries=3, gather=ask)
    def look(ctx: Ctx, site: str, seen: str) -> None:
        write_value(ctx, "tests.seen", (read_value(ctx, "tests.seen") or 0) + 1)

    try:
        _fail(database)
        with database.unit_of_work(SYSTEM) as ctx:
            for number in range(10):
                ctx.enqueue(look, SITE if number % 2 else f"https://up{number}.example")
        run_until_idle(database)
        with database.reading(SYSTEM) as ctx:
            assert read_value(ctx, "tests.seen") == 5
            waiting = list(ctx.session.scalars(select(Job).where(Job.status == JobStatus.QUEUED)))
            assert [(row.attempts, row.due_at > clock.now()) for row in waiting] == [(0, True)] * 5
            outcomes = set(ctx.session.scalars(select(JobAttempt.outcome)))
            assert outcomes == {Outcome.PUT_OFF}
        print(f"10 jobs, 5 of a site that is down: 5 done, {len(waiting)} put off, 0 attempts used up")
    finally:
        del JOBS["tests.look"]


def test_a_destination_is_a_site() -> None:
    assert host_of("https://Kestrel.example/a?b=c") == "https://kestrel.example"
    assert host_of("http://localhost:8001/x") == "http://localhost:8001"
