"""What follows an approval: release to the payment run, payment, and the end of the request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import Invalid
from core.gates import clean_text
from core.i18n import gettext as _
from core.ids import TypeID
from mdf.claim_events import ClaimPaid
from mdf.models import Claim, EntryKind
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
    refuse_conflict(ctx, claim, request)
    move(ctx, claim, ClaimAction.RELEASE_PAYMENT)
    return claim


def pay_claim(ctx: Ctx, claim_id: TypeID, payment_ref: str) -> Claim:
    """Books the payment; the last claim of a request closes it and gives back what was not needed."""
    claim, request = with_request(ctx, claim_id, Perm.CLAIM_PAY)
    refuse_conflict(ctx, claim, request)
    payment_ref = clean_text(payment_ref)
    if not payment_ref:
        raise Invalid({"payment_ref": _("Enter the reference of the payment, so that the partner finds it on the bank statement.")})
    if len(payment_ref) > 80:
        raise Invalid({"payment_ref": _("Use at most %(limit)s characters.", limit=80)})
    paid = claim.approved_minor or 0
    move(ctx, claim, ClaimAction.PAY, paid_minor=paid, payment_ref=payment_ref)
    claim.payment_ref, claim.paid_by, claim.paid_at = payment_ref, str(ctx.actor.user_id or ""), ctx.now
    post(ctx, request.budget_id, EntryKind.PAY, paid, request=request, claim=claim, reason=payment_ref)
    if claim.final and request.status in FUNDED:
        finish(ctx, request, RequestAction.CLOSE, _("The last claim of this request was paid."))
    ctx.emit(ClaimPaid(str(claim.id), str(request.id), str(claim.partner_id), paid, claim.currency))
    return claim
