"""What co-branding does when something else happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from cobranding.models import LandingPage
from cobranding.rules.pages import PageStatus
from cobranding.services import withdraw_page
from core.events import subscribe
from core.ids import TypeID
from syndication import AssetWithdrawn

if TYPE_CHECKING:
    from core.ctx import Ctx


@subscribe(AssetWithdrawn, name="cobranding.take_pages_down")
def take_pages_down(ctx: Ctx, event: AssetWithdrawn) -> None:
    """Pages of a withdrawn asset answer 410 at once (the view looks at the asset); here their state follows, with a trace."""
    asset_id = TypeID.parse(event.asset_id, "ast")
    query = select(LandingPage.id).where(LandingPage.asset_id == asset_id, LandingPage.status == PageStatus.PUBLISHED)
    for page_id in ctx.session.scalars(query).all():
        withdraw_page(ctx, page_id, reason="asset_withdrawn")
