"""What is kept of events and deliveries, and for how long: nothing that is not delivered is ever forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from core.clock import FixedClock
from core.ctx import SYSTEM, Ctx
from core.database import Database
from core.events import EVENTS, SUBSCRIBERS, InboxKey, OutboxEvent, event, forget_delivered_events, subscribe
from core.jobs import Job, JobStatus, forget_done_jobs, run_until_idle


@pytest.fixture
def told() -> Iterator[type]:
    """An event with one listener, which refuses the number 13."""

    @event("tests.counted.v1")
    @dataclass(frozen=True)
    class Counted:
        number: int

    @subscribe(Counted, name="tests.listen")
    def listen(ctx: Ctx, fact: Any) -> None:
        if fact.number == 13:
            raise RuntimeError("not this one")

    yield Counted
    del EVENTS["tests.counted.v1"], SUBSCRIBERS["tests.counted.v1"]


def _left(database: Database) -> tuple[list[int], int]:
    with database.reading(SYSTEM) as ctx:
        rows = ctx.session.scalars(select(OutboxEvent).order_by(OutboxEvent.id))
        return [row.payload["number"] for row in rows], len(ctx.session.scalars(select(InboxKey)).all())


def test_delivered_events_are_forgotten_after_a_month_and_others_never(database: Database, told: type, clock: FixedClock) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        for number in (1, 13, 2):
            ctx.emit(told(number))
    for _ in range(12):  # until the bad one is given up
        run_until_idle(database)
        clock.move(timedelta(hours=2))
    with database.reading(SYSTEM) as ctx:
        assert sorted(ctx.session.scalars(select(Job.status))) == [JobStatus.DEAD, JobStatus.DONE, JobStatus.DONE]
    for days, numbers, keys in ((28, [1, 13, 2], 2), (3, [13], 0), (400, [13], 0)):
        clock.move(timedelta(days=days))
        for _ in range(2):  # the second run changes nothing
            with database.unit_of_work(SYSTEM) as ctx:
                forget_delivered_events(ctx)
            assert _left(database) == (numbers, keys)


def test_an_event_that_is_run_again_after_it_was_given_up_finds_its_facts(database: Database, told: type, clock: FixedClock) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        ctx.emit(told(13))
        ctx.session.execute(update(Job).values(status=JobStatus.DEAD))
    clock.move(timedelta(days=100))
    with database.unit_of_work(SYSTEM) as ctx:
        forget_delivered_events(ctx)
        forget_done_jobs(ctx)
        ctx.session.execute(update(Job).values(status=JobStatus.QUEUED))
        ctx.session.execute(update(OutboxEvent).values(payload={"number": 5}))
    run_until_idle(database)
    with database.reading(SYSTEM) as ctx:
        assert ctx.session.scalars(select(Job.status)).one() is JobStatus.DONE
