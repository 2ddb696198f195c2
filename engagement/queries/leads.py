"""Leads for a list and for their page; the session narrows them to the actor's partner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload

from core.errors import NotFound
from core.ids import TypeID
from engagement.models import Lead, LeadStatus
from engagement.queries.totals import came_between

if TYPE_CHECKING:
    from core.ctx import Ctx

PAGE_ROWS = 25
_OPEN = (LeadStatus.NEW, LeadStatus.ROUTED, LeadStatus.ACCEPTED, LeadStatus.CONTACTED, LeadStatus.QUALIFIED)
#: The tabs of the list, by their name in the address.
VIEWS: dict[str, tuple[LeadStatus, ...]] = {
    "open": _OPEN,
    "new": (LeadStatus.NEW, LeadStatus.ROUTED),
    "closed": (LeadStatus.CONVERTED, LeadStatus.LOST, LeadStatus.DECLINED, LeadStatus.EXPIRED),
    "all": tuple(status for status in LeadStatus if status is not LeadStatus.SPAM),
    "spam": (LeadStatus.SPAM,),
}


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """As it stands in the address; empty means any. `first` and `last` are days of the programme's zone, both included."""

    view: str = "open"
    text: str = ""
    placement_id: str = ""
    partner_id: str = ""
    campaign: str = ""
    first: date | None = None
    last: date | None = None
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class LeadPage:
    """Newest first. `older` and `newer` are the cursors of the neighbouring pages."""

    leads: Sequence[Lead]
    total: int
    older: str | None
    newer: str | None


def leads_page(ctx: Ctx, wanted: LeadFilter, *, rows: int | None = PAGE_ROWS) -> LeadPage:
    """One page, or with `rows` None all of them (for the export)."""
    query = _filtered(ctx, wanted)
    total = ctx.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    if rows is None:
        return LeadPage(list(ctx.session.scalars(query.order_by(Lead.id.desc()))), total, None, None)
    backwards = bool(wanted.after)
    if wanted.after:
        query = query.where(Lead.id > wanted.after).order_by(Lead.id.asc())
    else:
        query = query.where(Lead.id < wanted.before) if wanted.before else query
        query = query.order_by(Lead.id.desc())
    found = list(ctx.session.scalars(query.limit(rows + 1)))
    more = len(found) > rows
    found = found[:rows]
    if backwards:
        found.reverse()
    has_newer, has_older = (more, True) if backwards else (bool(wanted.before), more)
    return LeadPage(
        found,
        total,
        str(found[-1].id) if found and has_older else None,
        str(found[0].id) if found and has_newer else None,
    )


def _filtered(ctx: Ctx, wanted: LeadFilter) -> Select[Lead]:
    query = _narrowed(ctx, select(Lead), wanted)
    return query.where(Lead.status.in_(VIEWS[wanted.view])) if wanted.view in VIEWS else query


def _narrowed(ctx: Ctx, query: Select[Any], wanted: LeadFilter) -> Select[Any]:
    """Everything but the tab."""
    query = query.where(*came_between(ctx, wanted.first, wanted.last))
    if wanted.campaign:
        query = query.where(Lead.campaign == wanted.campaign)
    if wanted.placement_id:
        query = query.where(Lead.placement_id == wanted.placement_id)
    if wanted.partner_id:
        query = query.where(Lead.partner_id == wanted.partner_id)
    for word in wanted.text.split()[:5]:
        like = f"%{_literal(word)}%"
        query = query.where(or_(*(column.ilike(like, escape="\\") for column in (Lead.name, Lead.email, Lead.company))))
    return query


def _literal(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def lead_for(ctx: Ctx, lead_id: TypeID) -> Lead:
    """With its consent and its history; another partner's does not exist."""
    lead = ctx.session.scalar(select(Lead).where(Lead.id == lead_id).options(selectinload(Lead.steps)))
    if lead is None:
        raise NotFound("lead")
    return lead


def counts_by_view(ctx: Ctx, wanted: LeadFilter | None = None) -> dict[str, int]:
    """For the tabs, of what the rest of the filter lets through."""
    query = _narrowed(ctx, select(Lead.status, func.count()), wanted or LeadFilter()).group_by(Lead.status)
    by_status: dict[LeadStatus, int] = {row[0]: row[1] for row in ctx.session.execute(query)}
    return {name: sum(by_status.get(status, 0) for status in statuses) for name, statuses in VIEWS.items()}
