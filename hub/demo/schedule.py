"""The ninety days on paper: which asset comes out when, who visits which placement when, and who of them writes.

Pure: everything follows from what was built and from now, so an interrupted load finds the same schedule again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hub.demo.building import CARDS, FEED, LIST, Built
from hub.demo.enquiries import Enquirer, enquirers
from hub.demo.material import publishing_days
from hub.demo.sending import Door
from hub.demo.traffic import Shown, Stage, Visit, visits_of_day
from hub.demo.world import CAMPAIGN_DAYS, COLLECTIONS, FEED_CLICKS, PARTNERS, PULL, VIEWS_A_DAY, DemoPartner, first_day, moved

CLICK_RATE = {CARDS: 0.055, LIST: 0.038, FEED: 1.0}
LIFT = {CARDS: 1.4, LIST: 2.0}


@dataclass(frozen=True)
class Schedule:
    """`visits` in order of time by day; `writers` are those who fill in the form behind their click."""

    built: Built
    first: date
    last: date
    published: Mapping[str, date]
    doors: Mapping[str, Door]
    embedded: frozenset[str]
    visits: Mapping[date, list[Visit]]
    writers: Mapping[Visit, Enquirer]

    def due(self, day: date) -> list[str]:
        """Assets that come out on this day."""
        return [key for key, out in self.published.items() if out == day]

    def stretches(self, sent_until: date | None, length: timedelta) -> Iterator[tuple[date, date]]:
        """First and last day of each stretch that is still to be sent."""
        day = self.first if sent_until is None else sent_until + timedelta(days=1)
        while day <= self.last:
            end = min(day + length - timedelta(days=1), self.last)
            yield day, end
            day = end + timedelta(days=1)


def schedule_for(built: Built, now: datetime) -> Schedule:
    """Nobody visits after `now`."""
    last = date.fromisoformat(built.last_day)
    first = first_day(last, built.days)
    published = {key: max(day, first) for key, day in publishing_days(last).items()}
    stages = _stages(built, last, published)
    visits = {}
    for offset in range(built.days):
        day = first + timedelta(days=offset)
        coming = [visit for stage in stages for visit in visits_of_day(stage, day, first) if visit.at < now]
        visits[day] = sorted(coming, key=lambda visit: visit.at)
    return Schedule(
        built=built,
        first=first,
        last=last,
        published=published,
        doors=_doors(built),
        embedded=frozenset(stage.placement for stage in stages if stage.embedded),
        visits=visits,
        writers=_writers(visits),
    )


def _partner(placement: str) -> DemoPartner:
    return next(one for one in PARTNERS if one.draft.slug == placement.partition("/")[0])


def _stages(built: Built, last: date, published: Mapping[str, date]) -> list[Stage]:
    collections = {one.slug: one for one in COLLECTIONS}
    campaign = (moved(CAMPAIGN_DAYS[0], last), moved(CAMPAIGN_DAYS[1], last))
    stages = []
    for name, placement in built.placements.items():
        slug, _slash, form = name.partition("/")
        assets = collections[placement["collection"]].assets
        stages.append(
            Stage(
                placement=name,
                zone=_partner(name).zone,
                views_a_day=FEED_CLICKS[slug] if form == FEED else VIEWS_A_DAY[slug][form == LIST],
                click_rate=CLICK_RATE[form],
                shown=tuple(Shown(key, published[key], PULL.get(key, 1.0)) for key in assets),
                embedded=form != FEED,
                campaign=campaign if slug == "kestrel" and form in LIFT else None,
                campaign_lift=LIFT.get(form, 1.0),
            )
        )
    return stages


def _doors(built: Built) -> dict[str, Door]:
    doors = {}
    for name, placement in built.placements.items():
        locale = _partner(name).draft.locales[0]
        doors[name] = Door(
            placement=placement["id"],
            partner=_partner(name).draft.slug,
            locale=locale,
            page=placement["page"],
            campaign=placement["campaign"],
            links={key: (asset, locale if locale in built.languages[key] else "en") for key, asset in built.assets.items()},
        )
    return doors


def _writers(visits: Mapping[date, list[Visit]]) -> dict[Visit, Enquirer]:
    """Each person writes once before anybody writes twice. Only where the partner has a page with a form."""
    people = enquirers()
    turn: Counter[str] = Counter()
    writers = {}
    for day in visits.values():
        for visit in day:
            partner = _partner(visit.placement)
            if visit.left_lead and visit.clicked in partner.pages:
                locale = partner.draft.locales[0]
                writers[visit] = people[locale][turn[locale] % len(people[locale])]
                turn[locale] += 1
    return writers
