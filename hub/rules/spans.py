"""Which days a line is drawn for, as it stands in the address: the last days, a quarter, or one campaign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

#: Long enough for a click to become a deal.
DEFAULT = "90d"
DAYS = {"28d": 28, "90d": 90}
THIS_QUARTER, LAST_QUARTER = "quarter", "last_quarter"
SPANS = (*DAYS, THIS_QUARTER, LAST_QUARTER)


@dataclass(frozen=True, slots=True)
class Span:
    """Days of the programme's zone, both included."""

    key: str
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def read_span(key: str, today: date) -> Span:
    """An unknown key is answered with the usual one."""
    if key == THIS_QUARTER:
        return Span(key, quarter_begin(today), today)
    if key == LAST_QUARTER:
        last = quarter_begin(today) - timedelta(days=1)
        return Span(key, quarter_begin(last), last)
    key = key if key in DAYS else DEFAULT
    return Span(key, today - timedelta(days=DAYS[key] - 1), today)


def quarter_begin(day: date) -> date:
    """The first day of the calendar quarter."""
    return day.replace(month=day.month - (day.month - 1) % 3, day=1)


def campaign_span(starts_on: date, ends_on: date, today: date) -> Span:
    """While the campaign ran or runs; one that has not begun has its first day."""
    return Span("campaign", starts_on, max(starts_on, min(ends_on, today)))
