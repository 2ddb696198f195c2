"""An appeal that overturns a decision opens the request or claim again, with a clock of its own (N-06)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.decisions import Decision, on_overturned
from core.errors import Refused
from core.i18n import gettext as _
from core.ids import TypeID
from mdf.models import Claim, FundRequest
from mdf.rules.claims import invoice_key
from mdf.rules.decisions import CLAIM, REQUEST
from mdf.rules.states import ClaimAction, RequestAction
from mdf.services.claims import UNDECIDED, move
from mdf.services.requests import locked_request, step

if TYPE_CHECKING:
    from core.ctx import Ctx


@on_overturned(REQUEST)
def reopen_request(ctx: Ctx, decision: Decision) -> None:
    """Back to review, undecided."""
    request = locked_request(ctx, TypeID.parse(decision.object_id, "mrq"))
    step(ctx, request, RequestAction.REOPEN)
    request.reason_code, request.decided_by, request.decided_at = "", "", None


@on_overturned(CLAIM)
def reopen_claim(ctx: Ctx, decision: Decision) -> None:
    """Back to review with its invoice; Refused while another claim for the request is under way, which took its place."""
    claim_id = TypeID.parse(decision.object_id, "clm")
    claim = ctx.session.scalars(select(Claim).where(Claim.id == claim_id).with_for_update(of=Claim)).one()
    ctx.session.execute(select(FundRequest.id).where(FundRequest.id == claim.request_id).with_for_update())
    key = invoice_key(claim.supplier_tax_id, claim.invoice_no)
    other = select(Claim.id).where(
        Claim.id != claim.id, ((Claim.request_id == claim.request_id) & Claim.status.in_(UNDECIDED)) | (Claim.invoice_key == key)
    )
    if ctx.session.scalar(other.limit(1)) is not None:
        raise Refused("claim_open", _("The partner has filed another claim in the meantime. Decide that one, and uphold this decision."))
    move(ctx, claim, ClaimAction.REOPEN)
    claim.invoice_key, claim.approved_minor, claim.reason_code = key, None, ""
    claim.decided_by, claim.decided_at = "", None
