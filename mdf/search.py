"""What of this room can be found: requests for funds, and claims by invoice and supplier. Drafts are the partner's own paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.search import Document, Door, declare_index
from mdf.claim_events import ClaimDecided, ClaimPaid, ClaimSubmitted
from mdf.events import RequestApproved, RequestStatusChanged, RequestSubmitted
from mdf.models import Claim, ClaimStatus, FundRequest
from mdf.permissions import Perm

if TYPE_CHECKING:
    from core.ctx import Ctx


def _request(ctx: Ctx, request_id: TypeID) -> Document | None:
    row = ctx.session.get(FundRequest, request_id, populate_existing=True)
    if row is None:
        return None
    return Document(
        title=row.title or str(row.id),
        body=" · ".join(part for part in (row.goal, row.target_group) if part),
        recent_at=row.status_since,
        partner_id=row.partner_id,
        desk=Door(f"/desk/funds/{row.id}", Perm.REQUEST_READ) if row.submitted_at else None,
        portal=Door(f"/portal/funds/{row.id}", Perm.REQUEST_READ),
    )


def _claim(ctx: Ctx, claim_id: TypeID) -> Document | None:
    claim = ctx.session.get(Claim, claim_id, populate_existing=True)
    request = None if claim is None else ctx.session.get(FundRequest, claim.request_id)
    if claim is None or request is None:
        return None
    return Document(
        title=request.title or str(claim.id),
        body=" · ".join(part for part in (claim.invoice_no, claim.supplier, claim.payment_ref) if part),
        recent_at=claim.status_since,
        partner_id=claim.partner_id,
        desk=Door(f"/desk/funds/claims/{claim.id}", Perm.CLAIM_READ) if claim.status is not ClaimStatus.DRAFT else None,
        portal=Door(f"/portal/funds/claims/{claim.id}", Perm.CLAIM_READ),
    )


declare_index(
    "requests",
    label=_l("Requests for funds"),
    icon="funds",
    order=70,
    events=dict.fromkeys((RequestSubmitted, RequestApproved, RequestStatusChanged), "request_id"),
    listing=select(FundRequest.id, FundRequest.status, FundRequest.status_since, FundRequest.title),
    document=_request,
)
declare_index(
    "claims",
    label=_l("Claims"),
    icon="verified",
    order=75,
    events=dict.fromkeys((ClaimSubmitted, ClaimDecided, ClaimPaid), "claim_id"),
    listing=select(Claim.id, Claim.status, Claim.status_since, Claim.invoice_no, Claim.supplier, Claim.payment_ref),
    document=_claim,
)
