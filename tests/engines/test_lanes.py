"""Real workers: long jobs keep nobody's recall waiting, and a worker that is asked to stop leaves no job behind."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from core.ctx import SYSTEM, Ctx
from core.jobs import JOBS, Job, JobAttempt, JobKind, JobStatus, Outcome, job
from core.kv import read_value
from tests.engines.test_doorbells import doorbell
from tests.faults.installation import Installation, wait_for

__all__ = ["doorbell"]
pytestmark = pytest.mark.slow
Doorbell = tuple[str, Callable[[], None]]


@pytest.fixture
def kinds() -> Iterator[dict[str, JobKind]]:
    """Names that only the worker knows what to do with."""

    def elsewhere(ctx: Ctx, *_: object) -> None:
        raise AssertionError("only the worker runs this")

    made = {name: job(f"tests.{name}", queue=queue, retries=50)(elsewhere) for name, queue in (("take_long", "long"), ("recall", "urgent"))}
    yield made
    for kind in made.values():
        del JOBS[kind.name]


@pytest.fixture
def hub(tmp_path: Path, doorbell: Doorbell) -> Iterator[Installation]:
    engines = {"CHANNELPRESS_BROKER_URL": doorbell[0], "CHANNELPRESS_LONG_WORKER_PROCESSES": "1", "CHANNELPRESS_WORKER_GRACE": "1"}
    made = Installation(tmp_path / "var", engines=engines, worker="tests.engines.counting_worker")
    yield made
    made.stop()


def _value(hub: Installation, key: str) -> int:
    with hub.database.reading(SYSTEM) as ctx:
        return read_value(ctx, f"tests.{key}") or 0


def _enqueue(hub: Installation, kind: JobKind, *args: object) -> str:
    with hub.database.unit_of_work(SYSTEM) as ctx:
        return str(ctx.enqueue(kind, *args))


def test_long_jobs_keep_no_recall_waiting(hub: Installation, kinds: dict[str, JobKind]) -> None:
    """Eight imports of two seconds wait or run; each recall is done within a second or two nevertheless."""
    hub.start("scheduler", "worker", "long worker")
    _enqueue(hub, kinds["recall"], "first")
    wait_for(lambda: _value(hub, "done.first"), 60, lambda: "the worker is up; it says: " + hub.log("worker")[-2000:])
    for number in range(8):
        _enqueue(hub, kinds["take_long"], f"import-{number}", 2000)
    wait_for(lambda: _value(hub, "begun.import-0"), 60, lambda: "imports run; " + hub.log("long worker")[-2000:])
    waits = []
    for number in range(5):
        began = time.monotonic()
        _enqueue(hub, kinds["recall"], f"recall-{number}")
        wait_for(lambda number=number: _value(hub, f"done.recall-{number}"), 20, "the recall is done")
        waits.append(time.monotonic() - began)
    done = sum(_value(hub, f"done.import-{number}") for number in range(8))
    print(f"recalls beside {8 - done} imports that wait or run: longest wait {max(waits):.2f} s, median {sorted(waits)[2]:.2f} s")
    assert done < 8, "imports were still under way"
    assert max(waits) < 5


def test_a_worker_that_is_asked_to_stop_finishes_what_is_short_and_gives_the_rest_back(hub: Installation, kinds: dict[str, JobKind]) -> None:
    hub.start("long worker")
    short = _enqueue(hub, kinds["take_long"], "short", 700)
    wait_for(lambda: _value(hub, "begun.short"), 60, lambda: "the worker is up; it says: " + hub.log("long worker")[-2000:])
    _stop(hub)
    assert _row(hub, short).status is JobStatus.DONE
    hub.start("long worker")
    long = _enqueue(hub, kinds["take_long"], "long", 60_000)
    wait_for(lambda: _value(hub, "begun.long"), 60, lambda: "the second job runs; " + hub.log("long worker")[-2000:])
    took = _stop(hub)
    row = _row(hub, long)
    with hub.database.reading(SYSTEM) as ctx:
        outcomes = list(ctx.session.scalars(select(JobAttempt.outcome).where(JobAttempt.job_id == row.id)))
    print(f"stopped within {took:.1f} s, the job is {row.status} with {row.attempts} attempts used up")
    assert (row.status, row.attempts, row.lease, outcomes) == (JobStatus.QUEUED, 0, None, [Outcome.GIVEN_BACK])
    hub.start("long worker", "scheduler")
    wait_for(lambda: _value(hub, "begun.long") == 2, 30, lambda: "another worker has taken it; " + hub.log("long worker")[-2000:])


def _stop(hub: Installation) -> float:
    """SIGTERM to the worker alone, as the supervisor does."""
    process = hub.running.pop("long worker")
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.wait(30)
    return time.monotonic() - began


def _row(hub: Installation, job_id: str) -> Job:
    with hub.database.reading(SYSTEM) as ctx:
        row = ctx.session.scalars(select(Job).where(Job.id == job_id)).one()
        ctx.session.expunge(row)
        return row
