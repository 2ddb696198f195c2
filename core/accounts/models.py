"""Tables of identity. A partner's organization shares its UUID with `partners.Partner`."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core import rls
from core.database import Base, TextEnum
from core.ids import IdColumn, TypeID


class OrganizationKind(enum.StrEnum):
    VENDOR = "vendor"
    PARTNER = "partner"


class Organization(Base):
    __tablename__ = "core_organization"
    id: Mapped[TypeID] = mapped_column(IdColumn("org"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[OrganizationKind] = mapped_column(TextEnum(OrganizationKind))
    locale: Mapped[str] = mapped_column(String(20), default="en")

    @property
    def partner_id(self) -> TypeID | None:
        """The partner that shares this key; None for the vendor."""
        return TypeID.of("prt", self.id.uuid) if self.kind is OrganizationKind.PARTNER else None


class User(Base):
    __tablename__ = "core_user"
    id: Mapped[TypeID] = mapped_column(IdColumn("usr"), primary_key=True)
    organization_id: Mapped[TypeID] = mapped_column(IdColumn("org"), ForeignKey("core_organization.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(40))
    locale: Mapped[str] = mapped_column(String(20), default="en")
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]


class UserSession(Base):
    """The cookie holds a random token, the table only its hash: a leaked table opens no session."""

    __tablename__ = "core_session"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[TypeID] = mapped_column(IdColumn("usr"), ForeignKey("core_user.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SignInAttempt(Base):
    """Failed sign-ins by account and by network, for the rate limit; keyed hashes, no address in clear."""

    __tablename__ = "core_sign_in_attempt"
    __table_args__ = (Index("ix_core_sign_in_attempt_who_at", "who", "at"),)
    id: Mapped[TypeID] = mapped_column(IdColumn("sia"), primary_key=True)
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


#: A partner's people see their own organization and who stands on the vendor's side of a record.
_VENDORS = "array(select o.id from core_organization o where o.kind = 'vendor')"
rls.guard(Organization.__table__, rls.RowRights(own="id = {partner}", reads="kind = 'vendor'"))
rls.guard(User.__table__, rls.RowRights(own="organization_id = {partner}", reads=f"organization_id = any({_VENDORS})"))
rls.guard(UserSession.__table__, rls.RowRights(own="user_id = any(array(select u.id from core_user u where u.organization_id = {partner}))"))
