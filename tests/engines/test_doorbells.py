"""The same promise on every doorbell: a real worker is killed, bells are lost and rung twice, and each job has exactly one effect."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.ctx import SYSTEM, Ctx
from core.jobs import JOBS, Job, JobKind, JobStatus, job
from core.kv import KeyValue
from tests.engines import RabbitVhost, RedisServer
from tests.faults.installation import Installation, wait_for

JOBS_IN_ALL = 40
KILLS = 5


@contextmanager
def _filesystem(folder: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    def flush() -> None:
        for bell in (folder / "var" / "doorbell").glob("*"):
            bell.unlink(missing_ok=True)

    yield "filesystem://localhost", flush


@contextmanager
def _redis(folder: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    server = RedisServer.started(folder)
    yield server.url(), server.flush
    server.stop()


@contextmanager
def _rabbitmq(folder: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    vhost = RabbitVhost.started(folder)
    yield vhost.url, vhost.flush
    vhost.stop()


DOORBELLS = {"filesystem": _filesystem, "redis": _redis, "rabbitmq": _rabbitmq}


@pytest.fixture
def do_once() -> Iterator[JobKind]:
    """The job's name; what it does is known to the worker alone."""

    @job("tests.do_once", retries=50)
    def known_elsewhere(ctx: Ctx, name: str, milliseconds: int) -> None:
        raise AssertionError("only the worker runs this")

    yield known_elsewhere
    del JOBS["tests.do_once"]


@pytest.fixture(params=[pytest.param(name, marks=[] if name == "filesystem" else pytest.mark.servers) for name in DOORBELLS])
def doorbell(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """The broker's address, and how to lose every bell that is on its way."""
    with DOORBELLS[request.param](tmp_path) as made:
        yield made


@pytest.fixture
def hub(tmp_path: Path, doorbell: tuple[str, Callable[[], None]]) -> Iterator[Installation]:
    made = Installation(tmp_path / "var", engines={"CHANNELPRESS_BROKER_URL": doorbell[0]}, worker="tests.engines.counting_worker")
    yield made
    made.stop()


def _effects(hub: Installation) -> dict[str, int]:
    with hub.database.reading(SYSTEM) as ctx:
        rows = ctx.session.execute(select(KeyValue.key, KeyValue.value).where(KeyValue.key.like("tests.done.%")))
        return {key.removeprefix("tests.done."): value for key, value in rows}


def _open(hub: Installation) -> int:
    with hub.database.reading(SYSTEM) as ctx:
        query = select(func.count()).select_from(Job).where(Job.name == "tests.do_once", Job.status != JobStatus.DONE)
        return ctx.session.scalar(query) or 0


def _write(hub: Installation, kind: JobKind, names: list[str], *, heard: bool = True) -> list[str]:
    """One transaction each; returns the ids. `heard=False`: the process died between commit and bell."""
    ids = []
    ring = hub.database.ring
    hub.database.ring = ring if heard else (lambda job_id, queue: None)
    for name in names:
        with hub.database.unit_of_work(SYSTEM) as ctx:
            ids.append(str(ctx.enqueue(kind, name, 60)))
    hub.database.ring = ring
    return ids


@pytest.mark.slow
def test_killed_workers_lost_bells_and_double_bells_leave_one_effect_each(
    hub: Installation, doorbell: tuple[str, Callable[[], None]], do_once: JobKind
) -> None:
    chance = random.Random(20260302)
    hub.start("scheduler", "worker")
    names = [f"n{number}" for number in range(JOBS_IN_ALL)]
    share = JOBS_IN_ALL // KILLS
    for kill in range(KILLS):
        part = names[kill * share : (kill + 1) * share]
        ids = _write(hub, do_once, part[: share // 2]) + _write(hub, do_once, part[share // 2 :], heard=False)
        for job_id in ids:
            hub.database.ring(job_id, "default")
        time.sleep(chance.uniform(0.05, 0.6))  # some are running, some wait in the worker, some in the broker
        hub.kill("worker")
        if kill % 2:
            doorbell[1]()
        hub.start("worker")
    wait_for(lambda: _open(hub) == 0, 120, lambda: f"all jobs are done, {_open(hub)} are not; worker: {hub.log('worker')[-3000:]}")
    effects = _effects(hub)
    print(f"{KILLS} kills, {JOBS_IN_ALL} jobs, {sum(effects.values())} effects")
    assert effects == dict.fromkeys(names, 1)


@pytest.mark.servers
@pytest.mark.parametrize("kind", ["redis", "rabbitmq"])
def test_a_doorbell_that_is_away_delays_a_person_for_seconds_and_loses_nothing(
    kind: str, tmp_path: Path, own_engines: object, do_once: JobKind
) -> None:
    server = RedisServer.started(tmp_path) if kind == "redis" else RabbitVhost.started(tmp_path)
    url = server.url() if isinstance(server, RedisServer) else server.url
    hub = Installation(tmp_path / "var", engines={"CHANNELPRESS_BROKER_URL": url}, worker="tests.engines.counting_worker")
    try:
        server.stop()
        began = time.monotonic()
        _write(hub, do_once, ["while-away"])
        assert time.monotonic() - began < 8
        server.start()
        hub.start("scheduler", "worker")
        wait_for(lambda: _effects(hub) == {"while-away": 1}, 60, lambda: "the sweeper rings; worker: " + hub.log("worker")[-3000:])
    finally:
        hub.stop()
        server.stop()
