"""Rows of a campaign's page that come from deals and funds, each with its state and the way to its own page."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from core.ctx import Ctx
from core.i18n import format_date
from deals import Perm as DealsPerm
from deals.labels import status_label as deal_status
from deals.labels import status_tone as deal_tone
from deals.models import Registration
from engagement.queries.names import partner_names
from hub.labels import short_money
from mdf import Claim, FundRequest
from mdf import Perm as MdfPerm
from mdf.claim_labels import status_label as claim_status
from mdf.claim_labels import status_tone as claim_tone
from mdf.labels import request_status_label, request_tone
from mdf.queries import fund_lines
from syndication import Campaign


def has_part(ctx: Ctx, campaign: Campaign) -> bool:
    """Whether the reader's partner asked for funds or registered a deal under the campaign."""
    asked = select(FundRequest.id).where(FundRequest.campaign_id == campaign.id).limit(1)
    sold = select(Registration.id).where(Registration.source_code == campaign.code).limit(1)
    return ctx.session.scalar(asked) is not None or ctx.session.scalar(sold) is not None


def request_rows(ctx: Ctx, campaign: Campaign) -> list[dict[str, Any]]:
    """Requests for funds with what was approved and paid, the latest first."""
    if not ctx.may(MdfPerm.REQUEST_READ):
        return []
    rows = list(ctx.session.scalars(select(FundRequest).where(FundRequest.campaign_id == campaign.id).order_by(FundRequest.id.desc())))
    if ctx.actor.partner_id is None:
        rows = [row for row in rows if row.submitted_at is not None]
    paid = {line.request_id: line.paid_minor for line in fund_lines(ctx)}
    partners = partner_names(ctx, [str(row.partner_id) for row in rows])
    return [
        {
            "name": row.title,
            "href": f"{_base(ctx)}/funds/{row.id}",
            "partner": partners[str(row.partner_id)].text,
            "chip": (row.status.value, request_status_label(row.status), *request_tone(row.status)),
            "requested": short_money(row.requested_minor, row.currency),
            "approved": short_money(row.approved_minor, row.currency) if row.approved_minor is not None else "",
            "paid": short_money(paid.get(row.id, 0), row.currency),
            "due": format_date(row.claim_due_on) if row.claim_due_on else "",
        }
        for row in rows
    ]


def claim_rows(ctx: Ctx, campaign: Campaign) -> list[dict[str, Any]]:
    """Claims for those requests."""
    if not ctx.may(MdfPerm.CLAIM_READ):
        return []
    query = select(Claim, FundRequest.title).join(FundRequest, FundRequest.id == Claim.request_id).where(FundRequest.campaign_id == campaign.id)
    found = [(claim, title) for claim, title in ctx.session.execute(query.order_by(Claim.id.desc()))]
    if ctx.actor.partner_id is None:
        found = [(claim, title) for claim, title in found if claim.submitted_at is not None]
    partners = partner_names(ctx, [str(claim.partner_id) for claim, _title in found])
    return [
        {
            "name": title,
            "href": f"{_base(ctx)}/funds/claims/{claim.id}",
            "partner": partners[str(claim.partner_id)].text,
            "chip": (claim.status.value, claim_status(claim.status), *claim_tone(claim.status)),
            "claimed": short_money(claim.claimed_minor, claim.currency),
            "approved": short_money(claim.approved_minor, claim.currency) if claim.approved_minor is not None else "",
            "since": format_date(claim.status_since.astimezone(ctx.clock.zone)),
        }
        for claim, title in found
    ]


def deal_rows(ctx: Ctx, campaign: Campaign) -> list[dict[str, Any]]:
    """Registrations whose lead carried the campaign's code, the latest first."""
    if not ctx.may(DealsPerm.REGISTRATION_READ):
        return []
    query = select(Registration).where(Registration.source_code == campaign.code).order_by(Registration.id.desc())
    if ctx.actor.partner_id is None:
        query = query.where(Registration.submitted_at.is_not(None))
    rows = list(ctx.session.scalars(query))
    partners = partner_names(ctx, [str(row.partner_id) for row in rows])
    return [
        {
            "name": row.customer_name or row.customer_domain,
            "href": f"{_base(ctx)}/deals/{row.id}",
            "partner": partners[str(row.partner_id)].text,
            "chip": (row.status.value, deal_status(row.status), *deal_tone(row.status)),
            "amount": short_money(row.amount_minor, row.currency) if row.amount_minor else "",
            "on": format_date(row.submitted_at.astimezone(ctx.clock.zone)) if row.submitted_at else "",
        }
        for row in rows
    ]


def _base(ctx: Ctx) -> str:
    return "/portal" if ctx.actor.partner_id else "/desk"
