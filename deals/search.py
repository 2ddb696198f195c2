"""What of this room can be found: registrations, by customer, amount and number. Drafts are the partner's own paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.search import Document, Door, declare_index
from deals.events import RegistrationClosed, RegistrationDecided, RegistrationSubmitted
from deals.models import Registration
from deals.permissions import Perm

if TYPE_CHECKING:
    from core.ctx import Ctx


def _document(ctx: Ctx, registration_id: TypeID) -> Document | None:
    row = ctx.session.get(Registration, registration_id, populate_existing=True)
    if row is None:
        return None
    return Document(
        title=row.customer_name or row.customer_domain or str(row.id),
        body=" · ".join(part for part in (row.customer_domain, row.product_line, row.contact_name, row.contact_email, row.source_code) if part),
        recent_at=row.status_since,
        partner_id=row.partner_id,
        desk=Door(f"/desk/deals/{row.id}", Perm.REGISTRATION_READ) if row.submitted_at else None,
        portal=Door(f"/portal/deals/{row.id}", Perm.REGISTRATION_READ),
    )


declare_index(
    "deals",
    label=_l("Deals"),
    icon="deals",
    order=60,
    events=dict.fromkeys((RegistrationSubmitted, RegistrationDecided, RegistrationClosed), "registration_id"),
    listing=select(
        Registration.id,
        Registration.status,
        Registration.customer_name,
        Registration.contact_name,
        Registration.contact_email,
        Registration.source_code,
    ),
    document=_document,
)
