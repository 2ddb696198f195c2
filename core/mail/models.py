"""Tables of mail. No text and, for people with an account, no address: both are made when the mail is sent or looked at."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, TextEnum
from core.ids import IdColumn, TypeID
from core.scoping import PartnerOwned


class MailStatus(enum.StrEnum):
    """Everything but `queued` is final, until somebody sends it again with a reason."""

    QUEUED = "queued"
    HELD = "held"
    SENT = "sent"
    REFUSED = "refused"
    SUPPRESSED = "suppressed"
    DROPPED = "dropped"
    GIVEN_UP = "given_up"


class Mail(PartnerOwned, Base):
    """One mail to one person; its id is the Message-ID, so that a second delivery is recognised.

    `key` makes a digest unique per person and day. `link` is the personal no-login link, encrypted, and erased when the mail is final.
    """

    __tablename__ = "core_mail"
    __table_args__ = (Index("ix_core_mail_status_due_at", "status", "due_at"),)
    id: Mapped[TypeID] = mapped_column(IdColumn("eml"), primary_key=True)
    partner_id: Mapped[TypeID | None] = mapped_column(IdColumn("prt"), ForeignKey("partners_partner.id"), index=True)  # type: ignore[assignment]
    user_id: Mapped[TypeID] = mapped_column(IdColumn("usr"), ForeignKey("core_user.id"), index=True)
    kind: Mapped[str] = mapped_column(String(80), index=True)
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    status: Mapped[MailStatus] = mapped_column(TextEnum(MailStatus))
    attempts: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(300), default="")
    link: Mapped[str | None] = mapped_column(Text)
    correlation: Mapped[str] = mapped_column(String(32), default="")


class Suppression(Base):
    """An address that a mail server told us not to write to."""

    __tablename__ = "core_mail_suppression"
    id: Mapped[TypeID] = mapped_column(IdColumn("sup"), primary_key=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)
    user_id: Mapped[TypeID | None] = mapped_column(IdColumn("usr"), ForeignKey("core_user.id"))
    reason: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]
