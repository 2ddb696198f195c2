"""Business time, pure: when a clock is due, what has elapsed, which levels are behind it (A-31; measures section 7, DR-05).

Business hours are wall-clock hours of a zone; what counts are the minutes that really pass between opening and closing, so a change of the
clocks inside the opening hours takes no minute from anybody and gives none. Everything comes in as an argument: no clock, no holiday library.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Pause = tuple[datetime, datetime]
_DAY = timedelta(days=1)
#: A calendar that is closed for so long is no calendar; without an end the search would never come back.
_LONGEST_SEARCH_DAYS = 366 * 30


@dataclass(frozen=True)
class Calendar:
    """When somebody is there: `weekdays` 0 is Monday; `opens` and `closes` in minutes after local midnight, 1440 is the day's end.

    `closed` are the holidays as they were known when the clock started, `until` the last day that was looked at, `library` who said so.
    """

    zone: str
    opens: int
    closes: int
    weekdays: frozenset[int]
    closed: frozenset[date] = frozenset()
    region: str = ""
    until: date | None = None
    library: str = ""

    def as_json(self) -> dict[str, Any]:
        """For the clock's row: what was agreed, whatever a later version of the library says."""
        return {
            "zone": self.zone,
            "opens": self.opens,
            "closes": self.closes,
            "weekdays": sorted(self.weekdays),
            "closed": [day.isoformat() for day in sorted(self.closed)],
            "region": self.region,
            "until": self.until.isoformat() if self.until else "",
            "library": self.library,
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Calendar:
        return cls(
            zone=told["zone"],
            opens=int(told["opens"]),
            closes=int(told["closes"]),
            weekdays=frozenset(int(day) for day in told["weekdays"]),
            closed=frozenset(date.fromisoformat(day) for day in told["closed"]),
            region=told["region"],
            until=date.fromisoformat(told["until"]) if told["until"] else None,
            library=told["library"],
        )

    @property
    def minutes_a_day(self) -> int:
        return self.closes - self.opens


def opening(calendar: Calendar, day: date) -> tuple[datetime, datetime] | None:
    """The open span of a local day in UTC; None when it is closed, or the change of the clocks leaves nothing of it."""
    if day.weekday() not in calendar.weekdays or day in calendar.closed:
        return None
    begins, ends = (_local(calendar, day, minutes) for minutes in (calendar.opens, calendar.closes))
    return (begins, ends) if begins < ends else None


def _local(calendar: Calendar, day: date, minutes: int) -> datetime:
    days, rest = divmod(minutes, 24 * 60)
    return datetime.combine(day + days * _DAY, time(rest // 60, rest % 60), ZoneInfo(calendar.zone)).astimezone(UTC)


def openings(calendar: Calendar, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Open spans from `since` on, the first one cut at it."""
    # A day earlier: west of the meridian a span of yesterday may still be open.
    day = since.astimezone(ZoneInfo(calendar.zone)).date() - _DAY
    for number in range(_LONGEST_SEARCH_DAYS):
        found = opening(calendar, day + number * _DAY)
        if found is not None and found[1] > since:
            yield max(found[0], since), found[1]


def elapsed(calendar: Calendar, start: datetime, end: datetime, pauses: Sequence[Pause] = ()) -> timedelta:
    """Open time between two moments without the pauses; none when `end` lies before `start`."""
    total = timedelta()
    for begins, ends in openings(calendar, start):
        if begins >= end:
            break
        total += min(ends, end) - begins
    gone = ((max(begins, start), min(ends, end)) for begins, ends in pauses)
    return total - sum((elapsed(calendar, begins, ends) for begins, ends in gone if begins < ends), timedelta())


def moment_after(calendar: Calendar, start: datetime, span: timedelta, pauses: Sequence[Pause] = ()) -> datetime:
    """The earliest moment at which `span` of open time has passed; pauses are in order and do not overlap.

    Exactly a day's hours end at its closing, not at the next opening. Nothing is due at once.
    """
    left, since = span, start
    for begins, ends in pauses:
        until_pause = elapsed(calendar, since, begins)
        if left <= until_pause:
            break
        left, since = left - until_pause, max(since, ends)
    if left <= timedelta():
        return since
    for begins, ends in openings(calendar, since):
        if left <= ends - begins:
            return begins + left
        left -= ends - begins
    raise ValueError("the calendar is never open")


def share_of(target_minutes: int, percent: int) -> timedelta:
    """So much of the target, to the minute."""
    return timedelta(minutes=target_minutes * percent // 100)


def target_minutes(hours: int, days: int, calendar: Calendar) -> int:
    """Business hours and business days as minutes: a day is as long as the calendar is open."""
    return hours * 60 + days * calendar.minutes_a_day


@dataclass(frozen=True)
class Times:
    """A clock's moments as of now: `levels` are the moments of the escalation levels, in order."""

    due_at: datetime
    levels: tuple[datetime, ...]


def times_of(calendar: Calendar, start: datetime, minutes: int, percents: Sequence[int], pauses: Sequence[Pause] = ()) -> Times:
    """When it is due and when each level is reached."""
    levels = tuple(moment_after(calendar, start, share_of(minutes, percent), pauses) for percent in percents)
    return Times(moment_after(calendar, start, timedelta(minutes=minutes), pauses), levels)


@dataclass(frozen=True)
class Outcome:
    """What a stopped clock says: business minutes (rounded down) and whether they were within the target; the last moment still is."""

    minutes: int
    within: bool


def outcome_of(calendar: Calendar, start: datetime, stopped: datetime, minutes: int, pauses: Sequence[Pause] = ()) -> Outcome:
    spent = elapsed(calendar, start, stopped, pauses)
    return Outcome(int(spent.total_seconds() // 60), spent <= timedelta(minutes=minutes))


@dataclass(frozen=True)
class HitRate:
    """KPI 18: decided within the agreed time, of all that were decided or are overdue. None of nothing."""

    within: int
    decided: int
    overdue: int

    @property
    def counted(self) -> int:
        return self.decided + self.overdue

    @property
    def per_mille(self) -> int | None:
        """Half up, so that 2 of 3 are 667."""
        return (2000 * self.within + self.counted) // (2 * self.counted) if self.counted else None


def overdue_days(due_at: datetime, now: datetime, zone: str) -> int:
    """Local days by which a decision is late, each begun day a whole one: for what is extended day for day."""
    if now <= due_at:
        return 0
    place = ZoneInfo(zone)
    return max(1, (now.astimezone(place).date() - due_at.astimezone(place).date()).days)
