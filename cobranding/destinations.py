"""Where a click leads, and where a partner's logo lies: small questions that other rooms ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranding.looks import kit_of, stored_logo
from cobranding.queries import published_page, shown_by_id
from cobranding.rendering import asset_page_path, page_path, render_gone
from partners import partner_for

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.ids import TypeID


def destination(ctx: Ctx, partner_id: TypeID, asset_id: TypeID, locale: str) -> str:
    """Path of the partner's published landing page about an asset (its language, then fallbacks), else of the hosted page.

    Raises Gone when the asset was withdrawn or is not meant for this partner.
    """
    partner = partner_for(ctx, partner_id)
    shown = shown_by_id(ctx, partner, asset_id, locale)
    page = published_page(ctx, partner_id, asset_id, locale)
    return page_path(partner.slug, page) if page else asset_page_path(partner.slug, shown)


def farewell(ctx: Ctx, partner_id: TypeID, locale: str) -> str:
    """The page that says in the partner's brand that this content is gone, for whoever followed an old link; status 410."""
    return render_gone(ctx, partner_for(ctx, partner_id), locale)


def logo_url(ctx: Ctx, partner_id: TypeID) -> str | None:
    """Path of the partner's logo, None while it has none."""
    kit = kit_of(ctx, partner_id)
    logo = stored_logo(kit.logo) if kit else None
    return logo.path if logo else None
