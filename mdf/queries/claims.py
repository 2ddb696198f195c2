"""Claims for a list, for their page and for the start page. The session narrows a partner to its own; drafts are nobody else's business."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select

from core.errors import NotFound
from core.ids import TypeID
from core.paging import PAGE_ROWS, containing, cut
from mdf.models import Claim, ClaimStatus, FundRequest
from mdf.permissions import Perm
from mdf.rules.states import FUNDED
from syndication import Campaign

if TYPE_CHECKING:
    from core.ctx import Ctx

_S = ClaimStatus
_WITH_VENDOR = (_S.SUBMITTED, _S.IN_REVIEW)
_TO_PAY = (_S.APPROVED, _S.PARTIALLY_APPROVED, _S.AWAITING_FUNDS)
_WITH_PARTNER = (_S.DRAFT, _S.INFO_REQUESTED)
_OVER = (_S.PAID, _S.REJECTED, _S.CANCELLED)
#: The tabs of the portal and of the desk, by their name in the address.
PORTAL_VIEWS: dict[str, tuple[ClaimStatus, ...]] = {
    "open": (*_WITH_PARTNER, *_WITH_VENDOR, *_TO_PAY),
    "mine": _WITH_PARTNER,
    "closed": _OVER,
    "all": tuple(_S),
}
DESK_VIEWS: dict[str, tuple[ClaimStatus, ...]] = {
    "waiting": _WITH_VENDOR,
    "asked": (_S.INFO_REQUESTED,),
    "to_pay": _TO_PAY,
    "closed": _OVER,
    "all": tuple(status for status in _S if status is not _S.DRAFT),
}
#: A deadline within these days is told on the start page.
DUE_SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """As it stands in the address; empty means any. `first` and `last` are days of submission (of payment in the view of paid ones)."""

    view: str = "all"
    text: str = ""
    partner_id: str = ""
    campaign: str = ""
    status: str = ""
    late: bool = False
    first: date | None = None
    last: date | None = None
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class ListedClaim:
    claim: Claim
    request: FundRequest
    campaign: str


@dataclass(frozen=True)
class ClaimPage:
    """Newest first. `older` and `newer` are the cursors of the neighbouring pages; the sums run over all pages, by currency."""

    claims: Sequence[ListedClaim]
    total: int
    sums: dict[str, tuple[int, int]]
    older: str | None = None
    newer: str | None = None


def views_of(ctx: Ctx) -> dict[str, tuple[ClaimStatus, ...]]:
    """The tabs of the actor's side."""
    return DESK_VIEWS if ctx.actor.partner_id is None else PORTAL_VIEWS


def claims_page(ctx: Ctx, wanted: ClaimFilter, *, rows: int | None = PAGE_ROWS) -> ClaimPage:
    """One page, or with `rows` None all of them (for the export)."""
    ctx.require(Perm.CLAIM_READ)
    query = _filtered(ctx, wanted)
    total, sums = _totals(ctx, query)
    page = cut(query, Claim.id, lambda part: _listed(ctx, part), lambda one: str(one.claim.id), wanted.before, wanted.after, rows)
    return ClaimPage(page.rows, total, sums, page.older, page.newer)


def _visible(ctx: Ctx) -> Select[Claim, FundRequest, str | None]:
    query = select(Claim, FundRequest, Campaign.code)
    query = query.join(FundRequest, FundRequest.id == Claim.request_id).outerjoin(Campaign, Campaign.id == FundRequest.campaign_id)
    return query if ctx.actor.partner_id is not None else query.where(Claim.submitted_at.is_not(None))


def _filtered(ctx: Ctx, wanted: ClaimFilter) -> Select[Claim, FundRequest, str | None]:
    query = _visible(ctx)
    views = views_of(ctx)
    if wanted.status in set(ClaimStatus):
        query = query.where(Claim.status == ClaimStatus(wanted.status))
    elif wanted.view in views:
        query = query.where(Claim.status.in_(views[wanted.view]))
    if wanted.partner_id:
        query = query.where(Claim.partner_id == wanted.partner_id)
    if wanted.campaign:
        query = query.where(Campaign.code == wanted.campaign)
    if wanted.late:
        query = query.where(Claim.late.is_(True))
    moment = Claim.paid_at if wanted.status == ClaimStatus.PAID else Claim.submitted_at
    if wanted.first is not None:
        query = query.where(moment >= _start(ctx, wanted.first))
    if wanted.last is not None:
        query = query.where(moment < _start(ctx, wanted.last + timedelta(days=1)))
    return query.where(*containing(wanted.text, FundRequest.title, Claim.invoice_no, Claim.supplier))


