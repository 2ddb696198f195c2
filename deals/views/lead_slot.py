"""The button on a lead's page: the way from a person who asked to a registered deal."""

from __future__ import annotations

from core.web import ctx, render
from core.web.templating import RenderedPart
from deals.permissions import Perm
from deals.queries import registration_of_lead
from engagement import Lead, LeadStatus

_CLOSED = (LeadStatus.SPAM, LeadStatus.LOST, LeadStatus.DECLINED, LeadStatus.EXPIRED)


def lead_actions(lead: Lead) -> RenderedPart:
    """Registers the lead's deal, or leads to the one there is. Nothing for those who may not see deals."""
    work = ctx()
    if not work.actor.may(Perm.REGISTRATION_READ):
        return RenderedPart("")
    found = registration_of_lead(work, lead.id)
    may_register = work.actor.partner_id is not None and work.may(Perm.REGISTRATION_EDIT, lead.partner_id) and lead.status not in _CLOSED
    return RenderedPart(render("deals/lead_actions.html", lead=lead, deal=found, may_register=may_register, on_desk=work.actor.partner_id is None))
