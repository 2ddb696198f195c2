"""Persons who asked for something, and what they agreed to. Personal data begins here (architecture decision 8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import fields
from core.database import Base, Json, TextEnum
from core.ids import IdColumn, TypeID
from core.scoping import PartnerOwned
from engagement.rules.consents import ANSWER_REQUEST, may_hand_over
from engagement.rules.lead_states import LeadStatus


class Lead(PartnerOwned, Base):
    """One submitted form. `source_kind` says how its source was found: click, page, utm, or partner (only the page's owner).

    `submission_key` comes with the form: the same form sent twice is one lead.
    """

    __tablename__ = "engagement_lead"
    id: Mapped[TypeID] = mapped_column(IdColumn("led"), primary_key=True)
    submission_key: Mapped[str] = mapped_column(String(64), unique=True)
    page_id: Mapped[TypeID | None] = mapped_column(IdColumn("pag"))
    asset_id: Mapped[TypeID | None] = mapped_column(IdColumn("ast"))
    placement_id: Mapped[TypeID | None] = mapped_column(IdColumn("plc"), index=True)
    campaign: Mapped[str] = mapped_column(String(100), default="")
    locale: Mapped[str] = mapped_column(String(20))
    source_kind: Mapped[str] = mapped_column(String(20))
    click_id: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    utm: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320), index=True)
    company: Mapped[str] = mapped_column(String(200), default="")
    job_title: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(60), default="")
    message: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[LeadStatus] = mapped_column(TextEnum(LeadStatus), default=LeadStatus.NEW, index=True)
    status_since: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(index=True)
    #: What the person agreed to and when they took it back, as in the consent: asked with every look at the contact.
    purpose: Mapped[str] = mapped_column(String(60), default=ANSWER_REQUEST, server_default=ANSWER_REQUEST)
    consent_ended_at: Mapped[datetime | None]
    consent: Mapped[ConsentRecord] = relationship(back_populates="lead", lazy="joined")
    steps: Mapped[list[LeadStep]] = relationship(back_populates="lead", order_by="LeadStep.at")


class ConsentRecord(PartnerOwned, Base):
    """Exactly what the person agreed to: the words themselves, their hash and version, when, where, in which language."""

    __tablename__ = "engagement_consent"
    id: Mapped[TypeID] = mapped_column(IdColumn("cns"), primary_key=True)
    lead_id: Mapped[TypeID] = mapped_column(IdColumn("led"), ForeignKey("engagement_lead.id"), unique=True)
    purpose: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    text_sha256: Mapped[str] = mapped_column(String(64))
    text_version: Mapped[str] = mapped_column(String(40))
    locale: Mapped[str] = mapped_column(String(20))
    source_page: Mapped[str] = mapped_column(String(1000))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    lead: Mapped[Lead] = relationship(back_populates="consent")


class LeadStep(PartnerOwned, Base):
    """One change of a lead's state, for its timeline. The audit log has it too; that one never holds personal data."""

    __tablename__ = "engagement_lead_step"
    id: Mapped[TypeID] = mapped_column(IdColumn("lst"), primary_key=True)
    lead_id: Mapped[TypeID] = mapped_column(IdColumn("led"), ForeignKey("engagement_lead.id"), index=True)
    status: Mapped[LeadStatus] = mapped_column(TextEnum(LeadStatus))
    actor_name: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime]
    lead: Mapped[Lead] = relationship(back_populates="steps")


fields.restrict(
    Lead,
    dict.fromkeys(("name", "email", "phone", "message"), fields.nothing),
    lambda actor, lead: may_hand_over(lead.status, lead.purpose, lead.consent_ended_at),
    "Who the person is shows once the partner has accepted the lead, and as long as the person agrees; what they look for shows before.",
)
