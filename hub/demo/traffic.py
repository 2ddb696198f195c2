"""Ninety plausible days, invented: who looks at which placement when, what they see, click and ask for.

Pure and seeded: the same days and the same placements give the same visits on every machine. Sending them is
`hub.demo.sending`'s work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import exp
from random import Random
from zoneinfo import ZoneInfo

#: Share of page views that say they are machines; the collector filters them and shows how many.
BOT_SHARE = 0.055
#: How likely a card or line is at least half visible for a second, by its position.
SEEN = (0.88, 0.8, 0.66, 0.5, 0.38, 0.3, 0.24, 0.2)
WEEKEND = 0.28
GROWTH_PER_DAY = 0.008

BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
)
CRAWLERS = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36",
    "curl/8.9.1",
    "python-requests/2.32.3",
)


@dataclass(frozen=True)
class Shown:
    """One asset on a placement: since when it can be seen, and how much it invites a click (1 = usual)."""

    asset: str
    since: date
    pull: float = 1.0


@dataclass(frozen=True)
class Stage:
    """One placement as the simulation sees it. `views_a_day` on an ordinary weekday at the start.

    `embedded` false: only a feed, so nothing is rendered by a browser of ours and only clicks come back.
    """

    placement: str
    zone: str
    views_a_day: float
    click_rate: float
    shown: tuple[Shown, ...]
    embedded: bool = True
    campaign: tuple[date, date] | None = None
    campaign_lift: float = 1.0


@dataclass(frozen=True)
class Visit:
    """One page view on a partner's site, and how far it went. Assets by their keys, times in aware UTC."""

    at: datetime
    placement: str
    address: str
    agent: str
    is_bot: bool
    shown: tuple[str, ...] = ()
    viewed: tuple[str, ...] = ()
    clicked: str | None = None
    opened: bool = False
    began_form: bool = False
    left_lead: bool = False
    after_seconds: int = 40


def visits_of_day(stage: Stage, day: date, first_day: date, seed: str = "channelpress") -> Iterator[Visit]:
    """The visits of one placement on one day, in order of time."""
    chance = Random(f"{seed}/{stage.placement}/{day.isoformat()}")
    shown = [one for one in stage.shown if one.since <= day]
    shown.sort(key=lambda one: one.since, reverse=True)
    if not shown:
        return
    number = _rounded(stage.views_a_day * _strength(stage, day, first_day), chance)
    moments = sorted(_moment(day, ZoneInfo(stage.zone), chance) for _ in range(number))
    known: list[tuple[str, str]] = []
    for at in moments:
        yield _visit(stage, at, shown, known, chance)


def _strength(stage: Stage, day: date, first_day: date) -> float:
    """Weekday, growth, season of the week, and the campaign with its loud first days."""
    level = WEEKEND if day.weekday() >= 5 else (1.06, 1.12, 1.08, 1.0, 0.78)[day.weekday()]
    level *= 1 + GROWTH_PER_DAY * (day - first_day).days
    if stage.campaign and stage.campaign[0] <= day <= stage.campaign[1]:
        since = (day - stage.campaign[0]).days
        level *= 1 + (stage.campaign_lift - 1) * (0.55 + 0.75 * exp(-(((since - 3) / 4.0) ** 2)))
    return level


def _rounded(value: float, chance: Random) -> int:
    """Around the value, as independent people come: roughly its square root up or down."""
    return max(0, round(chance.gauss(value, (value**0.5) * 0.7)))


def _moment(day: date, zone: ZoneInfo, chance: Random) -> datetime:
    """Mostly office hours with a dip at noon, a little in the evening."""
    kind = chance.random()
    if kind < 0.46:
        hour = chance.gauss(10.2, 1.4)
    elif kind < 0.86:
        hour = chance.gauss(14.9, 1.7)
    else:
        hour = chance.gauss(20.2, 1.8)
    seconds = round(min(max(hour, 0.2), 23.8) * 3600) + chance.randrange(60)
    return (datetime.combine(day, time.min, zone) + timedelta(seconds=min(seconds, 86_300))).astimezone(UTC)


def _visit(stage: Stage, at: datetime, shown: Sequence[Shown], known: list[tuple[str, str]], chance: Random) -> Visit:
    if chance.random() < BOT_SHARE:
        address = f"2001:db8:b0{chance.randrange(16):x}::{chance.randrange(1, 9)}"
        keys = tuple(one.asset for one in shown)
        return Visit(at, stage.placement, address, chance.choice(CRAWLERS), True, keys if chance.random() < 0.5 else ())
    if known and chance.random() < 0.16:
        address, agent = chance.choice(known)
    else:
        address = f"2001:db8:{chance.randrange(0x1000, 0x9FFF):x}::{chance.randrange(1, 200):x}"
        agent = chance.choices(BROWSERS, (30, 16, 9, 12, 3, 17, 13))[0]
        known.append((address, agent))
    return _person(stage, at, shown, address, agent, chance)


def _person(stage: Stage, at: datetime, shown: Sequence[Shown], address: str, agent: str, chance: Random) -> Visit:
    rendered = tuple(one.asset for one in shown) if stage.embedded and chance.random() < 0.965 else ()
    viewed = tuple(key for key, likely in zip(rendered, SEEN, strict=False) if chance.random() < likely)
    clicked = None
    in_campaign = bool(stage.campaign and stage.campaign[0] <= at.date() <= stage.campaign[1])
    if (viewed or not stage.embedded) and chance.random() < stage.click_rate * (1.12 if in_campaign else 1.0):
        offered = [one for one in shown if one.asset in viewed] or list(shown)
        weights = [one.pull / (1 + 0.35 * place) for place, one in enumerate(offered)]
        clicked = chance.choices(offered, weights)[0].asset
    opened = clicked is not None and chance.random() < 0.94
    began = opened and chance.random() < 0.5
    return Visit(
        at=at,
        placement=stage.placement,
        address=address,
        agent=agent,
        is_bot=False,
        shown=rendered,
        viewed=viewed,
        clicked=clicked,
        opened=opened,
        began_form=began,
        left_lead=began and chance.random() < 0.62,
        after_seconds=chance.randrange(25, 240),
    )
