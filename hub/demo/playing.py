"""Plays the ninety days: what comes out on a day is published on that day, then its visitors come, then partners follow up.

In stretches of days. A stretch is sent (into the spool), marked as sent, taken over into the database, and marked as taken.
A load that was interrupted goes on at the stretch it stood in, after throwing away what it had sent of it and nobody has read.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from cobranding import create_page, publish_page
from core.ctx import SYSTEM, Actor
from core.database import Database
from core.ids import TypeID
from core.kv import read_value, write_value
from core.spool import SpoolReader
from engagement import Lead, drain_spool, seal_all_due
from hub.demo.building import Built
from hub.demo.cast import actor_by_id
from hub.demo.dealing import sell
from hub.demo.following_up import follow_up
from hub.demo.fund_script import SCRIPT
from hub.demo.funding import fund
from hub.demo.schedule import Schedule, schedule_for
from hub.demo.sending import Visitors
from hub.demo.traffic import Visit
from hub.demo.travelling import TravellingClock
from hub.demo.world import COLLECTIONS, PARTNERS
from mdf import progress_requests
from syndication import publish_asset

if TYPE_CHECKING:
    from hub.demo.telling import Advance

SENT, TAKEN = "demo.sent_until", "demo.taken_until"
STRETCH = timedelta(days=15)
#: Threads that send at once: while the disk syncs one group, the next one gathers.
SENDERS = 24


def play(database: Database, built: Built, now: datetime, advance: Advance) -> None:
    """Sends and takes over whatever is not yet in; calls `advance` once per day."""
    schedule = schedule_for(built, now)
    sent, taken = _marks(database)
    if sent is not None and sent != taken:
        _take_over(database, sent)
    if sent is not None:
        _seal(database, schedule.first, min(datetime.combine(date.fromisoformat(sent), time(22), UTC), now))
    sent_until = date.fromisoformat(sent) if sent else None
    for _ in range((sent_until - schedule.first).days + 1 if sent_until else 0):
        advance()
    for begin, end in schedule.stretches(sent_until, STRETCH):
        _discard_unread(database)
        with _travelling(database, schedule.first) as (own, clock), closing(Visitors(own, clock)) as visitors:
            for offset in range((end - begin).days + 1):
                _one_day(own, clock, visitors, schedule, begin + timedelta(days=offset))
                advance()
        with database.unit_of_work(SYSTEM) as ctx:
            write_value(ctx, SENT, end.isoformat())
        _take_over(database, end.isoformat())
        _seal(database, schedule.first, min(datetime.combine(end, time(22), UTC), now))


def _seal(database: Database, first: date, moment: datetime) -> None:
    """Days are sealed while the story is still near them: what is claimed later finds its seals."""
    with _travelling(database, first) as (own, clock):
        clock.at(moment)
        seal_all_due(own)


def _marks(database: Database) -> tuple[str | None, str | None]:
    """The last day whose visitors were all sent, and the last one whose visitors stand in the database."""
    with database.reading(SYSTEM) as ctx:
        return read_value(ctx, SENT), read_value(ctx, TAKEN)


@contextmanager
def _travelling(database: Database, start: date) -> Iterator[tuple[Database, TravellingClock]]:
    """A database object of its own, so that nobody else's clock is moved. It rings no worker: the caller runs the jobs."""
    clock = TravellingClock(datetime.combine(start, time(8), UTC), database.settings.time_zone)
    own = Database(database.settings, clock)
    try:
        yield own, clock
    finally:
        own.dispose()


def _take_over(database: Database, until: str) -> None:
    """From the spool into the database, with the room's own job."""
    reader = SpoolReader(_events(database))
    while reader.segments():
        with database.unit_of_work(SYSTEM) as ctx:
            drain_spool(ctx)
    with database.unit_of_work(SYSTEM) as ctx:
        write_value(ctx, TAKEN, until)


def _discard_unread(database: Database) -> None:
    """Sent in a load that was killed before it could say so: the whole stretch is sent again."""
    for segment in SpoolReader(_events(database)).segments():
        segment.discard()


def _events(database: Database) -> Path:
    return database.settings.spool_dir / "events"


def _one_day(own: Database, clock: TravellingClock, visitors: Visitors, schedule: Schedule, day: date) -> None:
    clock.at(datetime.combine(day, time(7), UTC))
    _publish(own, schedule, day)
    fund(own, clock, schedule.built, SCRIPT, day)
    clock.at(datetime.combine(day, time(7), UTC))
    with own.unit_of_work(SYSTEM) as ctx:
        progress_requests(ctx)
    coming = schedule.visits[day]

    def come(visit: Visit) -> None:
        if visit.placement in schedule.embedded:
            visitors.look(schedule.doors[visit.placement], visit)
        if visit.clicked and visit not in schedule.writers:
            visitors.follow(schedule.doors[visit.placement], visit, None)

    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(come, coming))
    known = _known_leads(own, day)
    # One after the other: the audit log is to read like a day.
    for visit in (one for one in coming if one in schedule.writers):
        who = schedule.writers[visit]
        visitors.follow(schedule.doors[visit.placement], visit, None if who.email in known else who)
    clock.at(datetime.combine(day, time(16), UTC))
    manager = actor_by_id(own, schedule.built.people["nora"])
    for partner in PARTNERS:
        person = marketer(own, schedule.built, partner.draft.slug)
        follow_up(own, person, day, schedule.last)
        sell(own, partner.draft.slug, person, manager, day, schedule.last)


def _publish(own: Database, schedule: Schedule, day: date) -> None:
    """The assets of this day, and the pages that partners make about them on the same morning."""
    due = schedule.due(day)
    if not due:
        return
    built = schedule.built
    with own.unit_of_work(actor_by_id(own, built.people["cleo"])) as ctx:
        for key in due:
            collections = [built.collections[one.slug] for one in COLLECTIONS if key in one.assets]
            publish_asset(ctx, TypeID.parse(built.assets[key], "ast"), [TypeID.parse(one, "col") for one in collections])
    for partner in PARTNERS:
        for key in (key for key in partner.pages if key in due):
            partner_id = TypeID.parse(built.partners[partner.draft.slug], "prt")
            with own.unit_of_work(marketer(own, built, partner.draft.slug)) as ctx:
                page = create_page(ctx, partner_id, TypeID.parse(built.assets[key], "ast"))
                publish_page(ctx, page.id)


def marketer(own: Database, built: Built, slug: str) -> Actor:
    """Who does the marketing of a partner."""
    return actor_by_id(own, built.people[next(one for one in PARTNERS if one.draft.slug == slug).marketer])


def _known_leads(own: Database, day: date) -> set[str]:
    """Whoever wrote on this day in a load that was interrupted must not write twice."""
    begin = datetime.combine(day, time.min, UTC) - timedelta(hours=14)
    with own.reading(SYSTEM) as ctx:
        return set(ctx.session.scalars(select(Lead.email).where(Lead.created_at >= begin)))
