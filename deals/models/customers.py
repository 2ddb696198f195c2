"""End customers as far as registrations meet at them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.ids import IdColumn, TypeID


class CustomerLine(Base):
    """One customer and one product line: the row that every submission for them locks first, and that numbers them.

    `key` is a domain or a name with the product line (`rules.customers.lock_keys`). It says nothing about who submitted.
    """

    __tablename__ = "deals_customer_line"
    key: Mapped[str] = mapped_column(String(400), primary_key=True)
    submissions: Mapped[int] = mapped_column(default=0)


class DirectEngagement(Base):
    """A customer the vendor talks to itself; while it is recent, nobody else registers there (A-29)."""

    __tablename__ = "deals_direct_engagement"
    id: Mapped[TypeID] = mapped_column(IdColumn("dde"), primary_key=True)
    customer_name: Mapped[str] = mapped_column(String(200))
    customer_domain: Mapped[str] = mapped_column(String(253), index=True)
    last_contact_on: Mapped[date]
    created_at: Mapped[datetime]
