"""The table of tasks. Derived from the rooms' own state: it may be emptied and built again at any time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, Json
from core.ids import IdColumn, TypeID
from core.scoping import PartnerOwned

_OPEN = text("done_at IS NULL")


class Task(PartnerOwned, Base):
    """`partner_id` is the side whose turn it is (NULL: the vendor's), `about_partner_id` the partner it is about.

    One open row per object and code. `barred` lists people (`|usr_…|`) whom separation of duties keeps from it; `user_id` has taken it.
    """

    __tablename__ = "core_task"
    __table_args__ = (
        Index("uq_core_task_open", "kind", "object_id", "code", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_core_task_side", "partner_id", "done_at", "sort_key"),
        Index("ix_core_task_object", "kind", "object_id"),
    )
    id: Mapped[TypeID] = mapped_column(IdColumn("tsk"), primary_key=True)
    partner_id: Mapped[TypeID | None] = mapped_column(IdColumn("prt"), ForeignKey("partners_partner.id"), index=True)  # type: ignore[assignment]
    about_partner_id: Mapped[TypeID | None] = mapped_column(IdColumn("prt"), ForeignKey("partners_partner.id"), index=True)
    kind: Mapped[str] = mapped_column(String(80))
    object_id: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(40))
    permission: Mapped[str] = mapped_column(String(80))
    params: Mapped[dict[str, Any]] = mapped_column(Json)
    href: Mapped[str] = mapped_column(String(400))
    barred: Mapped[str] = mapped_column(String(400), default="")
    since: Mapped[datetime]
    due_at: Mapped[datetime | None]
    #: Due date, then id, as one text that pages go by; without a due date last.
    sort_key: Mapped[str] = mapped_column(String(60), unique=True)
    user_id: Mapped[TypeID | None] = mapped_column(IdColumn("usr"), ForeignKey("core_user.id"), index=True)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
