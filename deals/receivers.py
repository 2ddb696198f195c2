"""A deal made from a lead holds the lead's contact: when the person withdraws consent, it goes there, too. The deal stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.i18n import lazy_gettext as _l
from deals.models import Registration
from engagement import declare_receiver

if TYPE_CHECKING:
    from core.ctx import Ctx
    from engagement import Lead, WithdrawalNotice


def _got(ctx: Ctx, lead: Lead) -> bool:
    return ctx.session.scalar(select(Registration.id).where(Registration.lead_id == lead.id).limit(1)) is not None


def _deliver(ctx: Ctx, lead: Lead, notice: WithdrawalNotice) -> bool:
    """Nothing is left to do for a person: settled at once."""
    for row in ctx.session.scalars(select(Registration).where(Registration.lead_id == lead.id)):
        row.contact_name, row.contact_email = "", ""
        ctx.audit("deals.registration.contact_removed", row, after={"notice": str(notice.id)})
    return True


declare_receiver("deals", _l("Deals made from the lead"), _got, _deliver)
