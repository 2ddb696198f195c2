"""The moment that counts: complete, admitted, certified, numbered; and compared with those who were first (A-29, A-30)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.decisions import Explained, decide, explain
from core.decisions.deciding import keep
from core.errors import Invalid
from core.ids import TypeID
from core.money import Money
from core.programme import programme_of
from core.sla import start_clock
from deals import labels
from deals.decisions import CLOCK
from deals.events import RegistrationSubmitted
from deals.models import ProductLine, Registration
from deals.permissions import Perm
from deals.programme import DealTerms
from deals.rules.admission import Finding, ReasonCode
from deals.rules.conflicts import MatchKind, match
from deals.rules.customers import customer_domain, registrable
from deals.rules.decisions import ADMISSION, STANDING
from deals.rules.states import DEALS, LIVE, DealAction
from deals.services.checking import check_draft
from deals.services.contacts import contacts_of
from deals.services.drafting import RegistrationDraft
from deals.services.finding import claimant, lock_line, registration_for_change, standing_of
from deals.services.leads import lead_is_qualified
from enablement import GatedAction, require_gate
from partners import partner_for

if TYPE_CHECKING:
    from core.ctx import Ctx


class NotAdmitted(Invalid):
    """A rule of the programme says no: `findings` hold the codes, `errors` the sentences by field, `explained` what was asked and answered."""

    def __init__(self, findings: tuple[Finding, ...], currency: str, terms: DealTerms, explained: Explained) -> None:
        super().__init__({finding.field: labels.finding_sentence(finding, currency, terms) for finding in reversed(findings)})
        self.code = findings[0].code.value
        self.findings = findings
        self.explained = explained


def submit_registration(ctx: Ctx, registration_id: TypeID) -> Registration:
    """Hands the draft to the vendor. Raises Invalid (fields), NotAdmitted (rules), CertificationMissing (gate).

    The number is drawn under the product line's lock: of two partners with the same customer, one is first and knows no conflict.
    """
    code = ctx.session.scalar(select(Registration.product_line).where(Registration.id == registration_id))
    line = lock_line(ctx, code or "")
    row = registration_for_change(ctx, registration_id)
    ctx.require(Perm.REGISTRATION_EDIT, row.partner_id)
    step = DEALS.need(row.status, DealAction.SUBMIT)
    require_gate(ctx, row.partner_id, GatedAction.DEAL_REGISTRATION)
    check_draft(ctx, as_draft(row), complete=True)
    assert line is not None  # check_draft knows the product line
    admitted = explain(ctx, ADMISSION, _application(ctx, row, line))
    if admitted.verdict.result == "refused":
        findings = tuple(Finding(ReasonCode(code), field) for code, field in admitted.verdict.values["all"])
        raise NotAdmitted(findings, row.currency, programme_of(ctx).section(DealTerms), admitted)
    keep(ctx, admitted, row.id, row.partner_id)
    line.submissions += 1
    row.place, row.submitted_at, row.status_since = line.submissions, ctx.now, ctx.now
    found = standing_of(ctx, row)
    row.conflict, row.match_kind = found.is_conflict, found.match_kind.value
    others = [{"place": one.place, "is_protected": one.is_protected, "match": kind.value} for one, kind in found.in_the_way]
    decide(ctx, STANDING, row.id, row.partner_id, {"place": row.place, "others": others})
    start_clock(ctx, CLOCK, row.id, row.partner_id, partner_for(ctx, row.partner_id).region)
    before, row.status = row.status, step.target
    ctx.audit("deals.registration.submit", row, before={"status": before.value}, after={"status": row.status.value, "place": row.place})
    ctx.emit(RegistrationSubmitted(str(row.id), str(row.partner_id), str(row.lead_id or ""), row.source_code))
    lead_is_qualified(ctx, row.lead_id)
    return row


def as_draft(row: Registration) -> RegistrationDraft:
    """The stored registration as it was filled in."""
    return RegistrationDraft(
        customer_name=row.customer_name,
        customer_domain=row.customer_domain,
        customer_country=row.customer_country,
        contact_name=row.contact_name,
        contact_email=row.contact_email,
        product_line=row.product_line,
        amount=Money(row.amount_minor, row.currency) if row.amount_minor is not None else None,
        expected_close=row.expected_close,
        tender=row.tender,
        tender_published_on=row.tender_published_on,
        competitor=row.competitor,
        presales_activity=row.presales_activity,
        stage=row.stage,
        probability=row.probability,
    )


def _application(ctx: Ctx, row: Registration, line: ProductLine) -> dict[str, object]:
    """The inputs of the rule: what it takes to decide, and nobody's name."""
    partner = partner_for(ctx, row.partner_id)
    return {
        "today": ctx.today,
        "registered_at": ctx.now,
        "customer_key": row.customer_key,
        "partner_key": registrable(customer_domain(partner.domain) or partner.domain),
        "amount_minor": row.amount_minor or 0,
        "currency": row.currency,
        "tender": row.tender,
        "tender_published_on": row.tender_published_on,
        "partner_tier": partner.tier,
        "line_tiers": [str(tier) for tier in line.tiers],
        "line_is_active": line.is_active,
        "direct_contacts": contacts_of(ctx, row.customer_key),
        "has_own_earlier": _own_earlier(ctx, row),
    }


def _own_earlier(ctx: Ctx, row: Registration) -> bool:
    query = select(Registration).where(
        Registration.partner_id == row.partner_id,
        Registration.product_line == row.product_line,
        Registration.status.in_(LIVE),
        Registration.id != row.id,
    )
    mine, terms = claimant(ctx, row), programme_of(ctx).section(DealTerms)
    # A similar name may be a sister company with a domain of its own: only the domain makes it the same customer.
    return any(match(mine, claimant(ctx, other), terms) is MatchKind.DOMAIN for other in ctx.session.scalars(query))
