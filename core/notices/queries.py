"""Reads of a person's own notices; nobody's but the actor's, whatever the address says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select

from core.errors import NotFound
from core.ids import TypeID
from core.notices.models import Notice
from core.paging import Page, page_of

if TYPE_CHECKING:
    from core.ctx import Ctx

#: The bell counts so far; more is "many" for a person.
MOST_COUNTED = 99


def own(ctx: Ctx) -> Select[Any]:
    """The list of the actor."""
    return select(Notice).where(Notice.user_id == ctx.actor.user_id, Notice.in_app)


def unread_count(ctx: Ctx) -> int:
    """At most one more than `MOST_COUNTED`: one look into an index, however many there are."""
    few = select(Notice.id).where(Notice.user_id == ctx.actor.user_id, Notice.in_app, Notice.read_at.is_(None)).limit(MOST_COUNTED + 1)
    return ctx.session.scalar(select(func.count()).select_from(few.subquery())) or 0


def notices_page(ctx: Ctx, *, unread: bool, before: str, after: str) -> Page[Notice]:
    query = own(ctx).where(Notice.read_at.is_(None)) if unread else own(ctx)
    return page_of(ctx.session, query, Notice.id, before=before, after=after)


def own_notice(ctx: Ctx, notice_id: TypeID) -> Notice:
    """Raises NotFound for anybody else's."""
    found: Notice | None = ctx.session.scalar(own(ctx).where(Notice.id == notice_id))
    if found is None:
        raise NotFound("notice")
    return found
