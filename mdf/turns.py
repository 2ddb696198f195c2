"""Whose turn a request or a claim is, with the people whom separation of duties keeps from it left out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.errors import NotFound
from core.i18n import gettext as _
from core.ids import TypeID
from core.money import Money
from core.sla import clock_of
from core.turns import Task, TaskWords, Turn, turns
from mdf.claim_events import ClaimDecided, ClaimMoved, ClaimPaid, ClaimSubmitted
from mdf.events import RequestStatusChanged
from mdf.models import Claim, ClaimStatus, FundRequest, RequestStatus
from mdf.permissions import Perm
from mdf.rules.states import FUNDED
from mdf.services.review import earlier_duties
from partners import partner_for

if TYPE_CHECKING:
    from datetime import date

    from core.ctx import Ctx

_R, _C = RequestStatus, ClaimStatus
_ASKED = {_R.INFO_REQUESTED: "answer", _R.CHANGES_REQUESTED: "change"}
_REQUEST_WITH_VENDOR = (_R.SUBMITTED, _R.IN_REVIEW)
_CLAIM_WITH_VENDOR = (_C.SUBMITTED, _C.IN_REVIEW)
_TO_PAY = (_C.APPROVED, _C.PARTIALLY_APPROVED, _C.AWAITING_FUNDS)
_NOT_SENT = (_C.DRAFT, _C.CANCELLED, _C.REJECTED)


def end_of(ctx: Ctx, day: date) -> datetime:
    """The last moment of a day of the programme."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=ctx.clock.zone) - timedelta(seconds=1)


def _promised(ctx: Ctx, kind: str, object_id: TypeID) -> datetime | None:
    clock = clock_of(ctx, kind, object_id)
    return clock.due_at if clock is not None and clock.state != "stopped" else None


def _open_requests(ctx: Ctx) -> Iterable[TypeID]:
    waiting = (*_REQUEST_WITH_VENDOR, *_ASKED, *FUNDED)
    return ctx.session.scalars(select(FundRequest.id).where(FundRequest.status.in_(waiting)))


def _request_words(ctx: Ctx, task: Task) -> TaskWords:
    row = ctx.session.get(FundRequest, TypeID.parse(task.object_id, "mrq"))
    if row is None:
        raise NotFound("request")
    if task.code == "decide":
        partner, amount = partner_for(ctx, row.partner_id).display_name, Money(row.requested_minor, row.currency).format()
        return TaskWords(_("%(partner)s asks for %(amount)s", partner=partner, amount=amount), row.title, _("Decide"), "funds", "attention")
    if task.code == "answer":
        return TaskWords(_("The vendor has a question about your request"), row.title, _("Answer"), "mail", "attention")
    if task.code == "change":
        return TaskWords(_("Your request came back for changes"), row.title, _("Change it"), "mail", "attention")
    amount = Money(row.approved_minor or 0, row.currency).format()
    why = _("%(amount)s are reserved for you and go back after this day.", amount=amount)
    return TaskWords(_("File the claim for “%(title)s”", title=row.title), why, _("Open"), "funds", "attention")


@turns(
    "mdf.request",
    prefix="mrq",
    events=[(RequestStatusChanged, "request_id"), (ClaimSubmitted, "request_id"), (ClaimMoved, "request_id")],
    open_ids=_open_requests,
    words=_request_words,
)
def request_turn(ctx: Ctx, request_id: TypeID) -> Turn | None:
    row = ctx.session.get(FundRequest, request_id)
    if row is None:
        return None
    portal = f"/portal/funds/{row.id}"
    if row.status in _REQUEST_WITH_VENDOR:
        since, due = row.submitted_at or row.status_since, _promised(ctx, "mdf.request", row.id)
        barred = frozenset({row.submitted_by})
        return Turn(None, Perm.REQUEST_DECIDE, "decide", f"/desk/funds/{row.id}", since, due, about=row.partner_id, barred=barred)
    if row.status in _ASKED:
        return Turn(row.partner_id, Perm.REQUEST_EDIT, _ASKED[row.status], portal, row.status_since, about=row.partner_id)
    return _claim_to_file(ctx, row) if row.status in FUNDED else None


def _claim_to_file(ctx: Ctx, row: FundRequest) -> Turn | None:
    """The activity is over and no claim was sent: money with a deadline."""
    if row.ends_on is None or row.ends_on >= ctx.today:
        return None
    claims = list(ctx.session.scalars(select(Claim).where(Claim.request_id == row.id)))
    if any(claim.status not in _NOT_SENT for claim in claims):
        return None
    draft = next((claim for claim in claims if claim.status is _C.DRAFT), None)
    href = f"/portal/funds/claims/{draft.id}" if draft else f"/portal/funds/{row.id}"
    due = end_of(ctx, row.claim_due_on) if row.claim_due_on else None
    since = end_of(ctx, row.ends_on)
    return Turn(row.partner_id, Perm.CLAIM_EDIT, "claim", href, since, due, about=row.partner_id)


def _open_claims(ctx: Ctx) -> Iterable[TypeID]:
    waiting = (*_CLAIM_WITH_VENDOR, *_TO_PAY, _C.INFO_REQUESTED)
    return ctx.session.scalars(select(Claim.id).where(Claim.status.in_(waiting)))


def _claim_words(ctx: Ctx, task: Task) -> TaskWords:
    claim = ctx.session.get(Claim, TypeID.parse(task.object_id, "clm"))
    request = ctx.session.get(FundRequest, claim.request_id) if claim is not None else None
    if claim is None or request is None:
        raise NotFound("claim")
    if task.code == "answer":
        return TaskWords(_("The reviewer has a question about your claim"), request.title, _("Answer"), "mail", "attention")
    partner = partner_for(ctx, claim.partner_id).display_name
    if task.code == "pay":
        amount = Money(claim.approved_minor or 0, claim.currency).format()
        return TaskWords(_("%(amount)s are approved for %(partner)s", amount=amount, partner=partner), request.title, _("Pay"), "funds")
    amount = Money(claim.claimed_minor, claim.currency).format()
    return TaskWords(_("%(partner)s claims %(amount)s", partner=partner, amount=amount), request.title, _("Review"), "funds", "attention")


@turns(
    "mdf.claim",
    prefix="clm",
    events=[(ClaimSubmitted, "claim_id"), (ClaimMoved, "claim_id"), (ClaimDecided, "claim_id"), (ClaimPaid, "claim_id")],
    open_ids=_open_claims,
    words=_claim_words,
)
def claim_turn(ctx: Ctx, claim_id: TypeID) -> Turn | None:
    claim = ctx.session.get(Claim, claim_id)
    request = ctx.session.get(FundRequest, claim.request_id) if claim is not None else None
    if claim is None or request is None:
        return None
    desk, partner = f"/desk/funds/claims/{claim.id}", claim.partner_id
    barred = frozenset(who for who in earlier_duties(claim, request).values() if who)
    if claim.status in _CLAIM_WITH_VENDOR:
        since, due = claim.submitted_at or claim.status_since, _promised(ctx, "mdf.claim", claim.id)
        return Turn(None, Perm.CLAIM_DECIDE, "review", desk, since, due, about=partner, barred=barred)
    if claim.status in _TO_PAY:
        return Turn(None, Perm.CLAIM_PAY, "pay", desk, claim.status_since, about=partner, barred=barred)
    if claim.status is _C.INFO_REQUESTED:
        return Turn(partner, Perm.CLAIM_EDIT, "answer", f"/portal/funds/claims/{claim.id}", claim.status_since, about=partner)
    return None
