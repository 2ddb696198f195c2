"""What a request's page shows of its claims: the way to file one, and those that there are."""

from __future__ import annotations

from flask import g

from core.web import ctx, render
from mdf import claim_labels
from mdf.models import ClaimStatus, FundRequest
from mdf.permissions import Perm
from mdf.queries.claims import claims_of_request
from mdf.rules.claims import why_not_claimable

_HINDERING = (ClaimStatus.SUBMITTED, ClaimStatus.IN_REVIEW, ClaimStatus.INFO_REQUESTED)


def actions(request: FundRequest) -> str:
    """The button "File the claim", when the day has come."""
    work = ctx()
    if work.actor.partner_id is None or not work.may(Perm.CLAIM_EDIT, request.partner_id):
        return ""
    if why_not_claimable(request.status, request.ends_on, work.today) is not None:
        return ""
    claims = claims_of_request(work, request.id)
    if any(claim.status in _HINDERING for claim in claims):
        return ""
    draft = next((claim for claim in claims if claim.status is ClaimStatus.DRAFT), None)
    return render("mdf/_claim_button.html", row=request, draft=draft)


def claims_of(request: FundRequest) -> str:
    """The request's claims as rows; empty before there is one."""
    work = ctx()
    if not work.may(Perm.CLAIM_READ, request.partner_id):
        return ""
    claims = claims_of_request(work, request.id)
    endpoint = "desk_fund_claims.show" if g.actor.partner_id is None else "fund_claims.show"
    rows = [{"claim": one, "status": claim_labels.status_label(one.status), "tone": claim_labels.status_tone(one.status)} for one in claims]
    return render("mdf/_request_claims.html", rows=rows, endpoint=endpoint) if rows else ""
