"""Landing pages: the partner's list, one page, and the page behind a public address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from cobranding.models import LandingPage, LandingPageRevision
from cobranding.rules.pages import PageStatus
from core.errors import Gone, NotFound
from core.i18n import fallback_chain
from core.ids import TypeID

if TYPE_CHECKING:
    from core.ctx import Ctx
    from partners import Partner


def pages_for(ctx: Ctx, partner_id: TypeID, *, asset_id: TypeID | None = None) -> list[LandingPage]:
    """The partner's pages, last changed first."""
    query = select(LandingPage).where(LandingPage.partner_id == partner_id)
    if asset_id is not None:
        query = query.where(LandingPage.asset_id == asset_id)
    return list(ctx.session.scalars(query.order_by(LandingPage.updated_at.desc(), LandingPage.id.desc())))


def page_for(ctx: Ctx, page_id: TypeID) -> LandingPage:
    """One page; another partner's does not exist."""
    page = ctx.session.scalar(select(LandingPage).where(LandingPage.id == page_id))
    if page is None:
        raise NotFound("page")
    return page


def public_page(ctx: Ctx, partner: Partner, slug: str) -> LandingPage:
    """The published page behind `/p/<partner>/<slug>`; Gone when it was taken down, NotFound for a draft."""
    page = ctx.session.scalar(select(LandingPage).where(LandingPage.partner_id == partner.id, LandingPage.slug == slug))
    if page is None or page.status is PageStatus.DRAFT:
        raise NotFound("page")
    if page.status is PageStatus.WITHDRAWN:
        raise Gone()
    return page


def locale_of_page(ctx: Ctx, partner: Partner, slug: str) -> str:
    """The language of whatever stands or stood at an address; the partner's own where nothing did."""
    query = select(LandingPage.locale).where(LandingPage.partner_id == partner.id, LandingPage.slug == slug)
    return ctx.session.scalar(query) or partner.locale


def published_page(ctx: Ctx, partner_id: TypeID, asset_id: TypeID, locale: str) -> LandingPage | None:
    """The partner's published page about an asset in this language, else in one it falls back to."""
    query = select(LandingPage).where(
        LandingPage.partner_id == partner_id, LandingPage.asset_id == asset_id, LandingPage.status == PageStatus.PUBLISHED
    )
    pages = sorted(ctx.session.scalars(query), key=lambda page: (page.published_at or page.created_at, page.id), reverse=True)
    for step in fallback_chain(locale):
        for page in pages:
            if page.locale == step:
                return page
    return None


def revisions_of(ctx: Ctx, page_id: TypeID, limit: int = 20) -> list[LandingPageRevision]:
    """What the page said before, newest first."""
    query = select(LandingPageRevision).where(LandingPageRevision.page_id == page_id)
    return list(ctx.session.scalars(query.order_by(LandingPageRevision.revision.desc()).limit(limit)))


def taken_slugs(ctx: Ctx, partner_id: TypeID, but: TypeID | None = None) -> set[str]:
    """Addresses of the partner's pages that are in use."""
    query = select(LandingPage.slug).where(LandingPage.partner_id == partner_id)
    if but is not None:
        query = query.where(LandingPage.id != but)
    return set(ctx.session.scalars(query))
