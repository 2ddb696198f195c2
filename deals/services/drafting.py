"""A registration on its way to being submitted: typed in, or begun from a lead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.errors import Refused
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from core.money import Money
from deals.models import Registration
from deals.permissions import Perm
from deals.rules.customers import customer_domain, is_everybodys, name_key, registrable
from deals.rules.stages import USUAL_PROBABILITY, SalesStage
from deals.rules.states import ENDED, DealStatus
from deals.services.checking import check_draft
from deals.services.finding import registration_for_change
from deals.services.leads import lead_is_accepted
from engagement import Lead, LeadStatus, lead_for
from partners import partner_for

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True)
class RegistrationDraft:
    """What a partner fills in; only a draft may leave things out. `probability` in per cent, None for the usual one of the stage."""

    customer_name: str = ""
    customer_domain: str = ""
    customer_country: str = ""
    contact_name: str = ""
    contact_email: str = ""
    product_line: str = ""
    amount: Money | None = None
    expected_close: date | None = None
    tender: bool = False
    tender_published_on: date | None = None
    competitor: str = ""
    presales_activity: str = ""
    stage: SalesStage = SalesStage.QUALIFIED
    probability: int | None = None


def save_draft(ctx: Ctx, partner_id: TypeID, draft: RegistrationDraft, registration_id: TypeID | None = None) -> Registration:
    """Keeps what is there. While a question is open the partner may correct everything but customer and product line.

    Raises Invalid for what is filled in and cannot stand, Refused once the registration is with the vendor.
    """
    ctx.require(Perm.REGISTRATION_EDIT, partner_id)
    if registration_id is None:
        row = _new(ctx, partner_id)
        check_draft(ctx, draft)
        _fill(row, draft)
        ctx.session.add(row)
        ctx.session.flush()
        ctx.audit("deals.registration.created", row, after={"product_line": row.product_line})
        return row
    row = registration_for_change(ctx, registration_id)
    if row.status not in (DealStatus.DRAFT, DealStatus.INFO_REQUESTED):
        raise Refused("read_only", _("The registration is submitted and cannot be changed. Give it up and register anew, or wait for a question."))
    is_draft = row.status is DealStatus.DRAFT
    if not is_draft:
        draft = replace(
            draft,
            customer_name=row.customer_name,
            customer_domain=row.customer_domain,
            customer_country=row.customer_country,
            product_line=row.product_line,
        )
    check_draft(ctx, draft, complete=not is_draft)
    before = _told(row)
    _fill(row, draft)
    if before != _told(row):
        ctx.audit("deals.registration.edited", row, before=before, after=_told(row))
    return row


def _new(ctx: Ctx, partner_id: TypeID) -> Registration:
    return Registration(id=new_id("dlr", int(ctx.now.timestamp() * 1000)), partner_id=partner_id, status_since=ctx.now, created_at=ctx.now)


def _fill(row: Registration, draft: RegistrationDraft) -> None:
    """Customer keys follow the customer: both are what rivals are compared by."""
    domain = customer_domain(draft.customer_domain) or ""
    row.customer_name, row.customer_domain, row.customer_country = draft.customer_name.strip(), domain, draft.customer_country
    row.customer_key, row.name_key = registrable(domain) if domain else "", name_key(draft.customer_name)
    row.contact_name, row.contact_email = draft.contact_name.strip(), draft.contact_email.strip()
    row.product_line = draft.product_line
    row.amount_minor, row.currency = (draft.amount.minor, draft.amount.currency) if draft.amount else (None, "")
    row.expected_close = draft.expected_close
    row.tender, row.tender_published_on = draft.tender, draft.tender_published_on if draft.tender else None
    row.competitor, row.presales_activity = draft.competitor.strip(), draft.presales_activity.strip()
    row.stage = draft.stage
    row.probability = USUAL_PROBABILITY[draft.stage] if draft.probability is None else draft.probability


def _told(row: Registration) -> dict[str, object]:
    """For the history: what the deal is about, never a person."""
    return {
        "product_line": row.product_line,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "expected_close": row.expected_close,
        "stage": row.stage.value,
        "probability": row.probability,
    }


def draft_from_lead(ctx: Ctx, lead_id: TypeID) -> Registration:
    """The lead's registration: the one it has, or a new draft with what the lead tells and where it came from."""
    # Two colleagues press the button at once: the second finds the first one's draft.
    ctx.session.execute(select(Lead.id).where(Lead.id == lead_id).with_for_update(of=Lead))
    lead = lead_for(ctx, lead_id)
    ctx.require(Perm.REGISTRATION_EDIT, lead.partner_id)
    known = ctx.session.scalar(
        select(Registration).where(Registration.lead_id == lead.id, Registration.status.not_in(ENDED)).order_by(Registration.id.desc()).limit(1)
    )
    if known is not None:
        return known
    if lead.status in (LeadStatus.SPAM, LeadStatus.LOST, LeadStatus.DECLINED, LeadStatus.EXPIRED):
        raise Refused("lead_is_closed", _("This lead is closed. Only an open lead becomes a deal."))
    if lead.consent_ended_at is not None:
        raise Refused("consent_withdrawn", _("The person has withdrawn consent. Nobody may contact them because of this lead."))
    lead_is_accepted(ctx, lead.id)
    ctx.session.flush()
    ctx.session.refresh(lead)  # who it is shows now (core.fields)
    row = _new(ctx, lead.partner_id)
    _fill(row, _prefilled(ctx, lead))
    row.lead_id, row.source_code, row.placement_id, row.asset_id = lead.id, lead.campaign, lead.placement_id, lead.asset_id
    ctx.session.add(row)
    ctx.session.flush()
    ctx.audit("deals.registration.created_from_lead", row, after={"lead_id": lead.id, "source_code": lead.campaign})
    return row


def _prefilled(ctx: Ctx, lead: Lead) -> RegistrationDraft:
    """A private mailbox says nothing about the company."""
    host = customer_domain(lead.email.rpartition("@")[2]) or ""
    return RegistrationDraft(
        customer_name=lead.company,
        customer_domain="" if not host or is_everybodys(host) else host,
        customer_country=partner_for(ctx, lead.partner_id).country,
        contact_name=lead.name,
        contact_email=lead.email,
    )
