"""Writers number their entries without gaps, so that one that is deleted before it was sealed is missed.

A numbering that all transactions share would make them queue. So each open transaction has a *lane* of its own: an id and
how many entries were ever committed in it. The lane's row is written in the same transaction as its entries; the process
remembers the number as well, so a row that somebody turns back shows as a gap with the next entry.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import String, update
from sqlalchemy.orm import Mapped, mapped_column

from core.audit.entries import AuditEntry, as_bytes, written_in
from core.audit.pressing import holds, press
from core.database import Base
from core.ids import IdColumn, TypeID, new_id

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.settings import Settings


_LANE = "audit_lane"


class AuditLane(Base):
    """How many entries one writer has committed; `mark` is pressed over both."""

    __tablename__ = "core_audit_lane"
    id: Mapped[TypeID] = mapped_column(IdColumn("lan"), primary_key=True)
    written: Mapped[int]
    mark: Mapped[str] = mapped_column(String(64))


@dataclass
class Lane:
    id: TypeID
    written: int = 0


class Lanes:
    """The free lanes of this process. A lane whose transaction failed is not used again: nobody knows what became of it."""

    def __init__(self) -> None:
        self._free: list[Lane] = []
        self._lock = threading.Lock()
        self._pid = os.getpid()

    def take(self) -> Lane:
        with self._lock:
            if self._pid != os.getpid():  # after a fork the parent goes on with them
                self._free, self._pid = [], os.getpid()
            return self._free.pop() if self._free else Lane(new_id("lan"))

    def give_back(self, lane: Lane) -> None:
        with self._lock:
            self._free.append(lane)


def reserve(ctx: Ctx) -> None:
    """Takes the lane with the transaction's first entry, not at the commit: so ids and places of a lane have one order."""
    if _LANE not in ctx.session.info:
        ctx.session.info[_LANE] = ctx.database.lanes.take()


@contextmanager
def numbered(ctx: Ctx) -> Iterator[None]:
    """Around the commit: gives the transaction's audit entries their places and marks."""
    lane: Lane | None = ctx.session.info.pop(_LANE, None)
    entries = written_in(ctx.session)
    if entries:
        assert lane is not None
        number_entries(ctx, entries, lane)
    yield
    if lane is not None:
        ctx.database.lanes.give_back(lane)


def number_entries(ctx: Ctx, entries: list[AuditEntry], lane: Lane) -> None:
    """Writes places, marks and the lane's row."""
    first = lane.written == 0
    for entry in entries:
        lane.written += 1
        entry.lane, entry.place = lane.id, lane.written
        entry.mark = press(ctx.settings, "entry", _told(entry))
    mark = press(ctx.settings, "lane", _lane_told(lane.id, lane.written))
    if first:
        ctx.session.add(AuditLane(id=lane.id, written=lane.written, mark=mark))
    else:
        ctx.session.execute(update(AuditLane).where(AuditLane.id == lane.id).values(written=lane.written, mark=mark))


def press_again(ctx: Ctx, lane: AuditLane) -> None:
    """The lane's mark for its present count, under the present secret."""
    lane.mark = press(ctx.settings, "lane", _lane_told(lane.id, lane.written))


def entry_is_ours(settings: Settings, entry: AuditEntry) -> bool:
    """True when this hub wrote exactly this, in this place."""
    return entry.lane is not None and holds(settings, "entry", _told(entry), entry.mark)


def lane_is_ours(settings: Settings, lane: AuditLane) -> bool:
    return holds(settings, "lane", _lane_told(lane.id, lane.written), lane.mark)


def _told(entry: AuditEntry) -> bytes:
    return as_bytes([*entry.told(), str(entry.lane), entry.place])


def _lane_told(lane: TypeID, written: int) -> bytes:
    return f"{lane}:{written}".encode()