def _start(ctx: Ctx, day: date) -> datetime:
    return datetime.combine(day, time(), ctx.clock.zone)


def _totals(ctx: Ctx, query: Select[Claim, FundRequest, str | None]) -> tuple[int, dict[str, tuple[int, int]]]:
    """How many, and by currency what was claimed and granted."""
    seen = query.with_only_columns(Claim.currency, Claim.claimed_minor, Claim.approved_minor).subquery()
    rows = ctx.session.execute(
        select(seen.c.currency, func.count(), func.sum(seen.c.claimed_minor), func.sum(seen.c.approved_minor)).group_by(seen.c.currency)
    ).all()
    return sum(row[1] for row in rows), {row[0]: (int(row[2] or 0), int(row[3] or 0)) for row in rows}


def _listed(ctx: Ctx, query: Select[Claim, FundRequest, str | None]) -> list[ListedClaim]:
    return [ListedClaim(claim, request, code or "") for claim, request, code in ctx.session.execute(query)]


def claim_for(ctx: Ctx, claim_id: TypeID) -> tuple[Claim, FundRequest]:
    """With its request; another partner's, and another's draft, does not exist."""
    ctx.require(Perm.CLAIM_READ)
    found = ctx.session.execute(_visible(ctx).where(Claim.id == claim_id)).first()
    if found is None:
        raise NotFound("claim")
    return found[0], found[1]


def claims_of_request(ctx: Ctx, request_id: TypeID) -> list[Claim]:
    """Newest first."""
    ctx.require(Perm.CLAIM_READ)
    return [row[0] for row in ctx.session.execute(_visible(ctx).where(Claim.request_id == request_id).order_by(Claim.id.desc()))]


def counts_by_view(ctx: Ctx, partner_id: str = "") -> dict[str, int]:
    """For the tabs."""
    query = _visible(ctx).with_only_columns(Claim.status)
    if partner_id:
        query = query.where(Claim.partner_id == partner_id)
    seen = query.subquery()
    by_status: dict[str, int] = {str(row[0]): row[1] for row in ctx.session.execute(select(seen.c.status, func.count()).group_by(seen.c.status))}
    return {name: sum(by_status.get(status.value, 0) for status in statuses) for name, statuses in views_of(ctx).items()}


def waiting_counts(ctx: Ctx) -> dict[str, int]:
    """What needs the actor. Vendor: `decide`, `pay`. Partner: `draft`, `answer`, and `due`: requests whose claim nobody has begun."""
    if ctx.actor.partner_id is None:
        return {"decide": _count(ctx, _WITH_VENDOR), "pay": _count(ctx, _TO_PAY)}
    return {"draft": _count(ctx, (_S.DRAFT,)), "answer": _count(ctx, (_S.INFO_REQUESTED,)), "due": len(claims_due(ctx))}


def _count(ctx: Ctx, statuses: Sequence[ClaimStatus]) -> int:
    return ctx.session.scalar(select(func.count()).select_from(_visible(ctx).where(Claim.status.in_(statuses)).subquery())) or 0


@dataclass(frozen=True, slots=True)
class DueClaim:
    """Money with a deadline: an activity is over and its claim was not filed."""

    request_id: TypeID
    partner_id: TypeID
    title: str
    due_on: date
    approved_minor: int
    currency: str
    draft_id: TypeID | None


def claims_due(ctx: Ctx) -> list[DueClaim]:
    """By deadline. Requests with a claim that was sent are not among them."""
    drafts = {row.request_id: row.id for row in ctx.session.scalars(select(Claim).where(Claim.status == _S.DRAFT))}
    sent = select(Claim.request_id).where(Claim.status.not_in((_S.DRAFT, _S.CANCELLED, _S.REJECTED)))
    query = select(FundRequest).where(FundRequest.status.in_(FUNDED), FundRequest.ends_on < ctx.today, FundRequest.id.not_in(sent))
    rows = ctx.session.scalars(query.order_by(FundRequest.claim_due_on, FundRequest.id))
    return [
        DueClaim(row.id, row.partner_id, row.title, row.claim_due_on or ctx.today, row.approved_minor or 0, row.currency, drafts.get(row.id))
        for row in rows
    ]
