"""What a mail link can do in this room: approve a registration that nothing stands in the way of (N-16).

Approving over an earlier registration needs a written reason, rejecting needs one for the partner: both stay on the desk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.errors import NotFound, Refused
from core.i18n import format_date
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.money import Money
from core.signed_actions import ActionView, declare_action
from deals.models import Registration
from deals.permissions import Perm
from deals.rules.states import DEALS, DealAction
from deals.services.deciding import decide_registration
from deals.services.finding import standing_of
from partners import partner_for

if TYPE_CHECKING:
    from core.ctx import Ctx


def _approval(ctx: Ctx, registration_id: TypeID, params: dict[str, Any]) -> ActionView:
    row = ctx.session.scalar(select(Registration).where(Registration.id == registration_id, Registration.submitted_at.is_not(None)))
    if row is None:
        raise NotFound("registration")
    ctx.require(Perm.REGISTRATION_DECIDE, row.partner_id)
    DEALS.need(row.status, DealAction.APPROVE)
    found = standing_of(ctx, row)
    if found.protected is not None or found.in_the_way:
        raise Refused("conflict", _("Another registration may be for the same customer. Compare the two on the desk and decide there."))
    partner = partner_for(ctx, row.partner_id).display_name
    amount = Money(row.amount_minor or 0, row.currency).format()
    return ActionView(
        question=_("Approve the registration of %(customer)s?", customer=row.customer_name),
        consequence=_(
            "%(partner)s is protected for this customer from now on, and is told so at once. You can end the protection on the desk.", partner=partner
        ),
        button=_("Approve registration"),
        done=_("The registration of %(customer)s is approved.", customer=row.customer_name),
        seen=f"{row.status.value}:{row.amount_minor}:{row.currency}:{row.customer_key}:{row.product_line}:{row.expected_close}",
        way_out=f"/desk/deals/{row.id}",
        facts=[
            (_("Partner"), partner),
            (_("Customer"), row.customer_name),
            (_("Amount"), amount),
            (_("Expected close"), format_date(row.expected_close) if row.expected_close else ""),
        ],
    )


def _approve(ctx: Ctx, registration_id: TypeID, params: dict[str, Any]) -> None:
    decide_registration(ctx, registration_id, DealAction.APPROVE)


declare_action("deals.approve", _l("Approve a deal registration"), Perm.REGISTRATION_DECIDE, _approval, _approve)
