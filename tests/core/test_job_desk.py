"""What an operator sees and may do, and what the person who started a job sees of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from core.audit import AuditEntry
from core.clock import FixedClock
from core.ctx import SYSTEM, Ctx
from core.database import Database
from core.errors import Forbidden, Invalid, Refused, Unavailable
from core.ids import TypeID
from core.jobs import JOBS, Job, JobAttempt, JobKind, JobStatus, Outcome, Permanent, Retryable, job, judged, report_progress, run_job, run_until_idle
from core.jobs.operating import cancel_job, give_up_job, replay_job, replay_kind
from core.kv import read_value, write_value
from tests.conftest import Cast

Work = Callable[[str], AbstractContextManager[Ctx]]
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def broken() -> Iterator[JobKind]:
    """Fails for good until `tests.mended` is set."""

    @job("tests.broken", retries=0)
    def broken(ctx: Ctx, who: str) -> None:
        if not read_value(ctx, "tests.mended"):
            raise RuntimeError("out of order")

    yield broken
    del JOBS["tests.broken"]


def _dead(database: Database, kind: JobKind, count: int = 1) -> list[TypeID]:
    with database.unit_of_work(SYSTEM) as ctx:
        ids = [ctx.enqueue(kind, f"w{number}") for number in range(count)]
    run_until_idle(database)
    return [one for one in ids if one is not None]


def _row(database: Database, job_id: TypeID) -> Job:
    with database.reading(SYSTEM) as ctx:
        row = ctx.session.scalars(select(Job).where(Job.id == job_id)).one()
        ctx.session.expunge(row)
        return row


def test_a_dead_job_is_replayed_with_a_reason_and_keeps_its_history(database: Database, work: Work, broken: JobKind) -> None:
    (job_id,) = _dead(database, broken)
    with work("nora") as ctx:
        write_value(ctx, "tests.mended", True)
        replay_job(ctx, job_id, "the server is back")
    run_until_idle(database)
    assert _row(database, job_id).status is JobStatus.DONE
    with database.reading(SYSTEM) as ctx:
        assert list(ctx.session.scalars(select(JobAttempt.outcome).order_by(JobAttempt.number))) == [Outcome.FAILED]
        entry = ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == "core.job.replayed")).one()
        assert entry.reason
        assert entry.before is not None
        assert entry.before["status"] == "dead"
    with work("nora") as ctx, pytest.raises(Refused):
        replay_job(ctx, job_id, "again")


def test_without_a_reason_or_the_right_nothing_happens(database: Database, work: Work, broken: JobKind) -> None:
    (job_id,) = _dead(database, broken)
    for name, reason, refusal in (("nora", " ", Invalid), ("cleo", "why not", Forbidden), ("pia", "mine", Forbidden)):
        with pytest.raises(refusal), work(name) as ctx:
            replay_job(ctx, job_id, reason)
    assert _row(database, job_id).status is JobStatus.DEAD


def test_many_of_one_kind_are_replayed_as_many_as_were_agreed_to(database: Database, work: Work, broken: JobKind) -> None:
    _dead(database, broken, 4)
    with pytest.raises(Refused), work("nora") as ctx:
        replay_kind(ctx, broken.name, 3, "mended")
    with work("nora") as ctx:
        write_value(ctx, "tests.mended", True)
        assert replay_kind(ctx, broken.name, 4, "mended") == 4
    run_until_idle(database)
    with database.reading(SYSTEM) as ctx:
        assert set(ctx.session.scalars(select(Job.status).where(Job.name == broken.name))) == {JobStatus.DONE}


def test_a_job_is_given_up_and_can_be_replayed_later(database: Database, work: Work, broken: JobKind) -> None:
    (job_id,) = _dead(database, broken)
    with work("nora") as ctx:
        give_up_job(ctx, job_id, "the partner has left")
    assert _row(database, job_id).status is JobStatus.GIVEN_UP
    with work("nora") as ctx:
        replay_job(ctx, job_id, "the partner is back")
    assert _row(database, job_id).status is JobStatus.QUEUED


def test_an_error_says_whether_trying_again_can_help(database: Database, clock: FixedClock) -> None:
    from core.gates.fetching import FetchFailed

    errors: dict[str, Exception] = {
        "permanent": Permanent("no_such_receiver"),
        "said": FetchFailed("bad_address", "x", permanent=True),
        "passes": FetchFailed("timeout", "x", permanent=False),
        "later": Unavailable("store", retry_after=3000),
        "retry": Retryable("busy"),
        "bug": ZeroDivisionError(),
    }
    assert [name for name, error in errors.items() if judged(error).permanent] == ["permanent", "said"]

    @job("tests.later", retries=3)
    def later(ctx: Ctx, which: str) -> None:
        raise errors[which]

    try:
        with database.unit_of_work(SYSTEM) as ctx:
            job_id = ctx.enqueue(later, "later")
        assert job_id is not None
        run_job(database, str(job_id))
        assert (_row(database, job_id).due_at - clock.now()).total_seconds() == 3000
    finally:
        del JOBS["tests.later"]


@pytest.fixture
def long(database: Database, cast: Cast) -> Iterator[Callable[[str], TypeID]]:
    """Starts a job of a person that reports its progress; what happens in the middle is the test's to say."""

    def gather(outside: Database, who: str) -> None:
        for step in range(3):
            JOBS_IN_THE_MIDDLE[who]()
            report_progress(step, 3, "Rows are read")

    @job("tests.long", queue="long", gather=gather)
    def take_long(ctx: Ctx, who: str, _: None) -> None:
        write_value(ctx, "tests.done", who)

    def start(name: str) -> TypeID:
        with database.unit_of_work(cast[name]) as ctx:
            made = ctx.enqueue(take_long, name, started_by=ctx.actor.user_id, label="A long list")
        assert made is not None
        return made

    yield start
    del JOBS["tests.long"]


