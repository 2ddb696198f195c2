"""What people hear about requests and claims: decisions, questions, payments, and deadlines while there is time (C-03, C-12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.events import subscribe
from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.jobs import scheduled
from core.notices import Channel, declare_notice, holders, notify
from mdf.claim_events import ClaimDecided, ClaimMoved, ClaimPaid, ClaimSubmitted
from mdf.events import RequestStatusChanged
from mdf.models import Claim, ClaimStatus, FundRequest, RequestStatus
from mdf.permissions import Perm
from mdf.queries.claims import claims_due
from mdf.services.review import earlier_duties
from partners import partner_for

if TYPE_CHECKING:
    from core.ctx import Ctx

#: Days before a claim is due at which its partner is reminded (C-03).
REMIND_DAYS = (30, 14, 3)
_R = RequestStatus
_DECIDED = (_R.APPROVED, _R.PARTIALLY_APPROVED, _R.DECLINED)


def _request_values(ctx: Ctx, params: Mapping[str, Any]) -> Mapping[str, Any] | None:
    row = ctx.session.get(FundRequest, TypeID.parse(str(params["request"]), "mrq"))
    if row is None or not ctx.may(Perm.REQUEST_READ, row.partner_id):
        return None
    return {
        "title": row.title,
        "partner": partner_for(ctx, row.partner_id).display_name,
        "minor": row.requested_minor,
        "approved_minor": row.approved_minor or 0,
        "currency": row.currency,
        "status": str(params.get("status", row.status.value)),
        "due_on": row.claim_due_on,
        "days": int(params.get("days", 0)),
    }


def _claim_values(ctx: Ctx, params: Mapping[str, Any]) -> Mapping[str, Any] | None:
    claim = ctx.session.get(Claim, TypeID.parse(str(params["claim"]), "clm"))
    request = ctx.session.get(FundRequest, claim.request_id) if claim is not None else None
    if claim is None or request is None or not ctx.may(Perm.CLAIM_READ, claim.partner_id):
        return None
    return {
        "title": request.title,
        "partner": partner_for(ctx, claim.partner_id).display_name,
        "minor": claim.claimed_minor,
        "approved_minor": claim.approved_minor or 0,
        "currency": claim.currency,
        "status": str(params.get("status", claim.status.value)),
    }


def _sample() -> dict[str, Any]:
    told = {"title": "Spring campaign", "partner": "Kestrel", "minor": 500_000, "approved_minor": 420_000, "currency": "EUR"}
    return {**told, "status": "approved", "due_on": "2026-07-31", "days": 14}


def _kind(name: str, title: Any, side: str, permission: str, *, mail: Channel = Channel.AT_ONCE, **more: Any) -> None:
    values = _claim_values if name.startswith("claim") and name != "claim_due" else _request_values
    declare_notice(f"mdf.{name}", title=title, mail=mail, side=side, permission=permission, values=values, sample=_sample, **more)


_kind("request_submitted", _l("A partner asks for funds"), "vendor", Perm.REQUEST_DECIDE)
_kind("request_asked", _l("The vendor has a question about a request"), "partner", Perm.REQUEST_EDIT)
_kind("request_decided", _l("A request for funds was decided"), "partner", Perm.REQUEST_EDIT)
_kind("claim_submitted", _l("A partner filed a claim"), "vendor", Perm.CLAIM_DECIDE, mail=Channel.DIGEST)
_kind("claim_asked", _l("The reviewer has a question about a claim"), "partner", Perm.CLAIM_EDIT)
_kind("claim_decided", _l("A claim was decided"), "partner", Perm.CLAIM_EDIT)
_kind("claim_paid", _l("A claim was paid"), "partner", Perm.CLAIM_EDIT)
_kind(
    "claim_due",
    _l("The deadline of a claim comes near"),
    "partner",
    Perm.CLAIM_EDIT,
    may_be_switched_off=False,
    why=_l("Money that nobody claims in time goes back."),
)


@subscribe(RequestStatusChanged, name="mdf.tell_request")
def tell_request(ctx: Ctx, told: RequestStatusChanged) -> None:
    row = ctx.session.get(FundRequest, TypeID.parse(told.request_id, "mrq"))
    if row is None:
        return
    status, params = RequestStatus(told.after), {"request": told.request_id, "status": told.after}
    to_vendor = status is _R.SUBMITTED or (told.before == _R.INFO_REQUESTED.value and status is _R.IN_REVIEW)
    if to_vendor:
        audience = holders(Perm.REQUEST_DECIDE, but=(row.submitted_by,))
        href = f"/desk/funds/{row.id}"
        notify(ctx, audience, "mdf.request_submitted", params, href, object_id=row.id, action="mdf.request.approve")
        return
    kind = "request_asked" if status in (_R.INFO_REQUESTED, _R.CHANGES_REQUESTED) else "request_decided" if status in _DECIDED else ""
    if kind:
        notify(ctx, holders(Perm.REQUEST_EDIT, told.partner_id), f"mdf.{kind}", params, f"/portal/funds/{row.id}", object_id=row.id)


@subscribe(ClaimSubmitted, name="mdf.tell_claim_submitted")
def tell_claim_submitted(ctx: Ctx, told: ClaimSubmitted) -> None:
    """Not to those whom separation of duties keeps from it."""
    claim = ctx.session.get(Claim, TypeID.parse(told.claim_id, "clm"))
    request = ctx.session.get(FundRequest, claim.request_id) if claim is not None else None
    if claim is not None and request is not None:
        audience = holders(Perm.CLAIM_DECIDE, but=earlier_duties(claim, request).values())
        notify(ctx, audience, "mdf.claim_submitted", {"claim": told.claim_id}, f"/desk/funds/claims/{claim.id}", object_id=claim.id)


@subscribe(ClaimMoved, name="mdf.tell_claim_asked")
def tell_claim_asked(ctx: Ctx, told: ClaimMoved) -> None:
    if told.after == ClaimStatus.INFO_REQUESTED.value:
        _tell_partner(ctx, "mdf.claim_asked", told.claim_id, told.partner_id)


@subscribe(ClaimDecided, name="mdf.tell_claim_decided")
def tell_claim_decided(ctx: Ctx, told: ClaimDecided) -> None:
    _tell_partner(ctx, "mdf.claim_decided", told.claim_id, told.partner_id, told.status)


@subscribe(ClaimPaid, name="mdf.tell_claim_paid")
def tell_claim_paid(ctx: Ctx, told: ClaimPaid) -> None:
    _tell_partner(ctx, "mdf.claim_paid", told.claim_id, told.partner_id, "paid")


def _tell_partner(ctx: Ctx, kind: str, claim_id: str, partner_id: str, status: str = "") -> None:
    params = {"claim": claim_id, **({"status": status} if status else {})}
    notify(ctx, holders(Perm.CLAIM_EDIT, partner_id), kind, params, f"/portal/funds/claims/{claim_id}", object_id=claim_id)


@scheduled("mdf.remind_claims", every=3600)
def remind_claims(ctx: Ctx) -> None:
    """30, 14 and 3 days before the money goes back. Who comes late to it hears the nearest one only; a new deadline is told anew."""
    for due in claims_due(ctx):
        left = (due.due_on - ctx.today).days
        reached = [days for days in REMIND_DAYS if 0 <= left <= days]
        if not reached:
            continue
        href = f"/portal/funds/claims/{due.draft_id}" if due.draft_id else f"/portal/funds/{due.request_id}"
        notify(
            ctx,
            holders(Perm.CLAIM_EDIT, due.partner_id),
            "mdf.claim_due",
            {"request": str(due.request_id), "days": left},
            href,
            object_id=due.request_id,
            key=f"claim_due:{due.request_id}:{due.due_on}:{min(reached)}",
        )
