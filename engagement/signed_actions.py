"""What a mail link can do in this room: accept a lead. Before that nobody reads who the person is (need to know)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.errors import NotFound, Refused
from core.i18n import format_date
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.signed_actions import ActionView, declare_action
from engagement.models import Lead
from engagement.permissions import Perm
from engagement.rules.lead_states import LeadAction, step_for
from engagement.services.leads import change_lead_status

if TYPE_CHECKING:
    from core.ctx import Ctx


def _acceptance(ctx: Ctx, lead_id: TypeID, params: dict[str, Any]) -> ActionView:
    lead = ctx.session.scalar(select(Lead).where(Lead.id == lead_id))
    if lead is None:
        raise NotFound("lead")
    ctx.require(Perm.LEAD_EDIT, lead.partner_id)
    if step_for(lead.status, LeadAction.ACCEPT) is None:
        raise Refused("not_possible_now", _("This lead is no longer waiting to be accepted."))
    facts = [(_("Arrived"), format_date(lead.created_at.astimezone(ctx.clock.zone).date()))]
    facts += [(_("Campaign"), lead.campaign)] if lead.campaign else []
    return ActionView(
        question=_("Accept this lead?"),
        consequence=_("You take it on: the person expects an answer from you. Name and contact are on the lead's page, after signing in."),
        button=_("Accept lead"),
        done=_("The lead is yours."),
        seen=lead.status.value,
        way_out=f"/portal/leads/{lead.id}",
        facts=facts,
    )


def _accept(ctx: Ctx, lead_id: TypeID, params: dict[str, Any]) -> None:
    change_lead_status(ctx, lead_id, LeadAction.ACCEPT)


declare_action("leads.accept", _l("Accept a lead"), Perm.LEAD_EDIT, _acceptance, _accept)
