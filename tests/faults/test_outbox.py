"""N events to M subscribers and as many jobs, with the worker killed at random moments, most of them in the middle of a job, and the
doorbell flushed and restarted meanwhile: each effect exactly once (L1, L2, L3).
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.ctx import SYSTEM
from core.events import OutboxEvent
from core.jobs import Job, JobAttempt, JobKind, JobStatus, Outcome
from tests.faults.bells import BELLS, Bell, bell_of
from tests.faults.installation import Installation, wait_for
from tests.faults.laws import each_event_heard_once, final_states, open_jobs
from tests.faults.outbox_world import NAME, SUBSCRIBERS_OF_NOTED, declared, effects, wanted, write

#: `AT_LEAST` so many events and jobs. Every other kill, with reduced counts every third, is of the whole worker, the others of the process in it that works.
KILLS, WHOLE, AT_LEAST = (40, 2, 300) if os.environ.get("CHANNELPRESS_FULL") else (10, 3, 40)
#: So many of the kills must have struck a running job.
FLOOR = KILLS // 2
_LONGEST_JOB_S = 0.03
_BACKLOG = 40
pytestmark = pytest.mark.slow


@pytest.fixture
def kind() -> Iterator[JobKind]:
    with declared() as made:
        yield made


@pytest.fixture(params=BELLS)
def bell(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Bell]]:
    with bell_of(request.param, tmp_path) as made:
        yield request.param, made


@pytest.fixture
def hub(tmp_path: Path, bell: tuple[str, Bell]) -> Iterator[Installation]:
    made = Installation(tmp_path / "var", engines={"CHANNELPRESS_BROKER_URL": bell[1].url}, worker="tests.faults.outbox_worker")
    yield made
    made.stop()


def idle(hub: Installation) -> bool:
    with hub.database.reading(SYSTEM) as ctx:
        return open_jobs(ctx) == 0


def _write_until(over: threading.Event, hub: Installation, kind: JobKind) -> int:
    """Keeps the worker busy; returns how many events and jobs were written."""
    written = 0
    while written < AT_LEAST or not over.is_set():
        with hub.database.reading(SYSTEM) as ctx:
            waiting = open_jobs(ctx)
        if waiting > _BACKLOG:
            time.sleep(0.05)
        else:
            write(hub.database, kind, written, 1)
            written += 1
    return written


def _children(process: int) -> set[int]:
    """Of all its threads."""
    return {int(child) for listed in Path(f"/proc/{process}/task").glob("*/children") for child in listed.read_text().split()}


@dataclass
class Killer:
    """Kills at moments that `chance` chooses, and counts what the database says was running then."""

    hub: Installation
    chance: random.Random
    struck: int = 0
    whole: int = 0
    inner: int = 0
    _killed: set[int] = field(default_factory=set)

    def strike(self, *, whole: bool) -> None:
        victim = self._moment()
        if whole:
            self.hub.kill("worker")
            self.whole += 1
        else:
            os.kill(victim, signal.SIGKILL)
            self.inner += 1
        wait_for(lambda: _is_dead(victim), 20, f"process {victim} is dead")
        self._killed.add(victim)
        self.struck += victim in self._at_work()
        if whole:
            self.hub.start("worker")

    def _moment(self) -> int:
        """Some jobs after the last kill, and then somewhere in a job or shortly after it; returns who does it."""
        goal = self._done() + self.chance.randint(1, 6)

        def works_again() -> bool:
            self.hub.revive("worker")
            return self._done() >= goal

        wait_for(works_again, 90, lambda: "the worker works; it says: " + self.hub.log("worker")[-3000:])
        found: set[int] = set()

        def somebody_works() -> bool:
            found.update(self._at_work() - self._killed)
            return bool(found)

        wait_for(somebody_works, 60, lambda: "a job runs; the worker says: " + self.hub.log("worker")[-3000:], every=0.001)
        time.sleep(self.chance.uniform(0, _LONGEST_JOB_S))
        return found.pop()

    def _at_work(self) -> set[int]:
        """Processes that hold a job, as its row says; the dead among them died of a kill in the middle of it."""
        with self.hub.database.reading(SYSTEM) as ctx:
            return {int(lease.split(":")[1]) for lease in ctx.session.scalars(select(Job.lease).where(Job.status == JobStatus.RUNNING)) if lease}

    def _done(self) -> int:
        with self.hub.database.reading(SYSTEM) as ctx:
            return ctx.session.scalar(select(func.count()).select_from(Job).where(Job.status == JobStatus.DONE)) or 0


def _is_dead(process: int) -> bool:
    """Killed and past its last system call, buried or not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_each_effect_is_there_once_however_often_the_worker_is_killed(hub: Installation, bell: tuple[str, Bell], kind: JobKind) -> None:
    killer, over, flushed = Killer(hub, random.Random(20261123)), threading.Event(), 0
    hub.start("scheduler", "worker")
    with ThreadPoolExecutor(1) as writer:
        writing = writer.submit(_write_until, over, hub, kind)
        try:
            for number in range(KILLS):
                killer.strike(whole=number % WHOLE == 0)
                if number == KILLS // 3:
                    flushed = bell[1].flush()
                if number == 2 * KILLS // 3:
                    bell[1].restart()
        finally:
            over.set()
        written = writing.result()
    hub.revive("worker")
    wait_for(lambda: idle(hub), 120, lambda: "all jobs reach a final state; worker says: " + hub.log("worker")[-2000:])
    found = effects(hub.database)
    with hub.database.reading(SYSTEM) as ctx:
        jobs = final_states(ctx)
        each_event_heard_once(ctx)
        events = ctx.session.scalar(select(func.count()).select_from(OutboxEvent).where(OutboxEvent.name == NAME))
        lost = ctx.session.scalar(select(func.count()).select_from(JobAttempt).where(JobAttempt.outcome == Outcome.LOST)) or 0
    print(
        f"{hub.database.engine.dialect.name}, {bell[0]}: SIGKILL of the worker {killer.whole} times and of its child {killer.inner} times, "
        f"{killer.struck} struck a running job ({lost} taken over from the dead); doorbell flushed ({flushed} bells lost) and restarted; in: {events} events "
        f"to {len(SUBSCRIBERS_OF_NOTED)} subscribers and {written} jobs; out: {len(found)} effects of {4 * written}, each once; {jobs}"
    )
    assert (events, found) == (written, wanted(written))
    assert killer.struck >= FLOOR
    assert lost >= FLOOR


def test_a_worker_whose_idle_child_is_killed_works_again(hub: Installation, kind: JobKind) -> None:
    """While it waits for work a child holds the lock of the pool's pipe, where the doorbell has no event loop."""
    hub.start("scheduler", "worker")
    kills = 3
    for number in range(kills + 1):
        write(hub.database, kind, number, 1)

        def done(number: int = number) -> bool:
            hub.revive("worker")
            return effects(hub.database) == wanted(number + 1) and idle(hub)

        wait_for(done, 90, lambda: "the worker works; it says: " + hub.log("worker")[-3000:])
        for child in _children(hub.running["worker"].pid) if number < kills else ():
            os.kill(child, signal.SIGKILL)
    print(
        f"{hub.database.engine.dialect.name}: idle child killed {kills} times; in: {kills + 1} events and jobs, out: {len(effects(hub.database))} effects"
    )
