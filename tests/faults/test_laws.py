"""What was answered exists once, whatever breaks under a mixed load (laws L1 to L4 and L7).

Each test injects one fault, heals it, and then checks every law with counts of what went in and what came out. The engines are
those of the run; what a test breaks is a server of its own.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub.cli.probing import ask
from tests.engines import Postgres
from tests.engines.switch import ENGINES
from tests.faults.bells import BELLS, bell_of
from tests.faults.installation import Installation, wait_for
from tests.faults.laws import check_laws
from tests.faults.load import KINDS, Load, Tally
from tests.faults.town import Town, build

FULL = bool(os.environ.get("CHANNELPRESS_FULL"))
KILLS = 24 if FULL else 4
AWAY = 30 if FULL else 8
pytestmark = pytest.mark.slow
Make = Callable[..., Installation]


@pytest.fixture
def make_hub(tmp_path: Path) -> Iterator[Make]:
    made: list[Installation] = []

    def make(**engines: str) -> Installation:
        made.append(Installation(tmp_path / "var", engines=engines))
        return made[-1]

    yield make
    for hub in made:
        hub.stop()


def _ready(hub: Installation) -> bool:
    return ask(hub.settings, "/readyz")[0] == 200


def _start(hub: Installation, *programs: str) -> None:
    hub.start(*programs)
    wait_for(lambda: ask(hub.settings, "/healthz")[0] == 200, 120, "web answers; it says: " + hub.log("web")[-2000:])


def _under_way(tally: Tally, each: int = 4) -> None:
    """The load is really there: so many further answers of every kind, for claims as long as there are any to open."""
    goal = {kind: tally.answered(kind) + each for kind in KINDS if kind != "claims"}
    wait_for(
        lambda: all(tally.answered(kind) >= number for kind, number in goal.items()),
        180,
        lambda: f"the load goes on; answers so far: {dict(tally.statuses)}",
    )


def _finish(hub: Installation, town: Town, tally: Tally, fault: str) -> None:
    check_laws(hub, town, tally, fault)
    assert tally.bare_refusals == [], "a 503 to a person says when to come back and keeps what was typed"


def test_worker_and_web_killed_at_random_moments(make_hub: Make) -> None:
    hub, chance, tally = make_hub(), random.Random(20261123), Tally()
    town = build(hub)
    _start(hub, "web", "worker", "scheduler")
    load = Load(hub.port, town, tally)
    _under_way(tally)
    killed = {"web": 0, "worker": 0}
    for number in range(KILLS):
        time.sleep(chance.uniform(0.2, 2.5))
        victim = ("web", "worker")[number % 2]
        hub.kill(victim)
        killed[victim] += 1
        time.sleep(chance.uniform(0.0, 0.5))
        if victim == "web":
            _start(hub, "web")
        else:
            hub.start("worker")
    _under_way(tally)
    load.stop()
    _finish(hub, town, tally, f"SIGKILL of web {killed['web']} times and of worker {killed['worker']} times")


@contextmanager
def _file_locked(hub: Installation) -> Iterator[None]:
    """Another process holds the database file for itself."""
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=60); c.execute('BEGIN EXCLUSIVE'); print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(hub.settings.data_dir / "channelpress.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == b"held\n"
        try:
            yield
        finally:
            other.stdin.close()
            other.wait(20)


@contextmanager
def _server_stopped(cluster: Postgres) -> Iterator[None]:
    cluster.stop("immediate")
    try:
        yield
    finally:
        cluster.start()


def test_the_database_away(make_hub: Make, tmp_path: Path) -> None:
    cluster = Postgres.started(tmp_path) if ENGINES == "servers" else None
    try:
        hub = make_hub(CHANNELPRESS_DATABASE_URL=cluster.url(cluster.create())) if cluster else make_hub()
        _database_away(hub, _server_stopped(cluster) if cluster else _file_locked(hub))
        hub.stop()
    finally:
        if cluster:
            cluster.remove()


def _database_away(hub: Installation, fault: object) -> None:
    tally, town = Tally(), build(hub)
    _start(hub, "web", "worker", "scheduler")
    wait_for(lambda: _ready(hub), 60, "the hub is ready")
    load = Load(hub.port, town, tally)
    _under_way(tally)
    with fault:  # type: ignore[attr-defined]
        began, unready, events = time.monotonic(), [], len(tally.acknowledged["events"])
        while time.monotonic() - began < AWAY:
            status, body = ask(hub.settings, "/readyz")
            unready.append((status, body.get("database", body.get("writable"))))
            assert ask(hub.settings, "/healthz")[0] == 200, "the process itself is alive"
            time.sleep(0.5)
        heard = len(tally.acknowledged["events"]) - events
    wait_for(lambda: _ready(hub), 60, f"ready again; it says {ask(hub.settings, '/readyz')}")
    _under_way(tally)
    load.stop()
    statuses = {kind: dict(counts) for kind, counts in tally.statuses.items()}
    assert (503, False) in unready, f"readiness tells the truth: {unready}"
    assert (200, None) not in unready[2:], f"readiness tells the truth: {unready}"
    assert heard > 10, "visitors are heard meanwhile: the collector needs no database"
    assert {status for counts in tally.statuses.values() for status in counts} <= {0, 200, 204, 303, 409, 422, 503}, statuses
    refused = sum(counts[503] for counts in tally.statuses.values())
    _finish(hub, town, tally, f"database away for {AWAY} s ({refused} answers of 503, {heard} events heard meanwhile)")


@pytest.mark.parametrize("bell", BELLS)
def test_the_doorbell_flushed_while_jobs_wait(make_hub: Make, tmp_path: Path, bell: str) -> None:
    with bell_of(bell, tmp_path) as made:
        hub, tally, lost = make_hub(CHANNELPRESS_BROKER_URL=made.url), Tally(), 0
        town = build(hub)
        _start(hub, "web", "worker", "scheduler")
        load = Load(hub.port, town, tally)
        for _round in range(4 if FULL else 2):
            hub.kill("worker", signal.SIGKILL)
            _under_way(tally, 2)
            lost += made.flush()
            hub.start("worker")
            _under_way(tally, 2)
            lost += made.flush()
        load.stop()
        _finish(hub, town, tally, f"doorbell {bell} flushed {8 if FULL else 4} times ({lost} bells lost)")
        hub.stop()
