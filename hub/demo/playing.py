"""Plays the ninety days: what comes out on a day is published on that day, then its visitors come.

In stretches of days. A stretch is sent (into the spool), marked as sent, and drained; a load that was interrupted goes on at
the stretch it stood in, after throwing away what it had sent of it and nobody has read.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from cobranding import create_page, publish_page
from core.accounts import User
from core.ctx import SYSTEM, Actor
from core.database import Database
from core.ids import TypeID
from core.kv import read_value, write_value
from core.spool import SpoolReader
from engagement import Lead, drain_spool
from hub.demo.building import CARDS, FEED, LIST, Built
from hub.demo.cast import actor_of
from hub.demo.enquiries import Enquirer, enquirers
from hub.demo.material import publishing_days
from hub.demo.sending import Door, Visitors
from hub.demo.traffic import Shown, Stage, Visit, visits_of_day
from hub.demo.travelling import TravellingClock
from hub.demo.world import CAMPAIGN_DAYS, COLLECTIONS, FEED_CLICKS, PARTNERS, PULL, VIEWS_A_DAY, campaign_code, first_day, moved
from syndication import publish_asset

if TYPE_CHECKING:
    from hub.demo.telling import Advance

SENT, TAKEN = "demo.sent_until", "demo.taken_until"
STRETCH = timedelta(days=15)
#: Threads that send at once: while the disk syncs one group, the next one gathers.
SENDERS = 24
CLICK_RATE = {CARDS: 0.055, LIST: 0.038, FEED: 1.0}
LIFT = {CARDS: 1.5, LIST: 2.1}


@dataclass(frozen=True)
class Calendar:
    """The days to play, and when each asset comes out. `until` is now: nobody visits in the future."""

    built: Built
    last: date
    first: date
    published: dict[str, date]
    until: datetime

    @classmethod
    def of(cls, built: Built, now: datetime) -> Calendar:
        last = date.fromisoformat(built.last_day)
        first = first_day(last, built.days)
        out = {key: max(day, first) for key, day in publishing_days(last).items()}
        return cls(built, last, first, out, now)

    def stretches(self, sent_until: date | None) -> Iterator[tuple[date, date]]:
        """First and last day of each stretch that is still to be sent."""
        day = self.first if sent_until is None else sent_until + timedelta(days=1)
        while day <= self.last:
            end = min(day + STRETCH - timedelta(days=1), self.last)
            yield day, end
            day = end + timedelta(days=1)


def play(database: Database, built: Built, now: datetime, advance: Advance) -> None:
    """Sends and drains whatever is not yet in; calls `advance` once per day."""
    calendar = Calendar.of(built, now)
    sent, taken = _marks(database)
    if sent != taken:
        _take_over(database, str(sent))
    sent_until = date.fromisoformat(sent) if sent else None
    for _ in range((sent_until - calendar.first).days + 1 if sent_until else 0):
        advance()
    for begin, end in calendar.stretches(sent_until):
        _discard_unread(database)
        with _travelling(database, calendar.first) as (own, clock), closing(Visitors(own, clock)) as visitors:
            for offset in range((end - begin).days + 1):
                _one_day(own, clock, visitors, calendar, begin + timedelta(days=offset))
                advance()
        with database.unit_of_work(SYSTEM) as ctx:
            write_value(ctx, SENT, end.isoformat())
        _take_over(database, end.isoformat())


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


def _events(database: Database) -> Any:
    return database.settings.spool_dir / "events"


def _one_day(own: Database, clock: TravellingClock, visitors: Visitors, calendar: Calendar, day: date) -> None:
    clock.at(datetime.combine(day, time(7), UTC))
    _publish(own, calendar, day)
    stages, doors = _stages(calendar), _doors(own, calendar)
    coming = [visit for stage in stages for visit in visits_of_day(stage, day, calendar.first) if visit.at < calendar.until]
    coming.sort(key=lambda one: one.at)
    known = _known_leads(own, day)
    writers = {}
    for number, visit in enumerate(one for one in coming if one.left_lead):
        who = _enquirer(doors[visit.placement].locale, day, number)
        if who.email not in known:
            writers[visit] = who
    embedded = {stage.placement for stage in stages if stage.embedded}

    def come(visit: Visit) -> None:
        if visit.placement in embedded:
            visitors.look(doors[visit.placement], visit)
        if visit.clicked and visit not in writers:
            visitors.follow(doors[visit.placement], visit, None)

    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(come, coming))
    # One after the other: the audit log is to read like a day.
    for visit, who in writers.items():
        visitors.follow(doors[visit.placement], visit, who)


def _publish(own: Database, calendar: Calendar, day: date) -> None:
    """The assets of this day, and the pages that partners make about them on the same morning."""
    due = [key for key, out in calendar.published.items() if out == day]
    if not due:
        return
    built = calendar.built
    with own.unit_of_work(_actor(own, built, "cleo")) as ctx:
        for key in due:
            collections = [built.collections[one.slug] for one in COLLECTIONS if key in one.assets]
            publish_asset(ctx, TypeID.parse(built.assets[key], "ast"), [TypeID.parse(one, "col") for one in collections])
    for partner in PARTNERS:
        for key in (key for key in partner.pages if key in due):
            with own.unit_of_work(_marketer(own, built, partner.draft.slug)) as ctx:
                page = create_page(ctx, TypeID.parse(built.partners[partner.draft.slug], "prt"), TypeID.parse(built.assets[key], "ast"))
                publish_page(ctx, page.id)


def _actor(own: Database, built: Built, name: str) -> Actor:
    with own.reading(SYSTEM) as ctx:
        user = ctx.session.get_one(User, TypeID.parse(built.people[name], "usr"))
        partner = TypeID.of("prt", user.organization_id.uuid) if str(TypeID.of("prt", user.organization_id.uuid)) in built.partners.values() else None
        return actor_of(user, partner)


def _marketer(own: Database, built: Built, slug: str) -> Actor:
    return _actor(own, built, {"kestrel": "pia", "brightwater": "zed", "nakhla": "layla", "minato": "haruto"}[slug])


def _stages(calendar: Calendar) -> list[Stage]:
    collections = {one.slug: one for one in COLLECTIONS}
    campaign = (moved(CAMPAIGN_DAYS[0], calendar.last), moved(CAMPAIGN_DAYS[1], calendar.last))
    zones = {partner.draft.slug: partner.zone for partner in PARTNERS}
    stages = []
    for name, placement in calendar.built.placements.items():
        slug, _slash, form = name.partition("/")
        views = FEED_CLICKS[slug] if form == FEED else VIEWS_A_DAY[slug][form == LIST]
        assets = collections[placement["collection"]].assets
        stages.append(
            Stage(
                placement=name,
                zone=zones[slug],
                views_a_day=views,
                click_rate=CLICK_RATE[form],
                shown=tuple(Shown(key, calendar.published[key], PULL.get(key, 1.0)) for key in assets),
                embedded=form != FEED,
                campaign=campaign if slug == "kestrel" and form in LIFT else None,
                campaign_lift=LIFT.get(form, 1.0),
            )
        )
    return stages


def _doors(own: Database, calendar: Calendar) -> dict[str, Door]:
    built = calendar.built
    campaign = campaign_code(moved(CAMPAIGN_DAYS[0], calendar.last))
    doors = {}
    for name, placement in built.placements.items():
        slug, _slash, form = name.partition("/")
        partner = next(one for one in PARTNERS if one.draft.slug == slug)
        locale = partner.draft.locales[0]
        doors[name] = Door(
            placement=placement["id"],
            partner=slug,
            locale=locale,
            page=placement["page"],
            campaign=campaign if form == LIST and partner.list_collection == "retrofit" else "evergreen",
            links={key: (asset, locale if locale in built.languages[key] else "en") for key, asset in built.assets.items()},
        )
    return doors


def _known_leads(own: Database, day: date) -> set[str]:
    """Whoever wrote on this day in a load that was interrupted must not write twice."""
    begin = datetime.combine(day, time.min, UTC) - timedelta(hours=14)
    with own.reading(SYSTEM) as ctx:
        return set(ctx.session.scalars(select(Lead.email).where(Lead.created_at >= begin)))


def _enquirer(locale: str, day: date, number: int) -> Enquirer:
    """The same person on the same day of every load."""
    return Random(f"{locale}/{day.isoformat()}/{number}").choice(enquirers()[locale])
