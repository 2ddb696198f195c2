"""Kestrel's request for funds and its claim, in states in which their pages have all their forms."""

from __future__ import annotations

import io
from datetime import timedelta

from PIL import Image

from core.ctx import Ctx
from core.ids import TypeID, new_id
from core.storage import put_object
from mdf import (
    ActivityType,
    BudgetDraft,
    Claim,
    ClaimStatus,
    Evidence,
    EvidenceItem,
    RequestDraft,
    RequestStatus,
    create_budget,
    open_budget,
    save_request,
)
from mdf import LineDraft as RequestLine
from mdf.models import ClaimLine, EvidenceKind, EvidenceStatus, Provider
from syndication import Campaign


def a_budget(ctx: Ctx) -> TypeID:
    days = {"opens_on": ctx.today, "closes_on": ctx.today + timedelta(days=90)}
    budget = create_budget(ctx, BudgetDraft(name="Budget", quarter="2026-Q1", currency="EUR", amount_minor=1_000_000, **days))
    return open_budget(ctx, budget.id).id


def funded(ctx: Ctx, partner_id: TypeID, budget_id: TypeID, title: str) -> dict[str, TypeID]:
    """A submitted request with a claim that was sent and asked about, with a picture behind it and a bundle."""
    campaign = Campaign(id=new_id("cmp"), code="2026-q1_kestrel", name="Campaign", starts_on=ctx.today, ends_on=ctx.today, created_at=ctx.now)
    ctx.session.add(campaign)
    ctx.session.flush()
    draft = RequestDraft(
        title=title,
        budget_id=budget_id,
        activity_type=ActivityType.PRINT,
        currency="EUR",
        campaign_id=campaign.id,
        starts_on=ctx.today,
        ends_on=ctx.today + timedelta(days=9),
        lines=(RequestLine("Advertisement", 100_000),),
    )
    request = save_request(ctx, partner_id, draft)
    request.status = RequestStatus.SUBMITTED  # the desk sees no drafts, and decides this one
    claim = Claim(
        id=new_id("clm"), partner_id=partner_id, request_id=request.id, currency="EUR", status=ClaimStatus.INFO_REQUESTED,
        status_since=ctx.now, created_at=ctx.now, submitted_at=ctx.now, invoice_no="R1", supplier=title,
        bundle_key=put_object(ctx, b"PK", "application/zip", public=False).key, bundle_version=1, bundle_sha256="0" * 64,
    )  # fmt: skip
    item = EvidenceItem(
        id=new_id("evi"), partner_id=partner_id, request_id=request.id, position=99, code="invoice", kind=EvidenceKind.INVOICE,
        provider=Provider.UPLOAD, created_at=ctx.now,
    )  # fmt: skip
    ctx.session.add_all([claim, item])
    ctx.session.flush()
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(picture, "PNG")
    kept = put_object(ctx, picture.getvalue(), "image/png", public=False)
    piece = Evidence(
        id=new_id("evd"), partner_id=partner_id, request_id=request.id, item_id=item.id, claim_id=claim.id, status=EvidenceStatus.ATTACHED,
        object_key=kept.key, media_type="image/png", file_name="r1.png", sha256="1" * 64, size=kept.size, created_at=ctx.now,
    )  # fmt: skip
    line = ClaimLine(
        id=new_id("cln"), partner_id=partner_id, claim_id=claim.id, request_line_id=request.lines[0].id, position=1, description="Line",
        amount_minor=100_000,
    )  # fmt: skip
    ctx.session.add_all([piece, line])
    return {"campaign_id": campaign.id, "budget_id": budget_id, "request_id": request.id, "claim_id": claim.id, "evidence_id": piece.id}
