"""What of this room can be found: leads, by whoever may read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.search import Document, Door, declare_index
from engagement.events import ConsentWithdrawn, LeadCaptured, LeadStatusChanged
from engagement.models import Lead
from engagement.permissions import Perm
from engagement.rules.consents import may_hand_over

if TYPE_CHECKING:
    from core.ctx import Ctx


def _document(ctx: Ctx, lead_id: TypeID) -> Document | None:
    lead = ctx.session.get(Lead, lead_id, populate_existing=True)
    if lead is None:
        return None
    contact = (lead.email, lead.phone) if may_hand_over(lead.status, lead.purpose, lead.consent_ended_at) else ()
    return Document(
        title=(lead.name if contact else "") or lead.company or (lead.email if contact else "") or lead.campaign or str(lead.id),
        body=" · ".join(part for part in (lead.company, lead.job_title, *contact, lead.campaign) if part),
        recent_at=lead.status_since,
        partner_id=lead.partner_id,
        desk=Door(f"/desk/leads/{lead.id}", Perm.LEAD_READ),
        portal=Door(f"/portal/leads/{lead.id}", Perm.LEAD_READ),
    )


declare_index(
    "leads",
    label=_l("Leads"),
    icon="leads",
    order=50,
    events=dict.fromkeys((LeadCaptured, LeadStatusChanged, ConsentWithdrawn), "lead_id"),
    listing=select(Lead.id, Lead.status, Lead.status_since, Lead.consent_ended_at, Lead.name, Lead.email, Lead.company, Lead.phone),
    document=_document,
)
