"""What a partner registers: a customer, a product line, an amount, and how it ended."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, Json, TextEnum
from core.ids import IdColumn, TypeID
from core.scoping import PartnerOwned
from deals.rules.stages import SalesStage
from deals.rules.states import DealStatus


class ProductLine(Base):
    """What deals are registered for. `tiers` empty: every partner may sell it; ended ones stay with their registrations.

    `submissions` numbers what is submitted for it. Whoever submits or decides locks this row first, so that two partners with the
    same customer come one after the other, however their names are spelt.
    """

    __tablename__ = "deals_product_line"
    id: Mapped[TypeID] = mapped_column(IdColumn("pdl"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    #: By locale; the first one is the fallback.
    names: Mapped[dict[str, Any]] = mapped_column(Json)
    tiers: Mapped[list[Any]] = mapped_column(Json, default=list)
    is_active: Mapped[bool] = mapped_column(default=True)
    submissions: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class Registration(PartnerOwned, Base):
    """One deal registration. `amount_minor` in minor units of `currency`; empty fields only in drafts.

    `customer_key` is the customer's registrable domain, `name_key` the name as it is compared (rules.customers).
    `place` is its number among the submissions of the product line: who is first is read from it, never from a clock.
    `conflict`: another partner's earlier registration of the same customer is still in the way; `match_kind` says how it was found.
    """

    __tablename__ = "deals_registration"
    __table_args__ = (
        CheckConstraint("amount_minor IS NULL OR amount_minor > 0", name="amount"),
        CheckConstraint("probability BETWEEN 0 AND 100", name="probability"),
    )
    id: Mapped[TypeID] = mapped_column(IdColumn("dlr"), primary_key=True)
    customer_name: Mapped[str] = mapped_column(String(200), default="")
    customer_domain: Mapped[str] = mapped_column(String(253), default="")
    customer_key: Mapped[str] = mapped_column(String(253), default="", index=True)
    name_key: Mapped[str] = mapped_column(String(200), default="")
    customer_country: Mapped[str] = mapped_column(String(2), default="")
    contact_name: Mapped[str] = mapped_column(String(200), default="")
    contact_email: Mapped[str] = mapped_column(String(320), default="")
    product_line: Mapped[str] = mapped_column(String(40), default="", index=True)
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3), default="")
    expected_close: Mapped[date | None]
    tender: Mapped[bool] = mapped_column(default=False)
    tender_published_on: Mapped[date | None]
    competitor: Mapped[str] = mapped_column(String(200), default="")
    presales_activity: Mapped[str] = mapped_column(Text, default="")
    stage: Mapped[SalesStage] = mapped_column(TextEnum(SalesStage), default=SalesStage.QUALIFIED)
    probability: Mapped[int] = mapped_column(default=25)
    lead_id: Mapped[TypeID | None] = mapped_column(IdColumn("led"), ForeignKey("engagement_lead.id"), index=True)
    #: The lead's campaign code, placement and asset, kept even if those change later.
    source_code: Mapped[str] = mapped_column(String(100), default="", index=True)
    placement_id: Mapped[TypeID | None] = mapped_column(IdColumn("plc"))
    asset_id: Mapped[TypeID | None] = mapped_column(IdColumn("ast"))
    status: Mapped[DealStatus] = mapped_column(TextEnum(DealStatus), default=DealStatus.DRAFT, index=True)
    status_since: Mapped[datetime]
    place: Mapped[int | None]
    conflict: Mapped[bool] = mapped_column(default=False)
    #: `domain`, `name`, or empty.
    match_kind: Mapped[str] = mapped_column(String(20), default="")
    protected_until: Mapped[datetime | None] = mapped_column(index=True)
    reason_code: Mapped[str] = mapped_column(String(40), default="")
    #: What the partner reads: the question, or why it was decided so.
    message: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    decided_rule_version: Mapped[str] = mapped_column(String(40), default="")
    submitted_at: Mapped[datetime | None] = mapped_column(index=True)
    decided_at: Mapped[datetime | None]
    won_at: Mapped[datetime | None]
    closed_on: Mapped[date | None]
    created_at: Mapped[datetime]
