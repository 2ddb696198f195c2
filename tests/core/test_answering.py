"""One bell is enough for all that is due, deliveries share a transaction where one writes, and what fails is told alone."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from core.clock import wall_now
from core.ctx import SYSTEM, Ctx
from core.database import Database
from core.database_turnstile import Turnstile
from core.events import EVENTS, SUBSCRIBERS, event, subscribe
from core.jobs import JOBS, Bells, Job, JobKind, JobStatus, answer, job, together
from core.jobs.errors import Interrupted
from core.kv import KeyValue, bump

BAD = 3


@dataclass(frozen=True)
class Told:
    number: int


@pytest.fixture
def told() -> Iterator[dict[str, type[BaseException]]]:
    """What the event with the number BAD raises, if anything."""
    raises: dict[str, type[BaseException]] = {}
    event("tests.told.v1")(Told)

    def hear(ctx: Ctx, fact: Told) -> None:
        bump(ctx, f"tests.heard.{fact.number}")
        if fact.number == BAD and raises:
            raise raises["bad"]

    subscribe(Told, name="tests.hear")(hear)
    yield raises
    del EVENTS["tests.told.v1"], SUBSCRIBERS["tests.told.v1"]


def _announce(database: Database, count: int) -> list[str]:
    rung: list[str] = []
    database.ring = lambda job_id, queue: rung.append(job_id)
    for number in range(count):
        with database.unit_of_work(SYSTEM) as ctx:
            ctx.emit(Told(number))
    return rung


def _heard(database: Database) -> dict[str, int]:
    with database.reading(SYSTEM) as ctx:
        rows = ctx.session.execute(select(KeyValue.key, KeyValue.value).where(KeyValue.key.like("tests.heard.%")))
        return {key.removeprefix("tests.heard."): value for key, value in rows}


def _states(database: Database) -> dict[JobStatus, int]:
    with database.reading(SYSTEM) as ctx:
        return dict(ctx.session.execute(select(Job.status, func.count()).group_by(Job.status)).all())


def _answer_until_quiet(database: Database, rung: list[str]) -> None:
    """Also the bells that a worker rings for the rest when its moment is over."""
    while rung:
        answer(database, rung.pop(0))


def test_one_bell_is_enough_for_all_that_is_due(database: Database, told: object) -> None:
    rung = _announce(database, 40)
    last = rung.pop()
    rung.clear()  # all other bells are lost
    answer(database, last)
    _answer_until_quiet(database, rung)  # those that the worker rang for the rest
    assert _heard(database) == {str(number): 1 for number in range(40)}
    assert _states(database) == {JobStatus.DONE: 40}


def test_a_delivery_that_fails_takes_nobody_with_it(database: Database, told: dict[str, type[BaseException]]) -> None:
    told["bad"] = ZeroDivisionError
    _answer_until_quiet(database, _announce(database, 8))
    assert _heard(database) == {str(number): 1 for number in range(8) if number != BAD}
    assert _states(database) == {JobStatus.DONE: 7, JobStatus.QUEUED: 1}
    with database.reading(SYSTEM) as ctx:
        failed = ctx.session.scalars(select(Job).where(Job.status == JobStatus.QUEUED)).one()
        assert (failed.attempts, failed.last_error) == (1, "ZeroDivisionError: ")


def test_a_worker_that_must_go_gives_back_all_that_it_holds(database: Database, told: dict[str, type[BaseException]]) -> None:
    told["bad"] = Interrupted
    rung = _announce(database, 8)
    with pytest.raises(SystemExit):
        _answer_until_quiet(database, rung)
    with database.reading(SYSTEM) as ctx:
        left = ctx.session.scalars(select(Job).where(Job.status != JobStatus.DONE)).all()
        assert {(row.status, row.attempts, row.lease) for row in left} == {(JobStatus.QUEUED, 0, None)}
        again = [str(row.id) for row in left]
    told.clear()
    _answer_until_quiet(database, again)
    assert _heard(database) == {str(number): 1 for number in range(8)}


def test_what_was_started_before_runs_alone(database: Database, told: object) -> None:
    """A delivery that kills its worker must not count against the others of its transaction for ever."""
    _announce(database, 2)
    with database.unit_of_work(SYSTEM) as ctx:
        one = ctx.session.scalars(select(Job.id).limit(1)).one()
        gone = wall_now().replace(year=2020)
        ctx.session.execute(update(Job).where(Job.id == one).values(status=JobStatus.RUNNING, lease="gone", lease_until=gone, attempts=1, starts=1))
        assert one not in set(ctx.session.scalars(select(Job.id).where(together.is_for_together())))
    _answer_until_quiet(database, [str(one)])
    assert _states(database) == {JobStatus.DONE: 2}


@pytest.fixture
def slow() -> Iterator[JobKind]:
    @job("tests.slow")
    def take_time(ctx: Ctx, number: int) -> None:
        bump(ctx, f"tests.heard.{number}")
        time.sleep(0.15)

    yield take_time
    del JOBS["tests.slow"]


def test_who_stops_rings_for_the_rest(database: Database, slow: JobKind) -> None:
    rung: list[str] = []
    with database.unit_of_work(SYSTEM) as ctx:
        first = next(iter([str(ctx.enqueue(slow, number)) for number in range(5)]))
    database.ring = lambda job_id, queue: rung.append(job_id)
    answer(database, first)
    assert 1 <= len(_heard(database)) < 5
    assert len(rung) == 1
    _answer_until_quiet(database, rung)
    assert _states(database) == {JobStatus.DONE: 5}


def test_of_many_bells_the_first_and_the_last_ring() -> None:
    sent: list[str] = []
    bells = Bells(lambda job_id, queue: sent.append(job_id), at_once=2)
    for number in range(50):
        bells.ring(str(number), "default")
    bells.ring("recall", "urgent")
    assert sent[:2] == ["0", "1"]
    assert "recall" in sent, "another queue waits for nobody"
    time.sleep(0.3)
    assert sent[-1] == "49"
    assert len(sent) < 20
    bells.ring("later", "default")
    assert sent[-1] == "later"


def test_writers_of_one_host_enter_one_by_one(tmp_path: Path) -> None:
    inside = Turnstile(str(tmp_path / "turn"))
    other = Turnstile(str(tmp_path / "turn"))  # as another process has it
    assert inside.enter(0)
    assert not other.enter(0.02)
    threading.Timer(0.05, inside.leave).start()
    assert other.enter(5)
    other.leave()


def test_a_child_of_a_writer_is_not_inside(tmp_path: Path) -> None:
    turn = Turnstile(str(tmp_path / "turn"))
    assert turn.enter(0)
    child = os.fork()
    if child == 0:
        os._exit(int(turn.enter(0)))
    assert os.waitpid(child, 0)[1] == 0
    turn.leave()


def test_deliveries_that_never_cease_keep_no_other_job_waiting(
    database: Database, told: object, slow: JobKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "deliver", lambda *_: time.sleep(0.4))  # longer than a worker's moment
    rung = _announce(database, 1)
    with database.unit_of_work(SYSTEM) as ctx:
        ctx.enqueue(slow, 77)
    answer(database, rung[0])
    assert "77" in _heard(database)
