"""Whose turn a registration is: the vendor's to decide, the partner's to answer, the partner's before the protection ends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.errors import NotFound
from core.i18n import gettext as _
from core.ids import TypeID
from core.money import Money
from core.sla import clock_of
from core.turns import Task, TaskWords, Turn, turns
from deals.decisions import CLOCK
from deals.events import RegistrationClosed, RegistrationDecided, RegistrationMoved, RegistrationSubmitted
from deals.models import Registration
from deals.permissions import Perm
from deals.rules.states import LIVE, DealStatus
from partners import partner_for

if TYPE_CHECKING:
    from core.ctx import Ctx

#: So long before its protection ends a registration asks for its outcome.
PROTECTION_ENDS = timedelta(days=14)
_WITH_VENDOR = (DealStatus.SUBMITTED, DealStatus.IN_REVIEW)


def _open(ctx: Ctx) -> Iterable[TypeID]:
    return ctx.session.scalars(select(Registration.id).where(Registration.status.in_(LIVE)))


def _words(ctx: Ctx, task: Task) -> TaskWords:
    row = ctx.session.get(Registration, TypeID.parse(task.object_id, "dlr"))
    if row is None:
        raise NotFound("registration")
    amount = Money(row.amount_minor or 0, row.currency).format() if row.currency else ""
    if task.code == "decide":
        partner = partner_for(ctx, row.partner_id).display_name
        why = _("%(amount)s. Somebody else may have been first.", amount=amount) if row.match_kind else amount
        title = _("%(partner)s registered a deal with %(customer)s", partner=partner, customer=row.customer_name)
        return TaskWords(title, why, _("Decide"), "deals", "attention")
    if task.code == "answer":
        return TaskWords(_("The vendor has a question about a deal"), row.customer_name, _("Answer"), "mail", "attention")
    title = _("The protection of %(customer)s ends soon", customer=row.customer_name)
    return TaskWords(title, _("Say whether it was won or lost, or ask for more time."), _("Open"), "lock")


@turns(
    "deals.registration",
    prefix="dlr",
    events=[
        (RegistrationSubmitted, "registration_id"),
        (RegistrationMoved, "registration_id"),
        (RegistrationDecided, "registration_id"),
        (RegistrationClosed, "registration_id"),
    ],
    open_ids=_open,
    words=_words,
)
def registration_turn(ctx: Ctx, registration_id: TypeID) -> Turn | None:
    row = ctx.session.get(Registration, registration_id)
    if row is None:
        return None
    desk, portal = f"/desk/deals/{row.id}", f"/portal/deals/{row.id}"
    if row.status in _WITH_VENDOR:
        clock = clock_of(ctx, CLOCK, row.id)
        due = clock.due_at if clock is not None and clock.state != "stopped" else None
        since = row.submitted_at or row.status_since
        return Turn(None, Perm.REGISTRATION_DECIDE, "decide", desk, since, due, about=row.partner_id)
    if row.status is DealStatus.INFO_REQUESTED:
        return Turn(row.partner_id, Perm.REGISTRATION_EDIT, "answer", portal, row.status_since, about=row.partner_id)
    near = row.protected_until is not None and row.protected_until - PROTECTION_ENDS <= ctx.now
    if row.status is DealStatus.APPROVED and near:
        return Turn(row.partner_id, Perm.REGISTRATION_EDIT, "protection_ends", portal, row.status_since, row.protected_until, about=row.partner_id)
    return None
