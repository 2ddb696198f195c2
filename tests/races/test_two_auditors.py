"""Two processes write audit entries at the same moment, while a third seals and verifies: no gap, no double, the chain holds (law L7).

1,000 rounds with CHANNELPRESS_FULL=1, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.audit import AuditDay, AuditEntry, AuditWords, seal, verify
from core.clock import FixedClock
from core.ctx import SYSTEM, Actor
from core.database import Database
from core.ids import TypeID
from tests.mdf.two_engines import database, engines, settings
from tests.races.harness import ROUNDS, Race

__all__ = ["database", "engines", "settings"]
pytestmark = pytest.mark.slow

AT_ONCE = 20
WRITERS = [Actor(kind="user", name="Nora"), Actor(kind="user", name="Rita")]


def write(database: Database, racer: int, item: int) -> str:
    """One change with one entry; every seventh is rolled back after it was written."""
    try:
        with database.unit_of_work(WRITERS[racer]) as ctx:
            ctx.audit("tests.race.changed", TypeID(f"ast_{item:026d}"), after={"racer": racer, "round": item}, reason="A race")
            ctx.session.flush()
            if (item + racer) % 7 == 0:
                raise ZeroDivisionError
    except ZeroDivisionError:
        return "rolled back"
    return "written"


def _seal(database: Database) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        seal(ctx)


def test_two_processes_write_audit_entries(database: Database, clock: FixedClock) -> None:
    over, troubles, counts = threading.Event(), list[str](), Counter[str]()

    def watch() -> None:
        while not over.wait(0.05):
            try:
                _seal(database)
                if found := verify(database).first_bad:
                    troubles.append(found)
            except Exception as error:
                troubles.append(repr(error))

    watcher = threading.Thread(target=watch)
    watcher.start()
    with Race(database, write, seed=4) as race:
        for batch in range(ROUNDS // AT_ONCE):
            for outcome in race.run(range(batch * AT_ONCE, (batch + 1) * AT_ONCE)):
                counts.update(outcome)
            clock.move(timedelta(hours=7))
    over.set()
    watcher.join()
    _seal(database)
    report = verify(database)
    assert troubles == []
    assert (report.first_bad, report.unsealed, report.entries) == (None, 0, counts["written"])
    with database.reading(SYSTEM) as ctx:
        rounds = ctx.session.execute(select(AuditEntry.object_id, AuditEntry.after)).all()
        told = Counter((row.object_id, row.after["racer"]) for row in rounds)
        days = ctx.session.scalar(select(func.count()).select_from(AuditDay))
        words = ctx.session.scalar(select(func.count()).select_from(AuditWords))
    assert set(told.values()) == {1}, "none is there twice"
    assert words == counts["written"], "what was rolled back left no word"
    print(
        f"{database.engine.dialect.name}: {ROUNDS} rounds of two processes, {dict(counts)}, {report.entries} entries in {days} sealed days, chain holds"
    )
