"""The secret of the day: the same in all web processes, and gone when the day is over."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from core.ctx import SYSTEM
from engagement.models import DaySalt

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from core.ctx import Ctx
    from core.database import Database

log = logging.getLogger("channelpress.engagement")

_TRY_AGAIN_S = 5.0
_KEEP_ONE = text("INSERT INTO engagement_day_salt (day, salt) VALUES (:day, :salt) ON CONFLICT (day) DO NOTHING")


@dataclass(frozen=True, slots=True)
class _Today:
    """Milliseconds [begin, end) of a local day, which has 23 or 25 hours twice a year, and its salt."""

    begin_ms: int
    end_ms: int
    salt: bytes
    stale_at: float


class Salts:
    """`at(ms)` gives the salt of that moment's day. Asks the database once a day."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._today = _Today(0, 0, b"", 0.0)

    def at(self, moment_ms: int) -> bytes:
        today = self._today
        if today.begin_ms <= moment_ms < today.end_ms and time.monotonic() < today.stale_at:
            return today.salt
        with self._lock:
            today = self._today
            if not (today.begin_ms <= moment_ms < today.end_ms and time.monotonic() < today.stale_at):
                self._today = today = self._fetch(moment_ms, today)
        return today.salt

    def _fetch(self, moment_ms: int, known: _Today) -> _Today:
        begin_ms, end_ms, day = local_day(moment_ms, self._database.clock.zone)
        try:
            with self._database.unit_of_work(SYSTEM) as ctx:
                return _Today(begin_ms, end_ms, salt_of(ctx, day), float("inf"))
        except SQLAlchemyError:
            # Counting must not stop with the database. Visitors of these minutes are told apart by this process alone.
            log.exception("no salt for the day; this process makes its own until the database is back")
            own = known.salt if known.begin_ms == begin_ms and known.salt else secrets.token_bytes(32)
            return _Today(begin_ms, end_ms, own, time.monotonic() + _TRY_AGAIN_S)


def local_day(moment_ms: int, zone: ZoneInfo) -> tuple[int, int, date]:
    """Begin and end, in milliseconds, of the day in `zone` that holds the moment, and its date (R1: half-open)."""
    day = datetime.fromtimestamp(moment_ms / 1000, zone).date()
    begin, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    return int(begin.timestamp() * 1000), int(end.timestamp() * 1000), day


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a local day, as aware UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def salt_of(ctx: Ctx, day: date) -> bytes:
    """The day's salt; the first process that asks decides it."""
    ctx.session.execute(_KEEP_ONE, {"day": day.isoformat(), "salt": secrets.token_bytes(32)})
    return ctx.session.scalars(select(DaySalt.salt).where(DaySalt.day == day)).one()


def destroy_salts(ctx: Ctx, before: date) -> int:
    """Overwrites and deletes the salts of past days: SQLite leaves the bytes of a deleted row in the file."""
    past = ctx.session.scalars(select(DaySalt).where(DaySalt.day < before)).all()
    for row in past:
        row.salt = bytes(32)
    ctx.session.flush()
    for row in past:
        ctx.session.delete(row)
    return len(past)
