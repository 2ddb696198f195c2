"""Who gets leads today and is told of a withdrawal: the partner, in its portal and by mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.notices import Channel, declare_notice, holders, notify
from engagement.models import Lead, WithdrawalNotice
from engagement.permissions import Perm
from engagement.rules.lead_states import is_contact_known
from engagement.services.consents import declare_receiver

if TYPE_CHECKING:
    from core.ctx import Ctx


def _values(ctx: Ctx, params: Mapping[str, Any]) -> Mapping[str, Any] | None:
    lead = ctx.session.get(Lead, TypeID.parse(str(params["lead"]), "led"))
    return None if lead is None or not ctx.may(Perm.LEAD_READ, lead.partner_id) else {"lead": str(lead.id)}


declare_notice(
    "engagement.consent_withdrawn",
    title=_l("A person has withdrawn consent"),
    mail=Channel.AT_ONCE,
    side="partner",
    permission=Perm.LEAD_EDIT,
    values=_values,
    sample=lambda: {"lead": "led_01h455vb4pex5vsknk084sn02q"},
)


def _got(ctx: Ctx, lead: Lead) -> bool:
    """Before the partner accepted the lead nobody there knew who it was."""
    return is_contact_known(lead.status)


def _deliver(ctx: Ctx, lead: Lead, notice: WithdrawalNotice) -> bool:
    """People have to act: the task stays until somebody confirms."""
    href = f"/portal/leads/{lead.id}#consent"
    notify(ctx, holders(Perm.LEAD_EDIT, str(lead.partner_id)), "engagement.consent_withdrawn", {"lead": str(lead.id)}, href, object_id=str(lead.id))
    return False


declare_receiver("portal", _l("The partner, in its portal"), _got, _deliver)
