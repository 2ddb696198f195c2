"""One row per running promise: what was agreed when it started, and how it went."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, Json, TextEnum
from core.ids import IdColumn, TypeID
from core.scoping import PartnerOwned
from core.sla.kinds import Consequence


class SlaClock(PartnerOwned, Base):
    """Everything that was promised is frozen at the start: calendar, minutes, levels, consequence, version of the programme.

    `round` counts the clocks of one object (a request handed in again starts a new one). `next_at` is when the job has to look again;
    None while it is paused, stopped, or everything has been told. `level` is the highest one told and never falls.
    """

    __tablename__ = "core_sla_clock"
    __table_args__ = (
        UniqueConstraint("kind", "object_id", "round"),
        CheckConstraint("target_minutes > 0", name="target"),
        CheckConstraint("stopped_at IS NULL OR next_at IS NULL", name="stopped_is_over"),
        Index("ix_core_sla_clock_next", "next_at", sqlite_where=text("next_at IS NOT NULL"), postgresql_where=text("next_at IS NOT NULL")),
        Index("ix_core_sla_clock_open", "due_at", "id", sqlite_where=text("stopped_at IS NULL"), postgresql_where=text("stopped_at IS NULL")),
    )
    id: Mapped[TypeID] = mapped_column(IdColumn("slc"), primary_key=True)
    # The kernel knows no partners: the id without the key that would point upwards.
    partner_id: Mapped[TypeID] = mapped_column(IdColumn("prt"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(40), index=True)
    round: Mapped[int] = mapped_column(default=1)
    calendar: Mapped[dict[str, Any]] = mapped_column(Json)
    #: [[percent, who], …] in order.
    levels: Mapped[list[Any]] = mapped_column(Json)
    target_minutes: Mapped[int]
    consequence: Mapped[Consequence] = mapped_column(TextEnum(Consequence))
    programme_version: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime]
    #: [[from, to], …], ended ones; an open pause is `paused_at`.
    pauses: Mapped[list[Any]] = mapped_column(Json, default=list)
    paused_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    level: Mapped[int] = mapped_column(default=0)
    #: The consequence that took effect; empty before, and where it was refused (`refused_code`).
    consequence_done: Mapped[str] = mapped_column(String(40), default="")
    consequence_at: Mapped[datetime | None]
    refused_code: Mapped[str] = mapped_column(String(60), default="")
    escalated_at: Mapped[datetime | None]
    escalated_by: Mapped[str] = mapped_column(String(40), default="")
    stopped_at: Mapped[datetime | None] = mapped_column(index=True)
    #: User id, or `system` for what the hub itself decided.
    stopped_by: Mapped[str] = mapped_column(String(40), default="")
    #: `decided`, `by_timeout`, or `withdrawn`, which counts in no rate.
    result: Mapped[str] = mapped_column(String(20), default="", index=True)
    elapsed_minutes: Mapped[int | None]
    within_sla: Mapped[bool | None]
