"""Tables of decisions and appeals. The database refuses to change or delete a decision."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.append_only import append_only
from core.database import Base, Json, TextEnum
from core.ids import IdColumn, TypeID
from core.scoping import PartnerOwned


class Decision(PartnerOwned, Base):
    """One result of one rule for one object. `inputs` hold ids in place of personal data and are all that the rule was given.

    `values` name the failed criterion and what would be needed (`register.Verdict`). `actor_kind` `system`: the hub decided itself.
    """

    __tablename__ = "core_decision"
    __table_args__ = (Index("ix_core_decision_object", "object_id", "rule"), Index("ix_core_decision_list", "rule", "result"))
    id: Mapped[TypeID] = mapped_column(IdColumn("dcs"), primary_key=True)
    # The kernel knows no partners: the id without the key that would point upwards.
    partner_id: Mapped[TypeID] = mapped_column(IdColumn("prt"), index=True)
    object_id: Mapped[str] = mapped_column(String(40))
    rule: Mapped[str] = mapped_column(String(80))
    rule_version: Mapped[str] = mapped_column(String(20))
    programme_version: Mapped[str] = mapped_column(String(20))
    inputs: Mapped[dict[str, Any]] = mapped_column(Json)
    result: Mapped[str] = mapped_column(String(40))
    reason_code: Mapped[str] = mapped_column(String(60), default="")
    values: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    way_out: Mapped[str] = mapped_column(String(60), default="")
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str] = mapped_column(String(40), default="")
    decided_at: Mapped[datetime] = mapped_column(index=True)


append_only(Decision)


class AppealState(enum.StrEnum):
    """`upheld`: the decision stands; `overturned`: it does not, and the object is open again."""

    OPEN = "open"
    UPHELD = "upheld"
    OVERTURNED = "overturned"


class Appeal(PartnerOwned, Base):
    """The partner's objection to one decision, once; decided by somebody else than whoever decided first."""

    __tablename__ = "core_appeal"
    id: Mapped[TypeID] = mapped_column(IdColumn("apl"), primary_key=True)
    partner_id: Mapped[TypeID] = mapped_column(IdColumn("prt"), index=True)
    decision_id: Mapped[TypeID] = mapped_column(IdColumn("dcs"), ForeignKey("core_decision.id"), unique=True)
    object_id: Mapped[str] = mapped_column(String(40), index=True)
    state: Mapped[AppealState] = mapped_column(TextEnum(AppealState), default=AppealState.OPEN, index=True)
    text: Mapped[str] = mapped_column(Text)
    raised_by: Mapped[str] = mapped_column(String(40))
    raised_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(40), default="")
    decided_at: Mapped[datetime | None]
