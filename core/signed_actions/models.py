"""One row per link. The link carries a random token, the table only its hash: a leaked table opens nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.ids import IdColumn, TypeID


class SignedAction(Base):
    """Scope: one kind, one object, these params, this person. `used_at` is set by a conditional UPDATE, so once."""

    __tablename__ = "core_signed_action"
    __table_args__ = (Index("ix_core_signed_action_kind_object", "kind", "object_id"),)
    id: Mapped[TypeID] = mapped_column(IdColumn("sga"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(80))
    object_id: Mapped[str] = mapped_column(String(40))
    params: Mapped[dict[str, Any]]
    user_id: Mapped[TypeID] = mapped_column(IdColumn("usr"), ForeignKey("core_user.id"), index=True)
    #: Where the link was sent; another address than the account's own tells in an investigation which mailbox leaked.
    email: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
