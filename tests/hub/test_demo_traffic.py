"""The invented visitors: the same every time, and plausible to somebody who reads numbers for a living."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import crawleruseragents
import pytest

from hub.demo.traffic import BROWSERS, CRAWLERS, Shown, Stage, Visit, visits_of_day

FIRST = date(2026, 1, 1)
DAYS = [FIRST + timedelta(days=offset) for offset in range(90)]
SHOWN = tuple(Shown(f"asset-{number}", FIRST, pull) for number, pull in enumerate((1.0, 2.6, 1.0, 0.7)))


def a_stage(**changed: object) -> Stage:
    facts = {"placement": "kestrel/cards", "zone": "Europe/Berlin", "views_a_day": 25.0, "click_rate": 0.06, "shown": SHOWN}
    return Stage(**{**facts, **changed})  # type: ignore[arg-type]


def played(stage: Stage) -> list[Visit]:
    return [visit for day in DAYS for visit in visits_of_day(stage, day, FIRST)]


@pytest.fixture(scope="module")
def visits() -> list[Visit]:
    return played(a_stage())


def test_the_same_days_give_the_same_visits(visits: list[Visit]) -> None:
    assert played(a_stage()) == visits
    assert played(a_stage(placement="minato/cards")) != visits


def test_the_funnel_narrows(visits: list[Visit]) -> None:
    people = [visit for visit in visits if not visit.is_bot]
    rendered = sum(bool(visit.shown) for visit in people)
    viewed = sum(bool(visit.viewed) for visit in people)
    clicked = sum(visit.clicked is not None for visit in people)
    opened, leads = sum(visit.opened for visit in people), sum(visit.left_lead for visit in people)
    assert len(people) > rendered > viewed > clicked >= opened > leads > 0
    assert 0.03 < clicked / len(people) < 0.09


def test_a_share_of_machines_that_say_so(visits: list[Visit]) -> None:
    assert 0.03 < sum(visit.is_bot for visit in visits) / len(visits) < 0.08
    assert all(crawleruseragents.is_crawler(agent) for agent in CRAWLERS)
    assert not any(crawleruseragents.is_crawler(agent) for agent in BROWSERS)


def test_weekends_are_quiet_and_the_quarter_grows(visits: list[Visit]) -> None:
    by_day = Counter(visit.at.date() for visit in visits)
    weekend = [by_day[day] for day in DAYS if day.weekday() >= 5]
    working = [by_day[day] for day in DAYS if day.weekday() < 5]
    assert sum(weekend) / len(weekend) < 0.45 * sum(working) / len(working)
    assert sum(by_day[day] for day in DAYS[-28:]) > 1.15 * sum(by_day[day] for day in DAYS[:28])


def test_a_campaign_shows_as_a_peak() -> None:
    begin = FIRST + timedelta(days=35)
    during = played(a_stage(campaign=(begin, begin + timedelta(days=20)), campaign_lift=2.0))
    by_day = Counter(visit.at.date() for visit in during)
    plain = Counter(visit.at.date() for visit in played(a_stage()))
    peak = [begin + timedelta(days=offset) for offset in range(7)]
    assert sum(by_day[day] for day in peak) > 1.5 * sum(plain[day] for day in peak)


def test_nothing_is_seen_before_it_is_out() -> None:
    late = a_stage(shown=(Shown("late", FIRST + timedelta(days=30)),))
    days = {visit.at.date() for visit in played(late)}
    assert min(days) >= FIRST + timedelta(days=29)
    assert list(visits_of_day(late, FIRST, FIRST)) == []


def test_a_feed_gives_clicks_and_no_renderings() -> None:
    feed = played(a_stage(embedded=False, click_rate=1.0, views_a_day=2.0))
    people = [visit for visit in feed if not visit.is_bot]
    assert all(visit.clicked and not visit.shown for visit in people)


def test_addresses_are_of_the_documentation_range(visits: list[Visit]) -> None:
    assert {visit.address.split(":")[0] + visit.address.split(":")[1] for visit in visits} == {"2001db8"}


def test_visits_lie_within_their_day_and_in_order() -> None:
    day = [visit.at for visit in visits_of_day(a_stage(zone="Asia/Tokyo"), FIRST, FIRST)]
    assert day == sorted(day)
    assert datetime(2025, 12, 31, 15, tzinfo=UTC) <= day[0] and day[-1] < datetime(2026, 1, 1, 15, tzinfo=UTC)
