"""The partner record. Its key is the organization's key (architecture, Contracts)."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core import fields, rls
from core.database import Base, TextEnum
from core.ids import IdColumn, TypeID
from core.scoping import PartnerOwned
from partners.bank_rules import masked


class PartnerStatus(enum.StrEnum):
    """Requirements section 6."""

    PROSPECT = "prospect"
    APPLIED = "applied"
    IN_REVIEW = "in_review"
    ACCEPTED = "accepted"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    REJECTED = "rejected"


class PartnerModel(enum.StrEnum):
    RESELLER = "reseller"
    MSP = "msp"
    OEM = "oem"
    INFLUENCER = "influencer"
    DISTRIBUTOR = "distributor"


class Partner(Base):
    __tablename__ = "partners_partner"
    id: Mapped[TypeID] = mapped_column(IdColumn("prt"), ForeignKey("core_organization.id"), primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    legal_name: Mapped[str] = mapped_column(String(200))
    display_name: Mapped[str] = mapped_column(String(200))
    domain: Mapped[str] = mapped_column(String(253))
    country: Mapped[str] = mapped_column(String(2))
    region: Mapped[str] = mapped_column(String(40), index=True)
    tier: Mapped[str] = mapped_column(String(40))
    partner_model: Mapped[PartnerModel] = mapped_column(TextEnum(PartnerModel))
    locales: Mapped[list[Any]]
    status: Mapped[PartnerStatus] = mapped_column(TextEnum(PartnerStatus), index=True)
    accepted_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @property
    def locale(self) -> str:
        """The language the partner publishes in."""
        return str(self.locales[0])


rls.guard(Partner.__table__, rls.RowRights(own="id = {partner}"))


class BankAccount(PartnerOwned, Base):
    """One per partner. The stored number is plain; who sees it is `partners.bank`."""

    __tablename__ = "partners_bank_account"
    __table_args__ = (UniqueConstraint("partner_id"),)
    id: Mapped[TypeID] = mapped_column(IdColumn("bac"), primary_key=True)
    holder: Mapped[str] = mapped_column(String(200))
    iban: Mapped[str] = mapped_column(String(40))
    bic: Mapped[str] = mapped_column(String(11))
    changed_by: Mapped[TypeID | None] = mapped_column(IdColumn("usr"))
    changed_by_name: Mapped[str] = mapped_column(String(200), default="")
    changed_at: Mapped[datetime]


fields.restrict(
    BankAccount,
    {"iban": masked, "bic": fields.nothing, "holder": fields.nothing},
    lambda actor, row: actor.may("partners:bank:read"),
    "The full account is for the partner's administrator and for who pays.",
)
