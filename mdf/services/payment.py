"""What follows an approval: release to the payment run, payment, and the end of the request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.errors import Invalid, Refused
from core.gates import clean_text
from core.i18n import gettext as _
from core.ids import TypeID
from mdf.claim_events import ClaimPaid
from mdf.models import Claim, ClaimStatus, EntryKind, Evidence, FundRequest
from mdf.permissions import Perm
from mdf.rules.states import FUNDED, ClaimAction, RequestAction
from mdf.services.claims import move, with_request
from mdf.services.decisions import finish
from mdf.services.ledger import post
from mdf.services.review import refuse_conflict

if TYPE_CHECKING:
    from core.ctx import Ctx


def release_payment(ctx: Ctx, claim_id: TypeID) -> Claim:
    """Hands an approved claim to the payment run; the money is still the vendor's."""
    claim, request = with_request(ctx, claim_id, Perm.CLAIM_PAY)
    _keep_duties_apart(ctx, claim, request)
    move(ctx, claim, ClaimAction.RELEASE_PAYMENT)
    return claim


def pay_claim(ctx: Ctx, claim_id: TypeID, payment_ref: str) -> Claim:
    """Books the payment; the last claim of a request closes it and gives back what was not needed."""
    claim, request = with_request(ctx, claim_id, Perm.CLAIM_PAY)
    _keep_duties_apart(ctx, claim, request)
    payment_ref = clean_text(payment_ref)
    if not payment_ref:
        raise Invalid({"payment_ref": _("Enter the reference of the payment, so that the partner finds it on the bank statement.")})
    if len(payment_ref) > 80:
        raise Invalid({"payment_ref": _("Use at most %(limit)s characters.", limit=80)})
    paid = claim.approved_minor or 0
    move(ctx, claim, ClaimAction.PAY, paid_minor=paid, payment_ref=payment_ref)
    claim.payment_ref, claim.paid_by, claim.paid_at = payment_ref, str(ctx.actor.user_id or ""), ctx.now
    post(ctx, request.budget_id, EntryKind.PAY, paid, request=request, claim=claim, reason=payment_ref)
    if claim.final and request.status in FUNDED and not _is_another_sent(ctx, claim):
        finish(ctx, request, RequestAction.CLOSE, _("The last claim of this request was paid."))
    ctx.emit(ClaimPaid(str(claim.id), str(request.id), str(claim.partner_id), paid, claim.currency))
    return claim


def _is_another_sent(ctx: Ctx, claim: Claim) -> bool:
    """A claim that waits for its decision needs what is left, even if the paid one was called the last."""
    waiting = (ClaimStatus.SUBMITTED, ClaimStatus.IN_REVIEW, ClaimStatus.INFO_REQUESTED)
    query = select(Claim.id).where(Claim.request_id == claim.request_id, Claim.id != claim.id, Claim.status.in_(waiting))
    return ctx.session.scalar(query.limit(1)) is not None


def _keep_duties_apart(ctx: Ctx, claim: Claim, request: FundRequest) -> None:
    """Whoever judged one of the proofs has reviewed the claim, even if somebody else signed the decision."""
    refuse_conflict(ctx, claim, request)
    judges = select(Evidence.id).where(Evidence.claim_id == claim.id, Evidence.decided_by == str(ctx.actor.user_id or "-"))
    if ctx.session.scalar(judges.limit(1)) is not None:
        raise Refused("separation_of_duties", _("You judged proofs of this claim, so somebody else has to pay it. Ask a colleague."))
