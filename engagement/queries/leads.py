"""Leads for a list and for their page; the session narrows them to the actor's partner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import selectinload

from core.errors import NotFound
from core.ids import TypeID
from core.paging import PAGE_ROWS, containing, page_of
from engagement.models import Lead, LeadStatus
from engagement.queries.totals import came_between
from engagement.rules.consents import HAND_OVER
from engagement.rules.lead_states import KNOWN

if TYPE_CHECKING:
    from core.ctx import Ctx

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
    page = page_of(ctx.session, query, Lead.id, before=wanted.before, after=wanted.after, rows=rows)
    return LeadPage(page.rows, page.total, page.older, page.newer)


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
    return query.where(*containing(wanted.text, _known(Lead.name), _known(Lead.email), Lead.company))


def _known(column: Any) -> Any:
    """What a search may look into: else somebody could guess a name letter by letter before the lead is accepted."""
    return case((and_(Lead.status.in_(KNOWN), Lead.purpose.in_(HAND_OVER), Lead.consent_ended_at.is_(None)), column), else_="")


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
