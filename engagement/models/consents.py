"""That somebody was told of a withdrawn consent, and that they have acted on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, Json
from core.ids import IdColumn, TypeID
from core.scoping import PartnerOwned


class WithdrawalNotice(PartnerOwned, Base):
    """One receiver of one lead. `body` and `signature` (Ed25519) are what the receiver got; ids only, nobody's name.

    `acknowledged_at` is empty until the receiver says that the data is gone there; until then it is an open task.
    """

    __tablename__ = "engagement_withdrawal_notice"
    __table_args__ = (UniqueConstraint("consent_id", "receiver"),)
    id: Mapped[TypeID] = mapped_column(IdColumn("wdn"), primary_key=True)
    consent_id: Mapped[TypeID] = mapped_column(IdColumn("cns"), ForeignKey("engagement_consent.id"))
    lead_id: Mapped[TypeID] = mapped_column(IdColumn("led"), ForeignKey("engagement_lead.id"), index=True)
    receiver: Mapped[str] = mapped_column(String(60))
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    signature: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(index=True)
    delivered_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None] = mapped_column(index=True)
    acknowledged_by: Mapped[str] = mapped_column(String(40), default="")
