"""N events to M subscribers and K jobs, with the worker killed at random moments: each effect exactly once (L1, L2, L3)."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.ctx import SYSTEM
from core.events import OutboxEvent
from core.jobs import Job, JobAttempt, JobKind, Outcome
from core.kv import KeyValue
from tests.engines import RabbitVhost
from tests.engines.switch import ENGINES
from tests.faults.installation import Installation, wait_for
from tests.faults.laws import each_event_heard_once, final_states, open_jobs
from tests.faults.outbox_world import SUBSCRIBERS_OF_NOTED, declared, write

FULL = bool(os.environ.get("CHANNELPRESS_FULL"))
KILLS = 20
EVENTS, JOBS = (600, 300) if FULL else (200, 100)
pytestmark = pytest.mark.slow
Make = Callable[[str], Installation]


@pytest.fixture
def kind() -> Iterator[JobKind]:
    with declared() as made:
        yield made


@pytest.fixture
def make_hub(tmp_path: Path) -> Iterator[Make]:
    made: list[Installation] = []
    vhosts: list[RabbitVhost] = []

    def make(bell: str) -> Installation:
        engines = {}
        if bell == "rabbitmq":
            vhosts.append(RabbitVhost.started(tmp_path))
            engines["CHANNELPRESS_BROKER_URL"] = vhosts[0].url
        made.append(Installation(tmp_path / "var", engines=engines, worker="tests.faults.outbox_worker"))
        return made[-1]

    yield make
    for hub in made:
        hub.stop()
    for vhost in vhosts:
        vhost.stop()


def effects(hub: Installation) -> dict[str, int]:
    with hub.database.reading(SYSTEM) as ctx:
        rows = ctx.session.execute(select(KeyValue.key, KeyValue.value).where(KeyValue.key.like("tests.heard.%")))
        return {key.removeprefix("tests.heard."): value for key, value in rows}


def idle(hub: Installation) -> bool:
    with hub.database.reading(SYSTEM) as ctx:
        return open_jobs(ctx) == 0


@pytest.mark.parametrize("bell", ["folder"] if ENGINES == "embedded" else ["redis", "rabbitmq"])
def test_each_effect_is_there_once_however_often_the_worker_is_killed(make_hub: Make, kind: JobKind, bell: str) -> None:
    hub, chance = make_hub(bell), random.Random(20261123)
    hub.start("scheduler", "worker")
    writing = threading.Thread(target=write, args=(hub.database, kind, 0, EVENTS, JOBS))
    writing.start()
    wait_for(lambda: effects(hub), 60, lambda: "the worker is up; it says: " + hub.log("worker")[-2000:])
    kills = 0
    while kills < KILLS:
        time.sleep(chance.uniform(0.05, 1.2))
        hub.kill("worker")
        kills += 1
        hub.start("worker")
    writing.join()
    wait_for(lambda: idle(hub), 120, lambda: "all jobs reach a final state; worker says: " + hub.log("worker")[-2000:])
    found = effects(hub)
    wanted = {f"{name}.{number}": 1 for name in SUBSCRIBERS_OF_NOTED for number in range(EVENTS)}
    wanted |= {f"job.{number}": 1 for number in range(JOBS)}
    with hub.database.reading(SYSTEM) as ctx:
        jobs = final_states(ctx)
        each_event_heard_once(ctx)
        announced = ctx.session.scalar(select(func.count()).select_from(OutboxEvent).where(OutboxEvent.name == "tests.noted.v1"))
        lost = ctx.session.scalar(select(func.count()).select_from(JobAttempt).where(JobAttempt.outcome == Outcome.LOST))
        written = ctx.session.scalar(select(func.count()).select_from(Job).where(Job.name == "tests.outbox_job"))
    print(
        f"{hub.database.engine.dialect.name}, {bell}: {kills} kills ({lost} struck a running job); in: {announced} events to "
        f"{len(SUBSCRIBERS_OF_NOTED)} subscribers and {written} jobs; out: {sum(found.values())} effects of {len(wanted)}, each once; {jobs}"
    )
    assert (announced, written) == (EVENTS, JOBS)
    assert found == wanted
