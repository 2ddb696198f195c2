"""What happens to funded requests because a day has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.jobs import scheduled
from mdf.models import Claim, FundRequest, RequestStatus
from mdf.rules.states import FUNDED, RequestAction
from mdf.services.claim_drafts import held_by_draft
from mdf.services.decisions import finish
from mdf.services.requests import CLAIM_NEEDS_IT, has_open_claim, locked_request, step

if TYPE_CHECKING:
    from core.ctx import Ctx

_AT_ONCE = 200


@scheduled("mdf.progress_requests", every=60)
def progress_requests(ctx: Ctx) -> None:
    """Starts what starts today and lets lapse what nobody claimed in time; run twice, the second run changes nothing."""
    _start(ctx)
    _lapse(ctx)


def _start(ctx: Ctx) -> None:
    query = select(FundRequest.id).where(
        FundRequest.status.in_((RequestStatus.APPROVED, RequestStatus.PARTIALLY_APPROVED)), FundRequest.starts_on <= ctx.today
    )
    for request_id in ctx.session.scalars(query.order_by(FundRequest.id).limit(_AT_ONCE)).all():
        request = locked_request(ctx, request_id)
        if request.status in (RequestStatus.APPROVED, RequestStatus.PARTIALLY_APPROVED):
            step(ctx, request, RequestAction.START)


def _lapse(ctx: Ctx) -> None:
    """The last day is still in time. A claim that was handed in keeps its money, one that is being written keeps it for a while."""
    claimed = select(Claim.request_id).where(Claim.status.in_(CLAIM_NEEDS_IT))
    query = select(FundRequest.id).where(FundRequest.status.in_(FUNDED), FundRequest.claim_due_on < ctx.today, FundRequest.id.not_in(claimed))
    # All requests before the first budget: whoever decides one of them holds it and waits for its budget (services.ledger.post).
    requests = [locked_request(ctx, request_id) for request_id in ctx.session.scalars(query.order_by(FundRequest.id).limit(_AT_ONCE)).all()]
    for request in requests:
        if request.status in FUNDED and not has_open_claim(ctx, request) and not held_by_draft(ctx, request):
            finish(ctx, request, RequestAction.LAPSE, "")
