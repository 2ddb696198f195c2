"""Events, three subscribers and a job whose effects can be counted, for a worker that tests kill.

`python -m tests.faults.outbox_world FIRST COUNT` writes that many of each, one transaction per event, as a hub process would.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select

from core.ctx import SYSTEM, Ctx
from core.database import Database
from core.events import EVENTS, SUBSCRIBERS, event, subscribe
from core.jobs import JOBS, JobKind, job
from core.kv import KeyValue, bump

SUBSCRIBERS_OF_NOTED = ("tests.first", "tests.second", "tests.third")
NAME = "tests.noted.v1"
_PREFIX = "tests.heard."
_STEPS = 3
_STEP_S = 0.008
#: How often each step of an effect was done.
ONCE = (1,) * _STEPS


@dataclass(frozen=True)
class Noted:
    number: int


def _in_steps(ctx: Ctx, mark: str) -> None:
    """One effect: writes with time between them, so that most kills fall between two of them."""
    for step in range(_STEPS):
        bump(ctx, f"{_PREFIX}{mark}/{step}")
        time.sleep(_STEP_S)


def declare() -> JobKind:
    """The same in the process that writes and in the one that works."""
    event(NAME)(Noted)

    def hear(name: str) -> None:
        subscribe(Noted, name=name)(lambda ctx, fact: _in_steps(ctx, f"{name}.{fact.number}"))

    for name in SUBSCRIBERS_OF_NOTED:
        hear(name)

    @job("tests.outbox_job", retries=50)
    def work(ctx: Ctx, number: int) -> None:
        _in_steps(ctx, f"job.{number}")

    return work


@contextmanager
def declared() -> Iterator[JobKind]:
    """For the test's own process, which knows nothing of it afterwards."""
    yield declare()
    EVENTS.pop(NAME), SUBSCRIBERS.pop(NAME), JOBS.pop("tests.outbox_job")


def write(database: Database, kind: JobKind, first: int, count: int) -> None:
    """So many events, and a job with each."""
    for number in range(first, first + count):
        with database.unit_of_work(SYSTEM) as ctx:
            ctx.emit(Noted(number))
            ctx.enqueue(kind, number)


def wanted(count: int) -> dict[str, tuple[int, ...]]:
    """The effects of the first so many."""
    return {f"{name}.{number}": ONCE for name in (*SUBSCRIBERS_OF_NOTED, "job") for number in range(count)}


def effects(database: Database) -> dict[str, tuple[int, ...]]:
    """What was done, and how often each step of it."""
    with database.reading(SYSTEM) as ctx:
        rows = ctx.session.execute(select(KeyValue.key, KeyValue.value).where(KeyValue.key.like(f"{_PREFIX}%")).order_by(KeyValue.key)).all()
    found: dict[str, tuple[int, ...]] = defaultdict(tuple)
    for key, value in rows:
        found[key.removeprefix(_PREFIX).rpartition("/")[0]] += (value,)
    return dict(found)


if __name__ == "__main__":
    from core.settings import load_settings
    from hub.app import build_database

    write(build_database(load_settings()), declare(), *(int(word) for word in sys.argv[1:]))
