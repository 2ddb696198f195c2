"""Requests for lists and for their page; the session narrows them to the actor's partner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from core.errors import NotFound
from core.ids import TypeID
from core.paging import PAGE_ROWS, containing, page_of
from mdf.models import FundRequest, RequestStatus
from mdf.rules.states import FUNDED
from partners import Partner
from syndication import Campaign, Placement

if TYPE_CHECKING:
    from core.ctx import Ctx

_S = RequestStatus
#: The tabs of the lists, by their name in the address.
VIEWS: dict[str, tuple[RequestStatus, ...]] = {
    "vendor": (_S.SUBMITTED, _S.IN_REVIEW),
    "partner": (_S.DRAFT, _S.INFO_REQUESTED, _S.CHANGES_REQUESTED),
    "funded": FUNDED,
    "ended": (_S.CLOSED, _S.DECLINED, _S.CANCELLED, _S.LAPSED),
    "all": tuple(RequestStatus),
}


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """As it stands in the address; empty means any. `first`, `last`: days the activity touches."""

    view: str = "all"
    text: str = ""
    partner_id: str = ""
    budget_id: str = ""
    campaign: str = ""
    first: date | None = None
    last: date | None = None
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Sums:
    """Of all rows of the filter, in one currency."""

    currency: str
    requested_minor: int
    approved_minor: int


@dataclass(frozen=True)
class RequestPage:
    """Newest first. `older` and `newer` are the cursors of the neighbouring pages."""

    requests: Sequence[FundRequest]
    total: int
    sums: tuple[Sums, ...]
    older: str | None
    newer: str | None


def requests_page(ctx: Ctx, wanted: RequestFilter, *, rows: int | None = PAGE_ROWS) -> RequestPage:
    """One page, or with `rows` None all of them (for the export). Drafts are the partner's own business."""
    query = _filtered(ctx, wanted)
    page = page_of(ctx.session, query, FundRequest.id, before=wanted.before, after=wanted.after, rows=rows)
    return RequestPage(page.rows, page.total, _sums(ctx, query), page.older, page.newer)


def _sums(ctx: Ctx, query: Select[FundRequest]) -> tuple[Sums, ...]:
    rows = query.subquery()
    columns = (rows.c.currency, func.sum(rows.c.requested_minor), func.coalesce(func.sum(rows.c.approved_minor), 0))
    found = ctx.session.execute(select(*columns).group_by(rows.c.currency).order_by(rows.c.currency))
    return tuple(Sums(row[0], int(row[1]), int(row[2])) for row in found)


def _filtered(ctx: Ctx, wanted: RequestFilter) -> Select[FundRequest]:
    query = select(FundRequest).where(FundRequest.status.in_(VIEWS.get(wanted.view, VIEWS["all"])))
    if ctx.actor.partner_id is None:
        query = query.where(FundRequest.status != RequestStatus.DRAFT)
    if wanted.partner_id:
        query = query.where(FundRequest.partner_id == wanted.partner_id)
    if wanted.budget_id:
        query = query.where(FundRequest.budget_id == wanted.budget_id)
    if wanted.campaign:
        query = query.where(FundRequest.campaign_id.in_(select(Campaign.id).where(Campaign.code == wanted.campaign)))
    if wanted.first:
        query = query.where(FundRequest.ends_on >= wanted.first)
    if wanted.last:
        query = query.where(FundRequest.starts_on <= wanted.last)
    return query.where(*containing(wanted.text, FundRequest.title))


def request_for(ctx: Ctx, request_id: TypeID) -> FundRequest:
    """With lines, placements and evidence list; another partner's does not exist, and the vendor sees no drafts."""
    options = (selectinload(FundRequest.lines), selectinload(FundRequest.placements), selectinload(FundRequest.evidence_items))
    request = ctx.session.scalar(select(FundRequest).where(FundRequest.id == request_id).options(*options))
    if request is None or (ctx.actor.kind == "user" and ctx.actor.partner_id is None and request.status is RequestStatus.DRAFT):
        raise NotFound("request")
    return request


def counts_by_view(ctx: Ctx, partner_id: str = "") -> dict[str, int]:
    """For the tabs and for tasks."""
    query = select(FundRequest.status, func.count()).group_by(FundRequest.status)
    if partner_id:
        query = query.where(FundRequest.partner_id == partner_id)
    if ctx.actor.partner_id is None:
        query = query.where(FundRequest.status != RequestStatus.DRAFT)
    by_status: dict[RequestStatus, int] = {row[0]: row[1] for row in ctx.session.execute(query)}
    return {name: sum(by_status.get(status, 0) for status in statuses) for name, statuses in VIEWS.items()}


def funded_requests(ctx: Ctx, partner_id: TypeID | None = None) -> list[FundRequest]:
    """Money with a deadline, the nearest first."""
    query = select(FundRequest).where(FundRequest.status.in_(FUNDED))
    if partner_id is not None:
        query = query.where(FundRequest.partner_id == partner_id)
    return list(ctx.session.scalars(query.order_by(FundRequest.claim_due_on, FundRequest.id)))


def partner_names(ctx: Ctx, ids: Iterable[TypeID]) -> dict[TypeID, str]:
    wanted = list(dict.fromkeys(ids))
    rows = ctx.session.execute(select(Partner.id, Partner.display_name).where(Partner.id.in_(wanted))) if wanted else ()
    return {row[0]: row[1] for row in rows}


def campaign_names(ctx: Ctx, ids: Iterable[TypeID | None]) -> dict[TypeID | None, str]:
    wanted = [one for one in dict.fromkeys(ids) if one is not None]
    rows = ctx.session.execute(select(Campaign.id, Campaign.name).where(Campaign.id.in_(wanted))) if wanted else ()
    return {row[0]: row[1] for row in rows}


def placement_names(ctx: Ctx, ids: Iterable[TypeID | None]) -> dict[TypeID | None, str]:
    """Name and site."""
    wanted = [one for one in dict.fromkeys(ids) if one is not None]
    rows = ctx.session.execute(select(Placement.id, Placement.name, Placement.site).where(Placement.id.in_(wanted))) if wanted else ()
    return {row[0]: f"{row[1]} ({row[2]})" for row in rows}


def request_titles(ctx: Ctx, ids: Iterable[TypeID | None]) -> dict[TypeID | None, str]:
    wanted = [one for one in dict.fromkeys(ids) if one is not None]
    rows = ctx.session.execute(select(FundRequest.id, FundRequest.title).where(FundRequest.id.in_(wanted))) if wanted else ()
    return {row[0]: row[1] for row in rows}