JOBS_IN_THE_MIDDLE: dict[str, Callable[[], Any]] = {}


def test_progress_is_seen_while_the_job_runs_and_after_the_page_was_left(
    database: Database, long: Callable[[str], TypeID], client_as: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.jobs.progress._SELDOM", 0)
    pia, zed, seen = client_as("pia"), client_as("zed"), []
    monkeypatch.setitem(JOBS_IN_THE_MIDDLE, "pia", lambda: seen.append(pia.get("/portal/jobs/mine/").text))
    job_id = long("pia")
    assert "A long list" in pia.get("/portal/jobs/mine/").text
    assert run_job(database, str(job_id))
    assert "Rows are read" in seen[2]
    assert 'hx-trigger="every 2s"' in seen[2]
    over = pia.get("/portal/jobs/mine/").text
    assert "A long list" in over
    assert "hx-trigger" not in over, "asking again ends with the work"
    assert "A long list" not in zed.get("/portal/jobs/mine/").text
    assert zed.post(f"/portal/jobs/mine/{job_id}/cancel").status_code == 404


def test_a_running_job_stops_at_its_next_report_and_a_waiting_one_at_once(
    database: Database, long: Callable[[str], TypeID], client_as: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.jobs.progress._SELDOM", 0)
    pia = client_as("pia")
    running, waiting = long("pia"), long("pia")
    monkeypatch.setitem(JOBS_IN_THE_MIDDLE, "pia", lambda: pia.post(f"/portal/jobs/mine/{running}/cancel"))
    run_job(database, str(running))
    assert pia.post(f"/portal/jobs/mine/{waiting}/cancel").status_code == 303
    assert [_row(database, one).status for one in (running, waiting)] == [JobStatus.CANCELLED] * 2
    run_until_idle(database)
    with database.reading(SYSTEM) as ctx:
        assert read_value(ctx, "tests.done") is None
    user_id = _row(database, running).started_by
    assert user_id is not None
    with database.unit_of_work(SYSTEM) as ctx, pytest.raises(Refused):
        cancel_job(ctx, running, user_id)


def test_the_desk_finds_looks_and_replays(database: Database, broken: JobKind, client_as: SignIn) -> None:
    first, *_rest = _dead(database, broken, 3)
    nora = client_as("nora")
    listed = nora.get("/desk/governance/jobs/?status=dead&kind=tests.broken&queue=default").text
    assert listed.count("RuntimeError: out of order") == 3
    assert "No job here" in nora.get("/desk/governance/jobs/?status=dead&older=24").text
    shown = nora.get(f"/desk/governance/jobs/{first}").text
    assert "w0" in shown
    assert "RuntimeError: out of order" in shown
    assert "replayed" not in nora.get(f"/desk/governance/jobs/{first}/replay").text
    assert nora.post(f"/desk/governance/jobs/{first}/replay", data={"reason": "mended"}).status_code == 303
    assert "2 jobs" in nora.get("/desk/governance/jobs/replay-kind?kind=tests.broken").text
    form = {"kind": "tests.broken", "expected": "2", "reason": "mended"}
    assert nora.post("/desk/governance/jobs/replay-kind", data=form).status_code == 303
    assert nora.post("/desk/governance/jobs/replay-kind", data=form).status_code == 409
    for page in ("schedule", "destinations"):
        assert nora.get(f"/desk/governance/jobs/{page}").status_code == 200
    assert client_as("cleo").get("/desk/governance/jobs/").status_code == 403


def test_a_job_that_lost_its_database_is_given_back_as_soon_as_that_answers(
    database: Database, broken: JobKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not after its lease: the outcome is told again every second."""
    import time

    from sqlalchemy.exc import OperationalError

    from core.jobs import running

    with database.unit_of_work(SYSTEM) as ctx:
        job_id = ctx.enqueue(broken, "w")
    assert job_id is not None
    away = [3]
    write = running._Failure.write

    def flaky(failure: Any, outside: Database) -> None:
        away[0] -= 1
        if away[0] > 0:
            raise OperationalError("x", {}, Exception("away"))
        write(failure, outside)

    monkeypatch.setattr(running._Failure, "write", flaky)
    began = time.monotonic()
    run_job(database, str(job_id))
    assert _row(database, job_id).status is JobStatus.RUNNING
    while _row(database, job_id).status is JobStatus.RUNNING and time.monotonic() - began < 20:
        time.sleep(0.05)
    assert _row(database, job_id).status is JobStatus.DEAD
    assert time.monotonic() - began < 10


def test_a_lease_from_before_the_clock_was_set_back_has_run_out(database: Database, broken: JobKind) -> None:
    from datetime import timedelta

    from core.clock import wall_now
    from core.jobs import due_jobs

    with database.unit_of_work(SYSTEM) as ctx:
        job_id = ctx.enqueue(broken, "w")
        far = {"lease": "other:1:x", "lease_until": wall_now() + timedelta(hours=1), "rung_at": wall_now() + timedelta(hours=1)}
        ctx.session.execute(update(Job).values(status=JobStatus.RUNNING, **far))
    with database.unit_of_work(SYSTEM) as ctx:
        assert due_jobs(ctx) == [(str(job_id), "default")]
