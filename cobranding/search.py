"""What of this room can be found: a partner's own landing pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from cobranding.events import LandingPagePublished, LandingPageWithdrawn
from cobranding.models import LandingPage
from cobranding.permissions import Perm
from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.search import Document, Door, declare_index

if TYPE_CHECKING:
    from core.ctx import Ctx


def _document(ctx: Ctx, page_id: TypeID) -> Document | None:
    row = ctx.session.get(LandingPage, page_id, populate_existing=True)
    if row is None:
        return None
    return Document(
        title=row.headline,
        body=" · ".join(part for part in (row.intro, row.slug) if part),
        recent_at=row.updated_at,
        partner_id=row.partner_id,
        portal=Door(f"/portal/pages/{row.id}", Perm.PAGE_READ),
        locale=row.locale,
    )


declare_index(
    "pages",
    label=_l("Landing pages"),
    icon="pages",
    order=20,
    events=dict.fromkeys((LandingPagePublished, LandingPageWithdrawn), "page_id"),
    listing=select(LandingPage.id, LandingPage.status, LandingPage.updated_at),
    document=_document,
)
