"""Tables of privacy: what persons asked for, what the retention job did, and what must not be deleted now."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, Json, TextEnum
from core.ids import IdColumn, TypeID


class RequestKind(enum.StrEnum):
    ACCESS = "access"
    ERASURE = "erasure"


class RequestStatus(enum.StrEnum):
    OPEN = "open"
    READY = "ready"
    FINISHING = "finishing"
    DONE = "done"
    REFUSED = "refused"
    EXPIRED = "expired"


class PrivacyRequest(Base):
    """A person asks for a copy or to be forgotten. Who the person is stands here only until the request is closed by an erasure.

    `due_on` is one month after receipt (Art. 12 (3) GDPR). `checked_how` says how the identity was checked; `created_by` did it.
    `counts` and `review` are what an erasure touched and what a person still has to look at: numbers and ids.
    """

    __tablename__ = "core_privacy_request"
    id: Mapped[TypeID] = mapped_column(IdColumn("prq"), primary_key=True)
    kind: Mapped[RequestKind] = mapped_column(TextEnum(RequestKind))
    status: Mapped[RequestStatus] = mapped_column(TextEnum(RequestStatus), default=RequestStatus.OPEN, index=True)
    email: Mapped[str] = mapped_column(String(320))
    names: Mapped[list[Any]] = mapped_column(Json, default=list)
    locale: Mapped[str] = mapped_column(String(20))
    checked_how: Mapped[str] = mapped_column(String(500))
    needs_second: Mapped[bool] = mapped_column(Boolean, default=False)
    received_on: Mapped[date]
    due_on: Mapped[date]
    created_by: Mapped[TypeID | None] = mapped_column(IdColumn("usr"))
    created_at: Mapped[datetime]
    done_by: Mapped[TypeID | None] = mapped_column(IdColumn("usr"))
    done_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    pseudonym: Mapped[str] = mapped_column(String(60), default="")
    counts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    review: Mapped[list[Any]] = mapped_column(Json, default=list)
    object_key: Mapped[str] = mapped_column(String(64), default="")
    expires_at: Mapped[datetime | None]
    downloaded_at: Mapped[datetime | None]


class RetentionRun(Base):
    """One pass of the retention job, or what it would have done. `counts` by rule."""

    __tablename__ = "core_retention_run"
    id: Mapped[TypeID] = mapped_column(IdColumn("rtr"), primary_key=True)
    dry_run: Mapped[bool] = mapped_column(Boolean, default=False)
    started_at: Mapped[datetime] = mapped_column(index=True)
    counts: Mapped[dict[str, Any]] = mapped_column(Json)
    held: Mapped[int] = mapped_column(default=0)


class LegalHold(Base):
    """A record that is evidence: neither retention nor erasure touches it until the hold is lifted."""

    __tablename__ = "core_legal_hold"
    id: Mapped[TypeID] = mapped_column(IdColumn("lgh"), primary_key=True)
    object_id: Mapped[str] = mapped_column(String(40), index=True)
    reason: Mapped[str] = mapped_column(String(500))
    set_by: Mapped[TypeID | None] = mapped_column(IdColumn("usr"))
    set_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
