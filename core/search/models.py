"""What can be found, as one table over all rooms; and the pages a person was at last."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core import rls
from core.append_only import create_with
from core.database import Base
from core.ids import IdColumn, TypeID
from core.search import schema


class SearchDocument(Base):
    """One object in one language. It repeats what the rooms keep and can be thrown away and built again at any time.

    Each side of the house has its own door: an address and the permission that opens it; an empty address is no door.
    `partner_id` None: nobody's in particular; whether a partner may find it then is asked of the room (`entitled`).
    `locale` is the language of the text or another mark that tells the documents of one object apart.
    """

    __tablename__ = "core_search_document"
    __table_args__ = (UniqueConstraint("kind", "object_id", "locale"), Index("ix_core_search_document_object", "object_id"))
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(40))
    locale: Mapped[str] = mapped_column(String(20), default="")
    partner_id: Mapped[TypeID | None] = mapped_column(IdColumn("prt"), index=True)
    desk_href: Mapped[str] = mapped_column(String(300), default="")
    desk_permission: Mapped[str] = mapped_column(String(80), default="")
    portal_href: Mapped[str] = mapped_column(String(300), default="")
    portal_permission: Mapped[str] = mapped_column(String(80), default="")
    title: Mapped[str] = mapped_column(String(500))
    body: Mapped[str] = mapped_column(Text, default="")
    title_terms: Mapped[str] = mapped_column(Text, default="")
    body_terms: Mapped[str] = mapped_column(Text, default="")
    #: What the room says changes with the object; another one than here means that the document is out of date.
    stamp: Mapped[str] = mapped_column(String(200), default="")
    recent_at: Mapped[datetime]


create_with(SearchDocument.__table__, schema.statements)
rls.guard(SearchDocument.__table__, rls.RowRights(own="partner_id = {partner}", reads="partner_id is null and portal_href <> ''"))


class RecentPage(Base):
    """An address and when; never a title, for that may be somebody's name. What it is called is asked when it is shown."""

    __tablename__ = "core_recent_page"
    user_id: Mapped[TypeID] = mapped_column(IdColumn("usr"), ForeignKey("core_user.id", ondelete="CASCADE"), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    visited_at: Mapped[datetime]


rls.guard(RecentPage.__table__, rls.RowRights(own="user_id = any(array(select u.id from core_user u where u.organization_id = {partner}))"))
