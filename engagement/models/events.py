"""What happened, one row each, and the plumbing that brings it here exactly once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, types
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, Json
from core.ids import IdColumn, TypeID
from core.scoping import PartnerOwned


class RawId(types.TypeDecorator[bytes]):
    """The 16 bytes of an id as they are, in the same column that `IdColumn` reads: for the drain's mass inserts.

    Turning each id into its text form and back costs more than inserting the row.
    """

    impl = types.LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(_UuidOfBytes())
        return dialect.type_descriptor(types.LargeBinary(16))

    @staticmethod
    def for_driver(dialect: Any) -> Callable[[bytes], Any] | None:
        """How the 16 bytes have to be handed to the driver itself; None: as they are."""
        return bytes.hex if dialect.name == "postgresql" else None


class _UuidOfBytes(types.TypeDecorator[bytes]):
    impl = types.Uuid()
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Any) -> uuid.UUID | None:
        return None if value is None else uuid.UUID(bytes=value)


class Event(PartnerOwned, Base):
    """One thing a visitor's browser did. No address, no user agent: `visitor` is a hash whose salt is gone after the day.

    `id` is the batch id plus the event's place in the batch. `verdict` is `valid` or the reason why it does not count.
    Without placement or asset the id is `NO_PLACEMENT` or `NO_ASSET`. `rule` names the version of the rules by which it was
    judged and, for `viewable`, measured. `page` (host and path) stands only at the first row of a batch.
    """

    __tablename__ = "engagement_event"
    __table_args__ = {"sqlite_with_rowid": False}
    id: Mapped[TypeID] = mapped_column(IdColumn("evt"), primary_key=True)
    # Without the usual index: events are read by day, and each index is paid for with every event.
    partner_id: Mapped[TypeID] = mapped_column(IdColumn("prt"), ForeignKey("partners_partner.id"))
    kind: Mapped[str] = mapped_column(String(20))
    verdict: Mapped[str] = mapped_column(String(40))
    placement_id: Mapped[TypeID] = mapped_column(IdColumn("plc"))
    asset_id: Mapped[TypeID] = mapped_column(IdColumn("ast"))
    locale: Mapped[str] = mapped_column(String(20))
    received_ms: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[date] = mapped_column(index=True)
    visitor: Mapped[bytes | None] = mapped_column(LargeBinary(8))
    rule: Mapped[int]
    page: Mapped[str | None] = mapped_column(String(300))


class ClickId(PartnerOwned, Base):
    """What a `cp_click` stands for: kept 90 days, so that a lead weeks later still knows where it came from."""

    __tablename__ = "engagement_click"
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    placement_id: Mapped[TypeID] = mapped_column(IdColumn("plc"))
    asset_id: Mapped[TypeID] = mapped_column(IdColumn("ast"))
    locale: Mapped[str] = mapped_column(String(20))
    campaign: Mapped[str] = mapped_column(String(100), default="")
    utm: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    clicked_at: Mapped[datetime] = mapped_column(index=True)


class DaySalt(Base):
    """The secret of one day. Overwritten and deleted when the day is over: then nobody can compute a visitor's key again."""

    __tablename__ = "engagement_day_salt"
    day: Mapped[date] = mapped_column(primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))


class SpoolOffset(Base):
    """How far a spool segment has been taken over, in the transaction of its rows: this makes the drain exactly-once.

    Rows outlive their file: a file that a power cut brings back must not be counted twice.
    """

    __tablename__ = "engagement_spool_offset"
    segment: Mapped[str] = mapped_column(String(64), primary_key=True)
    taken_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    damaged: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(index=True)
