"""Exactly once, in the right day, on every level, whatever is killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Database
from core.ids import TypeID
from core.spool import SpoolReader
from engagement import Intake
from engagement.collect.intake import Arrival, events_folder
from engagement.drain import Drained, drain, rebuild_rollups
from engagement.drain.rebuilding import recount
from engagement.models import (
    AssetDay,
    ClickId,
    Event,
    PartnerDay,
    PartnerVisitors,
    PlacementDay,
    PlacementVisitors,
    ProgrammeDay,
    ProgrammeVisitors,
    RefusedDay,
    SpoolOffset,
)
from engagement.rules.kinds import Verdict
from engagement.tasks import drain_spool
from tests.engagement.conftest import BROWSER, Sender, World, drain_all

SOMEBODY = Arrival("192.0.2.7", BROWSER, "https://kestrel.example", "", "")


def count(database: Database, model: Any, *where: Any) -> int:
    with database.reading(SYSTEM) as ctx:
        return int(ctx.session.scalar(select(func.count()).select_from(model).where(*where)) or 0)


def traffic(sender: Sender, world: World, seed: int, messages: int) -> None:
    """A little crowd: humans, a bot, a foreign site, three placements, two languages, some days."""
    dice = random.Random(seed)
    homes = {world.placement: "kestrel", world.second_placement: "kestrel", world.rival_placement: "brightwater"}
    for _ in range(messages):
        place = dice.choice(list(homes))
        site = "evil" if dice.random() < 0.1 else homes[place]
        agent = "curl/8.5.0" if dice.random() < 0.1 else BROWSER.replace("126", str(dice.randrange(100, 130)))
        shown = dice.sample(world.assets, dice.randint(1, 3))
        sender.clock.move(timedelta(minutes=dice.randrange(400)))
        answer = sender.tell(
            place,
            ["loaded"],
            ["rendered", shown],
            ["viewable", shown[0]],
            locale=dice.choice(["de", "en"]),
            HTTP_ORIGIN=f"https://{site}.example",
            HTTP_USER_AGENT=agent,
            REMOTE_ADDR=f"198.51.{dice.randrange(9)}.1",
        )
        assert answer.status == 204


def snapshot(database: Database) -> dict[str, list[Any]]:
    """All roll-ups, comparable."""
    levels = (PlacementDay, PartnerDay, AssetDay, ProgrammeDay, PlacementVisitors, PartnerVisitors, ProgrammeVisitors)
    with database.reading(SYSTEM) as ctx:
        return {level.__tablename__: sorted(tuple(row) for row in ctx.session.execute(select(*level.__table__.columns))) for level in levels}


def test_rollups_equal_a_recount_and_a_rebuild(
    database: Database, world: World, sender: Sender, intake: Intake, drained: Callable[[], Drained], clock: FixedClock
) -> None:
    first = clock.today()
    for seed in range(3):
        traffic(sender, world, seed, 60)
        drained()
    last = clock.today()
    before = snapshot(database)
    with database.unit_of_work(SYSTEM) as ctx:
        events = Counter(dict(recount(ctx, first, last)))
        rows = ctx.session.scalars(select(PlacementDay)).all()
        kept = Counter(
            {
                (r.partner_id.uuid.bytes, r.placement_id.uuid.bytes, r.asset_id.uuid.bytes, r.locale, r.day.isoformat(), r.kind, r.verdict): r.count
                for r in rows
            }
        )
        assert kept == events
        assert sum(r.count for r in ctx.session.scalars(select(PartnerDay))) == sum(events.values()) == count(database, Event)
        assert sum(r.count for r in ctx.session.scalars(select(ProgrammeDay))) == sum(events.values())
        assert sum(r.count for r in ctx.session.scalars(select(AssetDay))) == sum(events.values())
        rebuild_rollups(ctx, first, last)
    assert snapshot(database) == before
    assert before["engagement_programme_visitors"]


def test_a_second_run_changes_nothing_and_the_segment_goes_after_the_commit(
    database: Database, world: World, sender: Sender, drained: Callable[[], Drained]
) -> None:
    sender.tell(world.placement, ["loaded"])
    assert drained().events == 1
    folder = events_folder(database.settings)
    assert len(list(folder.glob("*.ready"))) == 1, "deleted only when the commit is certain"
    before = snapshot(database)
    for _ in range(2):
        with database.unit_of_work(SYSTEM) as ctx:
            drain_spool(ctx)
    assert snapshot(database) == before
    assert list(folder.glob("*.ready")) == []


def test_a_file_that_comes_back_is_not_counted_twice(database: Database, world: World, sender: Sender, drained: Callable[[], Drained]) -> None:
    sender.tell(world.placement, ["loaded"])
    drained()
    [path] = events_folder(database.settings).glob("*.ready")
    content = path.read_bytes()
    drain_all(database)
    path.write_bytes(content)
    assert drain_all(database).events == 0
    assert count(database, Event) == 1


def test_rollback_takes_the_offset_back_too(database: Database, world: World, sender: Sender, intake: Intake) -> None:
    sender.tell(world.placement, ["loaded"])
    intake.spool.close()

    def drain_and_die() -> None:
        with database.unit_of_work(SYSTEM) as ctx:
            assert drain(ctx, SpoolReader(events_folder(database.settings))).events == 1
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        drain_and_die()
    assert count(database, Event) == count(database, SpoolOffset) == 0
    assert drain_all(database).events == 1


def test_a_long_backlog_is_taken_in_pieces(database: Database, world: World, sender: Sender, intake: Intake) -> None:
    for _ in range(30):
        sender.tell(world.placement, ["loaded"], ["rendered", world.assets])
    intake.spool.close()
    runs = 0
    more = True
    while more:
        with database.unit_of_work(SYSTEM) as ctx:
            more = drain(ctx, SpoolReader(events_folder(database.settings)), max_events=1).more
        runs += 1
        assert runs < 50
    assert count(database, Event) == 120


def test_damage_is_put_aside_and_the_rest_counts(database: Database, world: World, sender: Sender, intake: Intake) -> None:
    for _ in range(3):
        sender.tell(world.placement, ["loaded"])
    intake.spool.close()
    [path] = events_folder(database.settings).glob("*.ready")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1].replace(b"loaded", b"LOADED") + lines[2])
    assert drain_all(database).events == 2
    drain_all(database)
    assert len(list(events_folder(database.settings).glob("*.damaged"))) == 1


def test_lines_about_a_partner_nobody_has_do_not_stop_the_rest(
    database: Database, world: World, sender: Sender, intake: Intake, drained: Callable[[], Drained]
) -> None:
    known = intake.known()
    stranger = replace(known.spots[world.placement], partner="00" * 16)
    intake.keep(stranger, SOMEBODY, Verdict.VALID, "de", "", (("loaded", None),))
    sender.tell(world.placement, ["loaded"])
    assert drained().events == 1
    with database.reading(SYSTEM) as ctx:
        assert [(row.reason, row.count) for row in ctx.session.scalars(select(RefusedDay))] == [("unknown_partner", 1)]


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 3, 28, 22, 59, 59, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC), date(2026, 3, 29)),  # the day of 23 hours
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC), date(2026, 10, 25)),  # the day of 25 hours
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_days_are_those_of_the_programme_zone(
    database: Database, world: World, sender: Sender, drained: Callable[[], Drained], clock: FixedClock, at: datetime, day: date
) -> None:
    clock.at = at - timedelta(milliseconds=1)
    sender.tell(world.placement, ["loaded"])
    drained()
    with database.reading(SYSTEM) as ctx:
        assert ctx.session.scalars(select(Event.day)).all() == [day]
        assert ctx.session.scalars(select(ProgrammeDay.day)).all() == [day]


def test_reach_is_not_the_sum_of_placements(
    database: Database, world: World, sender: Sender, drained: Callable[[], Drained], clock: FixedClock
) -> None:
    """SYN-01 of the worked cases: three impressions, one person, one bot, and a visit that belongs to the next day."""
    for at, place, address, agent in (
        ("08:00", world.placement, "192.0.2.1", BROWSER),
        ("08:05", world.placement, "192.0.2.1", BROWSER),
        ("09:00", world.second_placement, "192.0.2.1", BROWSER),
        ("09:00", world.placement, "198.51.100.2", "Googlebot/2.1 (+http://www.google.com/bot.html)"),
        ("22:30", world.placement, "203.0.113.3", BROWSER),
    ):
        clock.at = datetime.fromisoformat(f"2026-05-04T{at}:00+00:00")
        sender.tell(place, ["loaded"], REMOTE_ADDR=address, HTTP_USER_AGENT=agent)
    drained()
    day = date(2026, 5, 4)
    with database.reading(SYSTEM) as ctx:
        kept = {r.verdict: r.count for r in ctx.session.scalars(select(ProgrammeDay).where(ProgrammeDay.day == day))}
        places = ctx.session.scalars(select(PlacementVisitors.estimate).where(PlacementVisitors.day == day)).all()
        assert kept == {"valid": 3, "crawler": 1}
        assert places == [1, 1]
        assert ctx.session.scalars(select(PartnerVisitors.estimate).where(PartnerVisitors.day == day)).all() == [1]
        assert ctx.session.scalars(select(ProgrammeVisitors.estimate).where(ProgrammeVisitors.day == day)).all() == [1]


def test_a_click_id_is_kept_ninety_days(database: Database, world: World, intake: Intake, drained: Callable[[], Drained], clock: FixedClock) -> None:
    from engagement.tasks import forget_what_has_passed

    known = intake.known()
    spot, asset = known.spots[world.placement], known.assets[world.assets[0]]
    click_id = intake.keep_click(spot, SOMEBODY, Verdict.VALID, "de", asset, {"utm_source": "kestrel"})
    drained()
    with database.reading(SYSTEM) as ctx:
        row = ctx.session.get_one(ClickId, bytes.fromhex(click_id))
        assert (row.partner_id, row.placement_id, row.asset_id, row.locale) == (world.kestrel, world.placement, world.assets[0], "de")
        assert (row.campaign, row.utm) == ("2026-q1_dach_retrofit", {"utm_source": "kestrel"})
    for days, left in ((90, 1), (1, 0)):
        clock.move(timedelta(days=days))
        with database.unit_of_work(SYSTEM) as ctx:
            forget_what_has_passed(ctx)
        assert count(database, ClickId) == left
    assert count(database, Event, Event.kind == "click") == 1


COLLECT = """
import io, json, sys
from pathlib import Path
from urllib.parse import urlencode
from core.database import Database
from core.settings import load_settings
from engagement import collector
from hub.rooms import registry
registry()
database = Database(load_settings({}, data_dir=Path(sys.argv[1]), database_url=sys.argv[2], secret_key="s" * 40))
take = collector(database)
placement, n = sys.argv[3], 0
while True:
    body = urlencode({"d": json.dumps({"v": 1, "p": placement, "l": "de", "u": f"https://kestrel.example/{n}", "e": [["loaded"]]})}).encode()
    environ = {"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body), "HTTP_USER_AGENT": sys.argv[4], "REMOTE_ADDR": "192.0.2.1"}
    take(environ, lambda status, headers: (sys.stdout.write(f"{status[:3]} {n}\\n"), sys.stdout.flush()))
    n += 1
"""

NURSERY = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from core.ctx import SYSTEM
from core.database import Database
from core.settings import load_settings
from core.spool import SpoolReader
from engagement.collect.intake import events_folder
from engagement.drain import drain
from hub.rooms import registry
registry()
for line in sys.stdin:
    statements, events = map(int, line.split())
    child = os.fork()
    if not child:
        database = Database(load_settings({}, data_dir=Path(sys.argv[1]), database_url=sys.argv[2], secret_key="s" * 40))
        left = [statements]
        def count(*args):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        event.listen(database.engine, "before_cursor_execute", count)
        event.listen(database.engine, "commit", count)
        for _ in range(60):
            with database.unit_of_work(SYSTEM) as ctx:
                drain(ctx, SpoolReader(events_folder(database.settings)), max_events=events)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}


@pytest.mark.slow
def test_sigkill_of_the_web_process_right_after_204_loses_nothing(database: Database, world: World) -> None:
    for round_ in range(2):
        web = subprocess.Popen(
            [sys.executable, "-c", COLLECT, str(database.settings.data_dir), database.settings.database, world.placement, BROWSER],
            stdout=subprocess.PIPE,
            env=_environment(),
        )
        assert web.stdout is not None
        lines = [web.stdout.readline() for _ in range(5 + round_ * 7)]
        web.send_signal(signal.SIGKILL)
        lines += web.stdout.read().splitlines()
        web.wait()
        web.stdout.close()
        acknowledged = {int(line.split()[1]) for line in lines if line.split()[:1] == [b"204"] and len(line.split()) == 2}
        drain_all(database)
        with database.unit_of_work(SYSTEM) as ctx:
            pages = [int(page.rpartition("/")[2]) for page in ctx.session.scalars(select(Event.page))]
            ctx.session.query(Event).delete()
        assert acknowledged <= set(pages)
        assert len(pages) == len(set(pages)) <= len(acknowledged) + 1


@pytest.mark.slow
def test_a_worker_killed_at_twenty_points_neither_loses_nor_doubles(database: Database, world: World, sender: Sender, intake: Intake) -> None:
    """A real process drains and is killed before a seeded statement or commit; in the end everything is there once."""
    dice = random.Random(20)
    nursery = subprocess.Popen(
        [sys.executable, "-c", NURSERY, str(database.settings.data_dir), database.settings.database],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=_environment(),
        text=True,
        bufsize=1,
    )
    assert nursery.stdin is not None and nursery.stdout is not None
    sent, killed = 0, 0
    for point in range(20):
        for _ in range(20):
            assert sender.tell(world.placement, ["loaded"], ["rendered", world.assets]).status == 204
            sent += 4
        intake.spool.close()
        intake.spool.__init__(events_folder(database.settings), 1 << 28)  # type: ignore[misc]
        nursery.stdin.write(f"{1 + point % 18} {dice.choice([1, 40, 1000])}\n")
        killed += int(nursery.stdout.readline()) == -signal.SIGKILL
    nursery.stdin.close()
    nursery.stdout.close()
    nursery.wait()
    assert killed == 20
    drain_all(database)
    assert count(database, Event) == sent
    with database.reading(SYSTEM) as ctx:
        assert sum(ctx.session.scalars(select(ProgrammeDay.count))) == sent
        assert sum(ctx.session.scalars(select(PlacementDay.count))) == sent


def test_ids_sort_in_the_order_of_receipt(database: Database, world: World, sender: Sender, drained: Callable[[], Drained]) -> None:
    for _ in range(5):
        sender.tell(world.placement, ["loaded"], ["rendered", world.assets])
    drained()
    with database.reading(SYSTEM) as ctx:
        rows = ctx.session.execute(select(Event.id, Event.received_ms).order_by(Event.id)).all()
    assert [row.received_ms for row in rows] == sorted(row.received_ms for row in rows)
    assert all(TypeID.parse(row.id, "evt").uuid.version == 7 for row in rows)
