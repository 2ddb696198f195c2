"""Tables of the enablement room. No decision lives here."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.accounts import User
from core.database import Base, Json, TextEnum
from core.ids import IdColumn, TypeID
from core.scoping import PartnerOwned
from enablement.rules import AwardStatus


class GatedAction(StrEnum):
    """What a gate may stand in front of; the rooms that own these actions ask `gate_for`."""

    DEAL_REGISTRATION = "deal_registration"
    MDF_REQUEST = "mdf_request"


class LearningRole(StrEnum):
    """For whom a course was written (S-041)."""

    SALES = "sales"
    PRESALES = "presales"
    MARKETING = "marketing"
    DELIVERY = "delivery"


class Certification(Base):
    """A course with its quiz and what passing it is worth. Texts are content: by locale, English behind every other language.

    `pass_mark` in percent, inclusive. `questions_asked` of the pool make up one attempt. `needs_confirmation`: somebody of the vendor
    issues the award after the quiz.
    """

    __tablename__ = "enablement_certification"
    id: Mapped[TypeID] = mapped_column(IdColumn("crt"), primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    role: Mapped[LearningRole] = mapped_column(TextEnum(LearningRole))
    titles: Mapped[dict[str, Any]] = mapped_column(Json)
    summaries: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    lessons: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    valid_months: Mapped[int]
    renewal_days: Mapped[int]
    pass_mark: Mapped[int]
    questions_asked: Mapped[int]
    cool_down_hours: Mapped[int]
    needs_confirmation: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    questions: Mapped[list[Question]] = relationship(order_by="Question.position", back_populates="certification")


class Question(Base):
    """One question with one right answer. Never changed, only retired: attempts refer to what was really asked.

    `answers` are lists by locale in one order; `correct` is a position in it.
    """

    __tablename__ = "enablement_question"
    id: Mapped[TypeID] = mapped_column(IdColumn("qst"), primary_key=True)
    certification_id: Mapped[TypeID] = mapped_column(IdColumn("crt"), ForeignKey("enablement_certification.id"), index=True)
    position: Mapped[int]
    prompts: Mapped[dict[str, Any]] = mapped_column(Json)
    answers: Mapped[dict[str, Any]] = mapped_column(Json)
    explanations: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    correct: Mapped[int]
    retired_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    certification: Mapped[Certification] = relationship(back_populates="questions")


_ONGOING = text("status = 'in_progress'")


class Award(PartnerOwned, Base):
    """What one person has of one certification; each renewal is an award of its own, so that any past day can be told.

    `valid_from` and `valid_until` both count. `partner_id` is the person's partner when it began.
    """

    __tablename__ = "enablement_award"
    __table_args__ = (
        Index("ix_enablement_award_partner_certification", "partner_id", "certification_id"),
        Index("uq_enablement_award_ongoing", "certification_id", "user_id", unique=True, sqlite_where=_ONGOING, postgresql_where=_ONGOING),
    )
    id: Mapped[TypeID] = mapped_column(IdColumn("awd"), primary_key=True)
    certification_id: Mapped[TypeID] = mapped_column(IdColumn("crt"), ForeignKey("enablement_certification.id"), index=True)
    user_id: Mapped[TypeID] = mapped_column(IdColumn("usr"), ForeignKey("core_user.id"), index=True)
    status: Mapped[AwardStatus] = mapped_column(TextEnum(AwardStatus), default=AwardStatus.IN_PROGRESS, index=True)
    started_at: Mapped[datetime]
    passed_on: Mapped[date | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None] = mapped_column(index=True)
    renewal_from: Mapped[date | None]
    revoked_on: Mapped[date | None]
    revoked_reason: Mapped[str] = mapped_column(String(500), default="")
    certification: Mapped[Certification] = relationship(lazy="joined", innerjoin=True)
    holder: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class Attempt(PartnerOwned, Base):
    """One try at a quiz. `asked`: the questions and the order of their answers as they were shown; `given`: positions in stored order."""

    __tablename__ = "enablement_attempt"
    id: Mapped[TypeID] = mapped_column(IdColumn("atm"), primary_key=True)
    award_id: Mapped[TypeID] = mapped_column(IdColumn("awd"), ForeignKey("enablement_award.id"), index=True)
    certification_id: Mapped[TypeID] = mapped_column(IdColumn("crt"), ForeignKey("enablement_certification.id"), index=True)
    user_id: Mapped[TypeID] = mapped_column(IdColumn("usr"), ForeignKey("core_user.id"), index=True)
    asked: Mapped[list[Any]] = mapped_column(Json)
    given: Mapped[dict[str, Any] | None] = mapped_column(Json)
    right: Mapped[int | None]
    passed: Mapped[bool | None]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class GateRule(Base):
    """How many people of a partner must hold a certification before the partner may act."""

    __tablename__ = "enablement_gate"
    __table_args__ = (UniqueConstraint("action", "certification_id"),)
    id: Mapped[TypeID] = mapped_column(IdColumn("gat"), primary_key=True)
    action: Mapped[GatedAction] = mapped_column(TextEnum(GatedAction))
    certification_id: Mapped[TypeID] = mapped_column(IdColumn("crt"), ForeignKey("enablement_certification.id"))
    minimum_holders: Mapped[int]
    certification: Mapped[Certification] = relationship(lazy="joined", innerjoin=True)


__all__ = ["Attempt", "Award", "AwardStatus", "Certification", "GateRule", "GatedAction", "LearningRole", "Question"]
