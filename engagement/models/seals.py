"""Sealed days: what was counted, signed and chained, so that nobody can tell another story later (architecture decision 9)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.append_only import append_only
from core.database import Base, Json
from core.ids import IdColumn, TypeID
from core.scoping import PartnerOwned


class DaySeal(PartnerOwned, Base):
    """One sealed day of one placement, or a supplement to it. The words of its fields stand at `rules.seals.Statement`.

    `members` are the ids of the events it covers (`rules.seals.pack_members`); `root` vouches for them.
    """

    __tablename__ = "engagement_day_seal"
    __table_args__ = (
        UniqueConstraint("partner_id", "placement_id", "day", "number"),
        UniqueConstraint("partner_id", "placement_id", "seq"),
    )
    id: Mapped[TypeID] = mapped_column(IdColumn("sel"), primary_key=True)
    placement_id: Mapped[TypeID] = mapped_column(IdColumn("plc"), index=True)
    day: Mapped[date] = mapped_column(index=True)
    zone: Mapped[str] = mapped_column(String(60))
    number: Mapped[int]
    seq: Mapped[int]
    events: Mapped[int]
    root: Mapped[str] = mapped_column(String(64))
    counts: Mapped[dict[str, Any]] = mapped_column(Json)
    evidenced: Mapped[dict[str, Any]] = mapped_column(Json)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(160))
    members: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sealed_at: Mapped[datetime]


append_only(DaySeal)


class SealChain(PartnerOwned, Base):
    """Where the chain of one placement stands; its signature makes a chain that was cut off at the end noticeable."""

    __tablename__ = "engagement_seal_chain"
    # Part of the key, because `NO_PLACEMENT` is the same for all partners.
    partner_id: Mapped[TypeID] = mapped_column(IdColumn("prt"), ForeignKey("partners_partner.id"), primary_key=True)
    placement_id: Mapped[TypeID] = mapped_column(IdColumn("plc"), primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    first_day: Mapped[date]
    signature: Mapped[str] = mapped_column(String(160))
