"""How long leads keep their person. The lead itself stays, without a name: it is counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.privacy import DataClass, anonymise_rows
from core.privacy.retaining import declare_retention
from engagement.models import ConsentRecord, Lead, LeadStatus

if TYPE_CHECKING:
    from datetime import datetime

    from core.ctx import Ctx

_NAMELESS = "%@erased.invalid"
_OPEN = (LeadStatus.NEW, LeadStatus.ROUTED, LeadStatus.ACCEPTED)
_CLOSED = (LeadStatus.CONVERTED, LeadStatus.LOST, LeadStatus.DECLINED, LeadStatus.EXPIRED)


def _in(statuses: Sequence[LeadStatus]) -> Callable[[Ctx, datetime], Any]:
    def due(ctx: Ctx, before: datetime) -> Any:
        return select(Lead.id).where(Lead.status.in_(statuses), Lead.status_since < before, Lead.email.not_like(_NAMELESS))

    return due


def _withdrawn(ctx: Ctx, before: datetime) -> Any:
    query = select(Lead.id).join(ConsentRecord, ConsentRecord.lead_id == Lead.id)
    return query.where(ConsentRecord.withdrawn_at < before, Lead.email.not_like(_NAMELESS))


def _forget(ctx: Ctx, ids: Sequence[TypeID]) -> None:
    anonymise_rows(ctx, "engagement_lead", ids)


declare_retention("engagement.open_leads", _l("Leads nobody answered"), DataClass.LEAD_CONTACT, "open_lead_days", _in(_OPEN), _forget)
declare_retention("engagement.closed_leads", _l("Closed leads"), DataClass.LEAD_CONTACT, "closed_lead_days", _in(_CLOSED), _forget)
declare_retention("engagement.spam", _l("Spam"), DataClass.LEAD_CONTACT, "spam_lead_days", _in((LeadStatus.SPAM,)), _forget)
declare_retention(
    "engagement.withdrawn_leads", _l("Leads with withdrawn consent"), DataClass.LEAD_CONTACT, "withdrawn_lead_days", _withdrawn, _forget
)
