"""From the programme's office hours to a calendar as it is known today: the holidays are looked up once, then frozen on the clock."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from importlib.metadata import version

import holidays

from core.sla.rules import Calendar
from core.sla.terms import Office, minutes_of

#: A clock that is paused for longer runs on without knowing later holidays; no decision of a programme takes that long.
HORIZON_YEARS = 2


def calendar_for(region: str, office: Office, today: date) -> Calendar:
    """Closed days of this year and the two to come."""
    last = today.year + HORIZON_YEARS
    closed = {*_public(office.country, office.subdivision, today.year, last), *office.also_closed}
    return Calendar(
        zone=office.zone,
        opens=minutes_of(office.opens),
        closes=minutes_of(office.closes),
        weekdays=frozenset(day - 1 for day in office.weekdays),
        closed=frozenset(day for day in closed if today.year <= day.year <= last),
        region=region,
        until=date(last, 12, 31),
        library=f"holidays {version('holidays')}, {office.country}{'/' if office.subdivision else ''}{office.subdivision}",
    )


@lru_cache(maxsize=256)
def _public(country: str, subdivision: str, first: int, last: int) -> frozenset[date]:
    """Days off as they are observed: in the United States both 3 and 4 July 2026 (measures, section 7)."""
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=range(first, last + 1), observed=True))
