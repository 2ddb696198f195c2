"""How long a customer is protected: whole local days, so that a change of the clocks takes no hour from anybody (measures, section 7)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: What a rival may learn about the end of a protection, in days from today.
_CLASSES = (30, 60, 90)


def protection_end(approved_at: datetime, zone: ZoneInfo, days: int) -> datetime:
    """The first moment after the last protected day, which is `days` days after the day of approval in `zone`."""
    last_day = approved_at.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(last_day + timedelta(days=1), time(), zone).astimezone(UTC)


def last_protected_day(protected_until: datetime, zone: ZoneInfo) -> date:
    """The day that people read: protected until the end of it."""
    return (protected_until - timedelta(microseconds=1)).astimezone(zone).date()


def is_protected(protected_until: datetime | None, now: datetime) -> bool:
    return protected_until is not None and now < protected_until


def end_class(protected_until: datetime, now: datetime) -> int:
    """A class of days, never the day itself: it would tell when the other one was approved."""
    left = protected_until - now
    return next((days for days in _CLASSES if left <= timedelta(days=days)), _CLASSES[-1])
