"""Campaigns can be found by the vendor: what they brought is a page of the hub, over several rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.search import Document, Door, declare_index
from engagement import Perm
from syndication import Campaign

if TYPE_CHECKING:
    from core.ctx import Ctx


def _document(ctx: Ctx, campaign_id: TypeID) -> Document | None:
    row = ctx.session.get(Campaign, campaign_id, populate_existing=True)
    if row is None:
        return None
    return Document(title=row.name, body=row.code, recent_at=row.created_at, desk=Door(f"/desk/results/campaigns/{row.id}", Perm.RESULTS_READ))


declare_index(
    "campaigns",
    label=_l("Campaigns"),
    icon="campaign",
    order=35,
    events={},
    listing=select(Campaign.id, Campaign.code, Campaign.name),
    document=_document,
)
