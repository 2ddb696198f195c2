"""Events, three subscribers and a job whose effects can be counted, for a worker that tests kill.

`python -m tests.faults.outbox_world FIRST EVENTS JOBS` writes that many of each, one transaction per event, as a hub process would.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.ctx import SYSTEM, Ctx
from core.database import Database
from core.events import EVENTS, SUBSCRIBERS, event, subscribe
from core.jobs import JOBS, JobKind, job
from core.kv import bump

SUBSCRIBERS_OF_NOTED = ("tests.first", "tests.second", "tests.third")
NAME = "tests.noted.v1"


@dataclass(frozen=True)
class Noted:
    number: int


def declare() -> JobKind:
    """The same in the process that writes and in the one that works."""
    event(NAME)(Noted)

    def hear(name: str) -> None:
        def handler(ctx: Ctx, fact: Noted) -> None:
            bump(ctx, f"tests.heard.{name}.{fact.number}")
            time.sleep(0.004)  # so that a kill falls into the transaction now and then

        subscribe(Noted, name=name)(handler)

    for name in SUBSCRIBERS_OF_NOTED:
        hear(name)

    @job("tests.outbox_job", retries=50)
    def work(ctx: Ctx, number: int) -> None:
        bump(ctx, f"tests.heard.job.{number}")
        time.sleep(0.004)

    return work


@contextmanager
def declared() -> Iterator[JobKind]:
    """For the test's own process, which knows nothing of it afterwards."""
    yield declare()
    EVENTS.pop(NAME), SUBSCRIBERS.pop(NAME), JOBS.pop("tests.outbox_job")


def write(database: Database, kind: JobKind, first: int, events: int, jobs: int) -> None:
    for number in range(first, first + max(events, jobs)):
        with database.unit_of_work(SYSTEM) as ctx:
            if number < first + events:
                ctx.emit(Noted(number))
            if number < first + jobs:
                ctx.enqueue(kind, number)


if __name__ == "__main__":
    from core.settings import load_settings
    from hub.app import build_database

    write(build_database(load_settings()), declare(), *(int(word) for word in sys.argv[1:]))
