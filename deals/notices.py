"""What people hear about registrations: the vendor what waits for a decision, the partner what was asked and decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.events import subscribe
from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.jobs import scheduled
from core.notices import Channel, declare_notice, holders, notify
from deals.events import RegistrationDecided, RegistrationMoved, RegistrationSubmitted
from deals.labels import reason_label
from deals.models import Registration
from deals.permissions import Perm
from deals.rules.states import DealStatus
from deals.turns import PROTECTION_ENDS
from partners import partner_for

if TYPE_CHECKING:
    from core.ctx import Ctx


def _values(ctx: Ctx, params: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """As it stands now, for a reader who may see it."""
    row = ctx.session.scalar(select(Registration).where(Registration.id == TypeID.parse(str(params["registration"]), "dlr")))
    if row is None or not ctx.may(Perm.REGISTRATION_READ, row.partner_id):
        return None
    return {
        "partner": partner_for(ctx, row.partner_id).display_name,
        "customer": row.customer_name,
        "minor": row.amount_minor or 0,
        "currency": row.currency or "EUR",
        "status": params.get("status", row.status.value),
        "reason": reason_label(row.reason_code) if row.reason_code else "",
        "message": row.message,
        "protected_until": row.protected_until,
        "in_the_way": bool(row.match_kind),
    }


def _sample(**more: Any) -> dict[str, Any]:
    return {
        "partner": "Kestrel",
        "customer": "Acme Logistics GmbH",
        "minor": 4_200_000,
        "currency": "EUR",
        "status": "approved",
        "reason": "",
        "message": "Who decides on the customer's side?",
        "protected_until": "2026-07-14T21:59:59+00:00",
        "in_the_way": False,
        **more,
    }


def _kind(name: str, title: Any, side: str, permission: str, **sample: Any) -> None:
    declare_notice(
        f"deals.{name}", title=title, mail=Channel.AT_ONCE, side=side, permission=permission, values=_values, sample=lambda: _sample(**sample)
    )


_kind("registration_submitted", _l("A partner registered a deal"), "vendor", Perm.REGISTRATION_DECIDE)
_kind("registration_answered", _l("A partner answered a question about a deal"), "vendor", Perm.REGISTRATION_DECIDE)
_kind("registration_asked", _l("The vendor has a question about a deal"), "partner", Perm.REGISTRATION_EDIT)
_kind("registration_decided", _l("A deal registration was decided"), "partner", Perm.REGISTRATION_EDIT)
_kind("protection_ends", _l("A deal's protection ends soon"), "partner", Perm.REGISTRATION_EDIT)


def _tell_vendor(ctx: Ctx, kind: str, registration_id: str) -> None:
    told, href = {"registration": registration_id}, f"/desk/deals/{registration_id}"
    notify(ctx, holders(Perm.REGISTRATION_DECIDE), kind, told, href, object_id=registration_id, action="deals.approve")


def _tell_partner(ctx: Ctx, kind: str, registration_id: str, partner_id: str, key: str = "", **more: str) -> None:
    told, href = {"registration": registration_id, **more}, f"/portal/deals/{registration_id}"
    notify(ctx, holders(Perm.REGISTRATION_EDIT, partner_id), kind, told, href, object_id=registration_id, key=key)


@subscribe(RegistrationSubmitted, name="deals.tell_submitted")
def tell_submitted(ctx: Ctx, told: RegistrationSubmitted) -> None:
    _tell_vendor(ctx, "deals.registration_submitted", told.registration_id)


@subscribe(RegistrationMoved, name="deals.tell_moved")
def tell_moved(ctx: Ctx, told: RegistrationMoved) -> None:
    """A question goes to the partner, its answer to the vendor; that somebody is looking is no news for a mailbox."""
    row = ctx.session.get(Registration, TypeID.parse(told.registration_id, "dlr"))
    if row is None:
        return
    if told.status == DealStatus.INFO_REQUESTED.value:
        _tell_partner(ctx, "deals.registration_asked", told.registration_id, told.partner_id)
    elif told.answered:
        _tell_vendor(ctx, "deals.registration_answered", told.registration_id)


@subscribe(RegistrationDecided, name="deals.tell_decided")
def tell_decided(ctx: Ctx, told: RegistrationDecided) -> None:
    _tell_partner(ctx, "deals.registration_decided", told.registration_id, told.partner_id, status=told.status)


@scheduled("deals.remind_protection", every=3600)
def remind_protection(ctx: Ctx) -> None:
    """Once per end of protection: who was given more time hears it again before the new end."""
    soon = (
        Registration.status == DealStatus.APPROVED,
        Registration.protected_until > ctx.now,
        Registration.protected_until <= ctx.now + PROTECTION_ENDS,
    )
    for row in ctx.session.scalars(select(Registration).where(*soon)):
        end = row.protected_until.date() if row.protected_until else ctx.today
        _tell_partner(ctx, "deals.protection_ends", str(row.id), str(row.partner_id), key=f"protection:{row.id}:{end}")
