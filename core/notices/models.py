"""Tables of notices: what was said to whom (ids and values, no text), and how each person wants to hear it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, Json, TextEnum
from core.ids import IdColumn, TypeID
from core.notices.kinds import Channel
from core.scoping import PartnerOwned


class Notice(PartnerOwned, Base):
    """One line for one person. `partner_id` is the reader's partner, NULL on the vendor's side.

    `key` makes a reminder unique per person; `mail` is how it goes out, `mail_id` the mail that carries it.
    """

    __tablename__ = "core_notice"
    __table_args__ = (
        Index("ix_core_notice_reader", "user_id", "in_app", "read_at"),
        Index("ix_core_notice_mail", "mail", "mail_id"),
        Index("uq_core_notice_key", "user_id", "key", unique=True),
    )
    id: Mapped[TypeID] = mapped_column(IdColumn("ntc"), primary_key=True)
    partner_id: Mapped[TypeID | None] = mapped_column(IdColumn("prt"), ForeignKey("partners_partner.id"), index=True)  # type: ignore[assignment]
    user_id: Mapped[TypeID] = mapped_column(IdColumn("usr"), ForeignKey("core_user.id"))
    kind: Mapped[str] = mapped_column(String(80))
    params: Mapped[dict[str, Any]] = mapped_column(Json)
    href: Mapped[str] = mapped_column(String(400))
    object_id: Mapped[str] = mapped_column(String(40), default="", index=True)
    action: Mapped[str | None] = mapped_column(String(80))
    key: Mapped[str | None] = mapped_column(String(200))
    in_app: Mapped[bool] = mapped_column(default=True)
    mail: Mapped[Channel] = mapped_column(TextEnum(Channel), default=Channel.OFF)
    mail_id: Mapped[TypeID | None] = mapped_column(IdColumn("eml"), index=True)
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class NoticeSetting(Base):
    """What a person chose for one kind; no row means what the kind declares."""

    __tablename__ = "core_notice_setting"
    user_id: Mapped[TypeID] = mapped_column(IdColumn("usr"), ForeignKey("core_user.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(80), primary_key=True)
    in_app: Mapped[bool] = mapped_column(default=True)
    mail: Mapped[Channel] = mapped_column(TextEnum(Channel))
    changed_at: Mapped[datetime]
