"""The pages a person was at last, for the command palette.

A page that is read should not cost a write: visits are kept in this process and written together, at the latest when they are asked
for here. What a crash loses is a line in somebody's palette.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError

from core.clock import wall_now
from core.ctx import SYSTEM
from core.ids import TypeID
from core.search.models import RecentPage

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.database import Database

log = logging.getLogger("channelpress.search")
KEEP = 20
REST_S = 15.0


class _Visits:
    """Unwritten visits by person, newest last."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.by_person: dict[TypeID, dict[str, datetime]] = {}
        self.written = time.monotonic()

    def add(self, user_id: TypeID, path: str, at: datetime) -> bool:
        """True when it is time to write."""
        with self.lock:
            pages = self.by_person.setdefault(user_id, {})
            pages.pop(path, None)
            pages[path] = at
            while len(pages) > KEEP:
                pages.pop(next(iter(pages)))
            return time.monotonic() - self.written > REST_S

    def take(self) -> dict[TypeID, dict[str, datetime]]:
        with self.lock:
            taken, self.by_person, self.written = self.by_person, {}, time.monotonic()
            return taken


def _visits(database: Database) -> _Visits:
    found = database.__dict__.setdefault("_visits", _Visits())
    assert isinstance(found, _Visits)
    return found


def note_visit(database: Database, user_id: TypeID, path: str) -> None:
    """Remembers that this person was here. A reader never waits for a writer: when one is at work, the writing is put off."""
    if len(path) <= 300 and _visits(database).add(user_id, path, wall_now()) and database.is_writable(patience_s=0):
        write_visits(database)


def write_visits(database: Database) -> None:
    taken = _visits(database).take()
    if not taken:
        return
    try:
        with database.unit_of_work(SYSTEM) as ctx:
            for user_id in sorted(taken):
                _write(ctx, user_id, taken[user_id])
    except SQLAlchemyError as error:  # a person who is gone, a database that is away: nobody's page fails for it
        log.info("visits were not written", extra={"error": type(error).__name__})


def _write(ctx: Ctx, user_id: TypeID, pages: dict[str, datetime]) -> None:
    for path in sorted(pages):
        ctx.session.merge(RecentPage(user_id=user_id, path=path, visited_at=pages[path]))
    ctx.session.flush()
    kept = select(RecentPage.path).where(RecentPage.user_id == user_id).order_by(RecentPage.visited_at.desc()).offset(KEEP)
    old = list(ctx.session.scalars(kept))
    ctx.session.execute(delete(RecentPage).where(RecentPage.user_id == user_id, RecentPage.path.in_(old)))


def recent_pages(ctx: Ctx) -> list[str]:
    """The reader's addresses, the last one first."""
    if ctx.actor.user_id is None:
        return []
    write_visits(ctx.database)
    query = select(RecentPage.path).where(RecentPage.user_id == ctx.actor.user_id).order_by(RecentPage.visited_at.desc()).limit(KEEP)
    return list(ctx.session.scalars(query))
