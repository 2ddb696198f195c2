"""Customers the vendor keeps to itself."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.ids import IdColumn, TypeID


class DirectEngagement(Base):
    """A note that the vendor talks to a customer itself; while it is recent, nobody else registers there (A-29).

    Notes are never changed: `created_at` says from when on one counts, and the latest one is what stands on the list.
    """

    __tablename__ = "deals_direct_engagement"
    id: Mapped[TypeID] = mapped_column(IdColumn("dde"), primary_key=True)
    customer_name: Mapped[str] = mapped_column(String(200))
    customer_domain: Mapped[str] = mapped_column(String(253), index=True)
    last_contact_on: Mapped[date]
    created_at: Mapped[datetime]
