"""Several processes write at once: no audit entry, event, job or count is lost, none is doubled, and the chain still verifies (L2, L7)."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from sqlalchemy import func, select

from core.audit import AuditEntry, seal, verify
from core.ctx import SYSTEM
from core.database import Database
from core.events import InboxKey, OutboxEvent
from core.jobs import Job, JobStatus
from core.kv import KeyValue, read_value
from tests.conftest import ROOT

PROCESSES = 4
ROUNDS = 100 if os.environ.get("CHANNELPRESS_FULL") else 25

#: The same program writes and works: `write N` makes N transactions, `work` does every due job, beside others that do the same.
PROGRAM = """
import json, sys
from dataclasses import dataclass
from core.ctx import SYSTEM
from core.database import Database
from core.events import event, subscribe
from core.jobs import job, run_until_idle
from core.kv import bump
from core.settings import load_settings
from hub.rooms import registry
registry()

@event("tests.told.v1")
@dataclass(frozen=True)
class Told:
    who: str
    number: int

@subscribe(Told, name="tests.hear")
def hear(ctx, fact):
    bump(ctx, "tests.heard")
    ctx.audit("tests.heard", f"thing-{fact.number}")

@job("tests.shared")
def shared(ctx, number):
    bump(ctx, "tests.shared")

environ, verb, who, rounds = json.loads(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
database = Database(load_settings(environ, secret_key="s" * 40))
if verb == "write":
    for number in range(rounds):
        with database.unit_of_work(SYSTEM) as ctx:
            ctx.audit("tests.written", f"thing-{number}", after={"who": who})
            ctx.emit(Told(who, number))
            ctx.enqueue(shared, number, key=f"tests.shared:{number}")  # every process wants it, one may have it
            bump(ctx, "tests.written")
else:
    run_until_idle(database)
database.dispose()
"""


def _all_at_once(database: Database, verb: str) -> None:
    settings = database.settings
    environ = json.dumps({"DATA_DIR": str(settings.data_dir), "CHANNELPRESS_DATABASE_URL": settings.database_url})
    command = [sys.executable, "-c", PROGRAM, environ, verb]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    hands = [subprocess.Popen([*command, f"hand-{n}", str(ROUNDS)], cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) for n in range(PROCESSES)]
    for hand in hands:
        _, complaint = hand.communicate(timeout=300)
        assert hand.returncode == 0, complaint[-3000:]


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_between_processes(database: Database) -> None:
    _all_at_once(database, "write")
    _all_at_once(database, "work")
    total = PROCESSES * ROUNDS
    with database.unit_of_work(SYSTEM) as ctx:
        assert [read_value(ctx, f"tests.{name}") for name in ("written", "heard", "shared")] == [total, total, ROUNDS]
        assert ctx.session.scalar(select(func.count()).select_from(OutboxEvent)) == total
        assert ctx.session.scalar(select(func.count()).select_from(InboxKey)) == total
        entries = dict(ctx.session.execute(select(AuditEntry.action, func.count()).group_by(AuditEntry.action)).all())
        assert entries == {"tests.written": total, "tests.heard": total}
        states = dict(ctx.session.execute(select(Job.status, func.count()).group_by(Job.status)).all())
        assert states == {JobStatus.DONE: total + ROUNDS}
        assert ctx.session.scalar(select(func.count()).select_from(KeyValue).where(KeyValue.key.like("tests.%"))) == 3
    for _ in range(3):
        with database.unit_of_work(SYSTEM) as ctx:
            seal(ctx)
    report = verify(database)
    assert report.first_bad is None
    assert (report.entries, report.unsealed) == (2 * total, 0)
