"""What a partner hears about leads: that there is one. Who it is stands on its page, not in a mailbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.events import subscribe
from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.notices import Channel, declare_notice, holders, notify
from engagement.events import LeadCaptured
from engagement.models import Lead
from engagement.permissions import Perm

if TYPE_CHECKING:
    from core.ctx import Ctx


def _values(ctx: Ctx, params: Mapping[str, Any]) -> Mapping[str, Any] | None:
    lead = ctx.session.get(Lead, TypeID.parse(str(params["lead"]), "led"))
    if lead is None or not ctx.may(Perm.LEAD_READ, lead.partner_id):
        return None
    return {"campaign": lead.campaign}


declare_notice(
    "engagement.lead_new",
    title=_l("A new lead came in"),
    mail=Channel.AT_ONCE,
    side="partner",
    permission=Perm.LEAD_EDIT,
    values=_values,
    sample=lambda: {"campaign": "spring-2026"},
)


@subscribe(LeadCaptured, name="engagement.tell_lead")
def tell_lead(ctx: Ctx, told: LeadCaptured) -> None:
    if told.partner_id:
        audience, href = holders(Perm.LEAD_EDIT, told.partner_id), f"/portal/leads/{told.lead_id}"
        notify(ctx, audience, "engagement.lead_new", {"lead": told.lead_id}, href, object_id=told.lead_id, action="leads.accept")
