"""Events from commit to effect: one transaction each, real workers and scheduler, beside plain inserts of the same rows."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from benchmarks.kernel.facts import EFFECT, Noted
from core.clock import wall_now
from core.ctx import SYSTEM
from core.database import Database
from core.events import InboxKey, OutboxEvent
from core.ids import new_id
from core.jobs import Job, JobStatus
from core.kv import KeyValue
from core.migrate import migrate
from core.settings import load_settings
from hub.app import build_database
from hub.supervisor import programs_for

ROOT = Path(__file__).resolve().parent.parent.parent
WORKERS = (1, 2, 4)


def measure(engines: dict[str, str], folder: Path, events: int, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """One row for each number of workers, with the plain inserts before and after it: the disk is others' as well."""
    environ = {"DATA_DIR": str(folder), "CHANNELPRESS_LONG_WORKER_PROCESSES": "0", "CHANNELPRESS_ACCESS_LOG": "0", **engines}
    database = build_database(load_settings(environ))
    migrate(database)
    rows, before = [], _plain(database, events)
    for number in WORKERS:
        say(f"kernel: {events} events, {number} workers on {database.engine.dialect.name}")
        with _working(environ | {"CHANNELPRESS_WORKER_PROCESSES": str(number)}, folder):
            _through(database, 10, 10_000_000 * number)  # the workers are up
            rate, commit = _through(database, events, 10_000_000 * number + 1_000_000)
        after = _plain(database, events)
        plain, before = 2 / (1 / before + 1 / after), after
        rows.append(
            {
                "workers": number,
                "per_second": round(rate),
                "commits_per_second": round(commit),
                "plain_per_second": round(plain),
                "ratio": round(plain / rate, 1),
            }
        )
    database.dispose()
    return rows


def _plain(database: Database, events: int) -> float:
    """The same four rows for each event in one transaction: outbox, job, inbox, effect."""
    began = time.perf_counter()
    for number in range(events):
        with database.unit_of_work(SYSTEM) as ctx:
            now, event_id = ctx.now, new_id("evt")
            key = f"{event_id}:bench.hear"
            write = ctx.session.execute
            write(insert(OutboxEvent).values(id=event_id, name="bench.plain.v1", payload={"number": number}, correlation="", created_at=now))
            done = {"status": JobStatus.DONE, "finished_at": wall_now(), "due_at": now, "created_at": now, "attempts": 1, "starts": 1}
            write(
                insert(Job).values(id=new_id("job"), name="core.deliver_event", queue="default", args=[str(event_id), "bench.hear"], key=key, **done)
            )
            write(insert(InboxKey).values(key=key, done_at=now))
            write(insert(KeyValue).values(key=f"bench.plain.{event_id}", value=True))
    return events / (time.perf_counter() - began)


def _through(database: Database, events: int, first: int) -> tuple[float, float]:
    """Events a second from the first commit to the last effect, and commits a second of the one who announces them."""
    low, high = f"{EFFECT}{first}", f"{EFFECT}{first + events - 1}"
    # Effects of an earlier run would end the warm-up before the workers are up, and their start would count as work.
    assert _effects(database, low, high) == 0, "these numbers were used before"
    began = time.perf_counter()
    for number in range(first, first + events):
        with database.unit_of_work(SYSTEM) as ctx:
            ctx.emit(Noted(number))
    committed = time.perf_counter()
    deadline = time.monotonic() + 90
    while _effects(database, low, high) < events:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{_effects(database, low, high)} of {events} effects after 90 s")
        time.sleep(0.02)
    return events / (time.perf_counter() - began), events / (committed - began)


def _effects(database: Database, low: str, high: str) -> int:
    with database.reading(SYSTEM) as ctx:
        return ctx.session.scalar(select(func.count()).select_from(KeyValue).where(KeyValue.key >= low, KeyValue.key <= high)) or 0


@contextmanager
def _working(environ: dict[str, str], folder: Path) -> Iterator[None]:
    """The worker and the scheduler as the supervisor starts them."""
    programs = [one for one in programs_for(load_settings(environ)) if one.name in ("worker", "scheduler")]
    full = {**os.environ, **environ, "PYTHONPATH": str(ROOT)}
    commands = [["benchmarks.kernel.worker" if part == "hub.worker" else part for part in one.command] for one in programs]
    with (folder / "programs.log").open("ab") as log:
        running = [subprocess.Popen(command, cwd=ROOT, env=full, stdout=log, stderr=log) for command in commands]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        print(measure({}, Path(scratch) / "var", int(sys.argv[1]), print))
