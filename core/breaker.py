"""A circuit breaker for each destination outside: a site that is down costs one probe now and then, not every job's patience (C-17).

The state stands in the database, so that all processes share it; what is shown is the last observation with its time (C-16), never an
assumption. Times are those of the hub's clock, as the times at which jobs are due are.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import String, Text, select, update
from sqlalchemy.orm import Mapped, mapped_column

from core.ctx import SYSTEM
from core.database import Base, TextEnum
from core.jobs.errors import Cancelled, PutOff, judged
from core.once import insert_once

if TYPE_CHECKING:
    from core.database import Database

FAILURES = 5  # so many in a row, within WINDOW, open it
WINDOW = timedelta(minutes=10)
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(hours=1)
PROBE = timedelta(seconds=120)  # a probe that says nothing for so long has died
_SEEN_AGAIN = timedelta(minutes=1)  # a working destination is written down this often at most


class BreakerState(enum.StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker(Base):
    """`rests` counts openings without a success in between: each rest is twice as long as the one before."""

    __tablename__ = "core_breaker"
    destination: Mapped[str] = mapped_column(String(300), primary_key=True)
    state: Mapped[BreakerState] = mapped_column(TextEnum(BreakerState))
    failures: Mapped[int]
    rests: Mapped[int]
    failing_since: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    observed_at: Mapped[datetime] = mapped_column(index=True)
    succeeded_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)


class Open(PutOff):
    """The destination rests; the job comes again when it is asked the next time."""

    def __init__(self, destination: str, wait: timedelta) -> None:
        super().__init__("destination_rests", wait)
        self.destination = destination


def host_of(url: str) -> str:
    """The destination that an address belongs to: the site, not the page."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{(parts.hostname or '').lower()}{port}"[:300]


@contextmanager
def breaker(database: Database, destination: str) -> Iterator[None]:
    """Around one call to a destination, with no transaction open. Raises Open instead of calling one that rests.

    Only failures that trying again may cure count; a refusal is an answer, and the destination is well.
    """
    _admit(database, destination)
    try:
        yield
    except Cancelled:
        raise
    except Exception as error:
        if getattr(error, "unasked", False):  # it never came to a call
            raise
        if judged(error).permanent:
            _observe(database, destination, None)
        else:
            _observe(database, destination, f"{type(error).__name__}: {error}"[:500])
        raise
    _observe(database, destination, None)


def _admit(database: Database, destination: str) -> None:
    now = database.clock.now()
    with database.reading(SYSTEM) as ctx:
        row = ctx.session.get(Breaker, destination)
        if row is None or row.state is BreakerState.CLOSED:
            return
        state, retry_at = row.state, row.retry_at
    if retry_at is not None and now < retry_at <= now + LONGEST_REST + PROBE:
        raise Open(destination, retry_at - now)
    with database.unit_of_work(SYSTEM) as ctx:  # one probe at a time: who changes the row sends it
        ours = update(Breaker).where(Breaker.destination == destination, Breaker.state == state, Breaker.retry_at == retry_at)
        changed = ours.values(state=BreakerState.HALF_OPEN, retry_at=now + PROBE).execution_options(synchronize_session=False)
        won = ctx.session.execute(changed).rowcount == 1  # type: ignore[attr-defined]
    if not won:
        raise Open(destination, FIRST_REST)


def _observe(database: Database, destination: str, error: str | None) -> None:
    """Writes what was seen; a success that says nothing new is not written every time."""
    now = database.clock.now()
    with database.reading(SYSTEM) as ctx:
        row = ctx.session.get(Breaker, destination)
        known = row is not None and row.state is BreakerState.CLOSED and not row.failures and now - row.observed_at < _SEEN_AGAIN
    if error is None and known:
        return
    with database.unit_of_work(SYSTEM) as ctx:
        new = {"state": BreakerState.CLOSED, "failures": 0, "rests": 0, "observed_at": now}
        insert_once(ctx.session, Breaker, destination=destination, **new)
        row = ctx.session.get_one(Breaker, destination, with_for_update=True, populate_existing=True)
        if error is None:
            row.state, row.failures, row.rests, row.failing_since, row.retry_at = BreakerState.CLOSED, 0, 0, None, None
            row.succeeded_at = now
        else:
            _count(row, now, error)
        row.observed_at = now


def _count(row: Breaker, now: datetime, error: str) -> None:
    stale = row.failing_since is None or now - row.failing_since > WINDOW
    if row.state is BreakerState.CLOSED and stale:
        row.failures, row.failing_since = 0, now
    row.failures += 1
    row.last_error = error
    if row.state is BreakerState.HALF_OPEN or row.failures >= FAILURES:
        row.state = BreakerState.OPEN
        row.retry_at = now + rest_of(row.rests)
        row.rests += 1


def rest_of(rests: int) -> timedelta:
    rest: timedelta = min(LONGEST_REST, FIRST_REST * 2 ** min(rests, 10))
    return rest


def destinations(database: Database) -> list[Breaker]:
    """Every destination that was ever asked, those in trouble first, then by last observation."""
    with database.reading(SYSTEM) as ctx:
        rows = list(ctx.session.scalars(select(Breaker).order_by(Breaker.observed_at.desc()).limit(500)))
        ctx.session.expunge_all()
    return sorted(rows, key=lambda row: (row.state is BreakerState.CLOSED, not row.failures))
