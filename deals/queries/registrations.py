"""Registrations for a list and for their page. The session narrows a partner to its own; drafts are nobody else's business."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Select, func, select

from core.errors import NotFound
from core.ids import TypeID
from core.paging import PAGE_ROWS, containing, page_of
from deals.models import Registration
from deals.permissions import Perm
from deals.rules.states import ENDED, LIVE, DealStatus

if TYPE_CHECKING:
    from core.ctx import Ctx

#: An approved deal whose protection ends within these days needs the partner.
ENDING_DAYS = 14
_WITH_VENDOR = (DealStatus.SUBMITTED, DealStatus.IN_REVIEW)
_WITH_PARTNER = (DealStatus.DRAFT, DealStatus.INFO_REQUESTED)
#: The tabs of the portal and of the desk, by their name in the address.
PORTAL_VIEWS: dict[str, tuple[DealStatus, ...]] = {
    "open": (DealStatus.DRAFT, *LIVE),
    "mine": _WITH_PARTNER,
    "closed": ENDED,
    "all": tuple(DealStatus),
}
DESK_VIEWS: dict[str, tuple[DealStatus, ...]] = {
    "waiting": _WITH_VENDOR,
    "open": LIVE,
    "closed": ENDED,
    "all": tuple(DealStatus),
}


@dataclass(frozen=True, slots=True)
class DealFilter:
    """As it stands in the address; empty means any. `first` and `last` are days of submission."""

    view: str = "all"
    text: str = ""
    partner_id: str = ""
    campaign: str = ""
    product_line: str = ""
    status: str = ""
    first: date | None = None
    last: date | None = None
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class DealPage:
    """Newest first. `older` and `newer` are the cursors of the neighbouring pages."""

    deals: Sequence[Registration]
    total: int
    older: str | None
    newer: str | None


def views_of(ctx: Ctx) -> dict[str, tuple[DealStatus, ...]]:
    """The tabs of the actor's side."""
    return DESK_VIEWS if ctx.actor.partner_id is None else PORTAL_VIEWS


def registrations_page(ctx: Ctx, wanted: DealFilter, *, rows: int | None = PAGE_ROWS) -> DealPage:
    """One page, or with `rows` None all of them (for the export)."""
    ctx.require(Perm.REGISTRATION_READ)
    query = _filtered(ctx, wanted)
    page = page_of(ctx.session, query, Registration.id, before=wanted.before, after=wanted.after, rows=rows)
    return DealPage(page.rows, page.total, page.older, page.newer)


def _visible(ctx: Ctx) -> Select[Registration]:
    """What was never submitted is the partner's own paper."""
    query = select(Registration)
    return query if ctx.actor.partner_id is not None else query.where(Registration.submitted_at.is_not(None))


def _filtered(ctx: Ctx, wanted: DealFilter) -> Select[Registration]:
    query = _visible(ctx)
    views = views_of(ctx)
    if wanted.status in set(DealStatus):
        query = query.where(Registration.status == DealStatus(wanted.status))
    elif wanted.view in views:
        query = query.where(Registration.status.in_(views[wanted.view]))
    for column, value in (
        (Registration.partner_id, wanted.partner_id),
        (Registration.source_code, wanted.campaign),
        (Registration.product_line, wanted.product_line),
    ):
        query = query.where(column == value) if value else query
    query = query.where(*_between(ctx, wanted))
    return query.where(*containing(wanted.text, Registration.customer_name, Registration.customer_domain, Registration.contact_name))


def _between(ctx: Ctx, wanted: DealFilter) -> list[ColumnElement[bool]]:
    """Won deals by the day of the order, all others by submission."""
    found: list[ColumnElement[bool]] = []
    won = wanted.status == DealStatus.WON
    if wanted.first is not None:
        found.append(Registration.closed_on >= wanted.first if won else Registration.submitted_at >= _start(ctx, wanted.first))
    if wanted.last is not None:
        found.append(Registration.closed_on <= wanted.last if won else Registration.submitted_at < _start(ctx, wanted.last + timedelta(days=1)))
    return found


def _start(ctx: Ctx, day: date) -> datetime:
    return datetime.combine(day, time(), ctx.clock.zone)


def registration_for(ctx: Ctx, registration_id: TypeID) -> Registration:
    """One of them; another partner's, and another's draft, does not exist."""
    ctx.require(Perm.REGISTRATION_READ)
    found = ctx.session.scalar(_visible(ctx).where(Registration.id == registration_id))
    if found is None:
        raise NotFound("registration")
    return found


def registration_of_lead(ctx: Ctx, lead_id: TypeID) -> Registration | None:
    """The newest one of a lead that still stands for it: open, won or lost."""
    query = _visible(ctx).where(Registration.lead_id == lead_id, Registration.status.not_in((DealStatus.RELEASED,)))
    return ctx.session.scalar(query.order_by(Registration.id.desc()).limit(1))


def counts_by_view(ctx: Ctx, partner_id: str = "") -> dict[str, int]:
    """For the tabs."""
    seen = _visible(ctx).subquery()
    query = select(seen.c.status, func.count()).group_by(seen.c.status)
    if partner_id:
        query = query.where(seen.c.partner_id == partner_id)
    by_status: dict[str, int] = {str(row[0]): row[1] for row in ctx.session.execute(query)}
    return {name: sum(by_status.get(status.value, 0) for status in statuses) for name, statuses in views_of(ctx).items()}


def waiting_counts(ctx: Ctx) -> dict[str, int]:
    """What needs the actor. Vendor: `decide`, and `conflict` of them. Partner: `answer`, `draft`, and `ending` protections."""
    if ctx.actor.partner_id is None:
        return {"decide": _count(ctx, _WITH_VENDOR), "conflict": _count(ctx, _WITH_VENDOR, Registration.match_kind != "")}
    soon = ctx.now + timedelta(days=ENDING_DAYS)
    return {
        "answer": _count(ctx, (DealStatus.INFO_REQUESTED,)),
        "draft": _count(ctx, (DealStatus.DRAFT,)),
        "ending": _count(ctx, (DealStatus.APPROVED,), Registration.protected_until <= soon),
    }


def _count(ctx: Ctx, statuses: Sequence[DealStatus], *conditions: object) -> int:
    query = _visible(ctx).where(Registration.status.in_(statuses), *conditions)  # type: ignore[arg-type]
    return ctx.session.scalar(select(func.count()).select_from(query.subquery())) or 0
