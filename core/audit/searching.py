"""Searching the log: one filter for the page, its export and the sentence that says what was asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, or_, select

from core.audit.entries import AuditEntry
from core.audit.reading import ToldEntry, readable
from core.ids import TypeID
from core.paging import PAGE_ROWS, Page, cut, literal
from core.permissions import Perm

if TYPE_CHECKING:
    from core.ctx import Ctx

#: Rows of one export; a larger question is asked in parts.
MOST_EXPORTED = 50_000


@dataclass(frozen=True)
class AuditFilter:
    """What is asked for; empty means all. `who` is a person's id or a part of a name, `action` the beginning or a word of it."""

    who: str = ""
    action: str = ""
    object_id: str = ""
    partner_id: str = ""
    correlation: str = ""
    first: date | None = None
    last: date | None = None
    before: str = ""
    after: str = ""


def found_entries(ctx: Ctx, wanted: AuditFilter, rows: int | None = PAGE_ROWS) -> Page[ToldEntry]:
    """One page, newest first. A partner, if it ever comes here, finds its own things only."""
    ctx.require(Perm.AUDIT_READ)
    query = _query(ctx, wanted)
    page = cut(query, AuditEntry.id, lambda part: list(ctx.session.scalars(part)), lambda row: str(row.id), wanted.before, wanted.after, rows)
    return Page(readable(ctx, page.rows), len(page.rows), page.older, page.newer)


def exported_entries(ctx: Ctx, wanted: AuditFilter) -> list[ToldEntry]:
    """What the page would show, all pages of it up to the limit, newest first."""
    ctx.require(Perm.AUDIT_READ)
    query = _query(ctx, wanted).order_by(AuditEntry.id.desc()).limit(MOST_EXPORTED)
    return readable(ctx, list(ctx.session.scalars(query)))


def entry_of(ctx: Ctx, entry_id: TypeID) -> AuditEntry | None:
    """The entry itself, for its page."""
    ctx.require(Perm.AUDIT_READ)
    query = select(AuditEntry).where(AuditEntry.id == entry_id)
    if ctx.actor.partner_id is not None:
        query = query.where(AuditEntry.partner_id == str(ctx.actor.partner_id))
    return ctx.session.scalar(query)


def _query(ctx: Ctx, wanted: AuditFilter) -> Select[Any]:
    query = select(AuditEntry)
    if ctx.actor.partner_id is not None:
        query = query.where(AuditEntry.partner_id == str(ctx.actor.partner_id))
    if wanted.who:
        query = query.where(_by(ctx, wanted.who))
    if wanted.action:
        query = query.where(AuditEntry.action.contains(wanted.action, autoescape=True))
    for column, value in (
        (AuditEntry.object_id, wanted.object_id),
        (AuditEntry.partner_id, wanted.partner_id),
        (AuditEntry.correlation, wanted.correlation),
    ):
        if value:
            query = query.where(column == value)
    if wanted.first:
        query = query.where(AuditEntry.at >= _midnight(ctx, wanted.first))
    if wanted.last:
        query = query.where(AuditEntry.at < _midnight(ctx, wanted.last + timedelta(days=1)))
    return query


def _by(ctx: Ctx, who: str) -> Any:
    """By id, or by the name that the directory has today: the chain itself knows no names."""
    from core.accounts import User

    if who.startswith("usr_"):
        return AuditEntry.actor_id == who
    named = ctx.session.scalars(select(User.id).where(User.name.ilike(f"%{literal(who)}%", escape="\\")).limit(500))
    return or_(AuditEntry.actor_id.in_([str(one) for one in named]), AuditEntry.actor_name.ilike(f"%{literal(who)}%", escape="\\"))


def _midnight(ctx: Ctx, day: date) -> datetime:
    return datetime.combine(day, time.min, ctx.clock.zone)
