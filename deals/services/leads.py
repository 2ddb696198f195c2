"""The lead moves along with its deal: nobody keeps two lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.ids import TypeID
from engagement import LeadAction, LeadStatus, change_lead_status, lead_for

if TYPE_CHECKING:
    from core.ctx import Ctx

_FORWARD = {
    LeadStatus.NEW: LeadAction.ACCEPT,
    LeadStatus.ROUTED: LeadAction.ACCEPT,
    LeadStatus.ACCEPTED: LeadAction.CONTACT,
    LeadStatus.CONTACTED: LeadAction.QUALIFY,
    LeadStatus.QUALIFIED: LeadAction.CONVERT,
}
_ORDER = (LeadStatus.NEW, LeadStatus.ROUTED, LeadStatus.ACCEPTED, LeadStatus.CONTACTED, LeadStatus.QUALIFIED, LeadStatus.CONVERTED)


def lead_is_accepted(ctx: Ctx, lead_id: TypeID | None) -> None:
    """Somebody has begun to work on it."""
    _move(ctx, lead_id, LeadStatus.ACCEPTED)


def lead_is_qualified(ctx: Ctx, lead_id: TypeID | None) -> None:
    """Who registers a deal has spoken with the customer."""
    _move(ctx, lead_id, LeadStatus.QUALIFIED)


def lead_is_converted(ctx: Ctx, lead_id: TypeID | None) -> None:
    _move(ctx, lead_id, LeadStatus.CONVERTED)


def lead_is_lost(ctx: Ctx, lead_id: TypeID | None, reason: str) -> None:
    if lead_id is None:
        return
    lead_is_accepted(ctx, lead_id)
    if lead_for(ctx, lead_id).status in (LeadStatus.ACCEPTED, LeadStatus.CONTACTED, LeadStatus.QUALIFIED):
        change_lead_status(ctx, lead_id, LeadAction.LOSE, reason[:500])


def _move(ctx: Ctx, lead_id: TypeID | None, target: LeadStatus) -> None:
    """Step by step, so that the lead's history has each; a lead that is further, or was closed by hand, stays where it is."""
    if lead_id is None:
        return
    lead = lead_for(ctx, lead_id)
    while lead.status in _FORWARD and _ORDER.index(lead.status) < _ORDER.index(target):
        lead = change_lead_status(ctx, lead_id, _FORWARD[lead.status])
