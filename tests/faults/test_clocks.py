"""The clock jumps back an hour and over both changes to and from summer time: nothing is lost, doubled, or waits for the hour to pass.

Once with the core clock in this process, once with real processes whose system clock libfaketime moves while they run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from glob import glob
from pathlib import Path

import pytest
from sqlalchemy import select

from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Database
from core.jobs import Job, JobKind, run_until_idle, sweep, tick
from tests.conftest import ROOT
from tests.engines.processes import ServerMissing
from tests.faults.installation import Installation, wait_for
from tests.faults.outbox_world import declared, effects, wanted, write
from tests.faults.test_outbox import idle

EACH = 60 if os.environ.get("CHANNELPRESS_FULL") else 15
#: UTC; the programme's zone is Europe/Berlin. Forward and back, over the spring change, over the autumn change, and an hour back again.
JUMPS = ("2026-03-29 00:59:55", "2026-03-29 00:10:00", "2026-10-25 00:59:55", "2026-10-25 01:00:05", "2026-10-24 23:55:00")


@pytest.fixture
def kind() -> Iterator[JobKind]:
    with declared() as made:
        yield made


def test_the_core_clock_jumps(database: Database, clock: FixedClock, kind: JobKind) -> None:
    for number, jump in enumerate(JUMPS):
        write(database, kind, number * EACH, EACH)  # written before the jump, done after it
        clock.at = datetime.fromisoformat(jump).replace(tzinfo=UTC)
        tick(database)
        sweep(database)
        run_until_idle(database)
    found = effects(database)
    print(f"core clock, {len(JUMPS)} jumps: {len(JUMPS) * EACH} events to 3 subscribers and as many jobs in, {len(found)} effects out")
    assert found == wanted(len(JUMPS) * EACH)


#: Python sleeps until a moment of the monotonic clock; libfaketime 0.9.10, told to leave that clock alone, calls this an invalid argument.
SLEEP_BY_SELECT = "import select, time\n\n\ndef sleep(seconds):\n    select.select([], [], [], max(0, seconds))\n\n\ntime.sleep = sleep\n"


class FakeTime:
    """libfaketime reads the time from a file, so it can be moved while the programs run."""

    def __init__(self, folder: Path) -> None:
        found = sorted(glob("/usr/lib/*/faketime/libfaketime.so.1"))
        if not found:
            raise ServerMissing("libfaketime is not installed; on Debian: apt-get install --no-install-recommends faketime")
        self._file = folder / "faketime"
        start = folder / "start"
        start.mkdir()
        (start / "sitecustomize.py").write_text(SLEEP_BY_SELECT)
        self.environ = {
            "PYTHONPATH": os.pathsep.join((str(start), str(ROOT))),
            "LD_PRELOAD": found[0],
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "TZ": "UTC",
        }

    def jump(self, to: datetime) -> None:
        offset = (to - datetime.now(UTC)).total_seconds()
        self._file.write_text(f"{offset:+.0f}\n")


@pytest.mark.slow
def test_the_machines_clock_jumps_under_running_programs(tmp_path: Path, own_engines: object, kind: JobKind) -> None:
    fake = FakeTime(tmp_path)
    hub = Installation(tmp_path / "var", worker="tests.faults.outbox_worker")
    hub.environ |= fake.environ
    try:
        fake.jump(datetime(2026, 3, 28, 12, tzinfo=UTC))
        hub.start("scheduler", "worker")
        for number, jump in enumerate(JUMPS):
            command = [sys.executable, "-m", "tests.faults.outbox_world", str(number * EACH), str(EACH)]
            subprocess.run(command, cwd=ROOT, env=hub.environ, check=True, timeout=120)
            fake.jump(datetime.fromisoformat(jump).replace(tzinfo=UTC))
            wait_for(
                lambda number=number: effects(hub.database) == wanted((number + 1) * EACH),
                90,
                lambda jump=jump: f"all is done after the jump to {jump}; " + hub.log("worker")[-1500:],
            )
        before = _last_runs(hub)
        wait_for(lambda: _last_runs(hub) != before, 30, lambda: "the schedule goes on; " + hub.log("scheduler")[-1500:])
        wait_for(lambda: idle(hub), 60, "nothing is left")
    finally:
        hub.stop()
    engine = hub.database.engine.dialect.name
    total = len(JUMPS) * EACH
    print(f"{engine}, libfaketime, {len(JUMPS)} jumps: {total} events to 3 subscribers and {total} jobs in, {4 * total} effects out, each once")


def _last_runs(hub: Installation) -> set[tuple[str, datetime | None]]:
    """Of what recurs every few seconds."""
    with hub.database.reading(SYSTEM) as ctx:
        rows = ctx.session.execute(select(Job.name, Job.finished_at).where(Job.key.like("schedule:%"), Job.finished_at.is_not(None)))
        return {(name, at) for name, at in rows if at and at < datetime.now(UTC) - timedelta(hours=1)}
