"""The decisions of this room as rules that can be taken again: plain values and the programme of their time go in (N-06).

A rule that changes gets the next version beside the old one; the old one stays, so that stored decisions keep their meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.decisions import Verdict, decides
from core.programme import Programme
from deals.programme import DealTerms
from deals.rules.admission import Application, ReasonCode, admission
from deals.rules.protection import protection_end

ADMISSION, STANDING, DECISION = "deals.admission", "deals.standing", "deals.decision"
Inputs = Mapping[str, Any]


@decides(ADMISSION, version="1")
def admitted(inputs: Inputs, programme: Programme) -> Verdict:
    """Whether a complete registration may be submitted (A-29). The first rule that says no is the reason; all are named."""
    terms = programme.section(DealTerms)
    contact = contact_that_counts(inputs["direct_contacts"], inputs["registered_at"])
    told = Application(
        today=date.fromisoformat(inputs["today"]),
        customer_key=inputs["customer_key"],
        partner_key=inputs["partner_key"],
        amount_minor=inputs["amount_minor"],
        currency=inputs["currency"],
        tender=inputs["tender"],
        tender_published_on=date.fromisoformat(inputs["tender_published_on"]) if inputs["tender_published_on"] else None,
        partner_tier=inputs["partner_tier"],
        line_tiers=inputs["line_tiers"],
        line_is_active=inputs["line_is_active"],
        direct_contact_on=contact,
        has_own_earlier=inputs["has_own_earlier"],
    )
    findings = admission(told, terms)
    if not findings:
        return Verdict("admitted")
    first = findings[0]
    values = {"field": first.field, "all": [[one.code.value, one.field] for one in findings], **_criterion(first.code, told, terms)}
    return Verdict("refused", first.code.value, values, way_out=first.code.value)


def _criterion(code: ReasonCode, told: Application, terms: DealTerms) -> dict[str, Any]:
    """What was needed and what was there, as plain values."""
    if code is ReasonCode.BELOW_MINIMUM:
        return {"needed_minor": terms.least_minor(told.currency), "given_minor": told.amount_minor, "currency": told.currency}
    if code is ReasonCode.DIRECT_ENGAGEMENT and told.direct_contact_on is not None:
        free_on = told.direct_contact_on + timedelta(days=terms.direct_engagement_days + 1)
        return {"contact_on": told.direct_contact_on, "needed_days": terms.direct_engagement_days, "free_on": free_on}
    if code is ReasonCode.NOT_AUTHORISED:
        return {"given_tier": told.partner_tier, "needed_tiers": list(told.line_tiers)}
    return {"published_on": told.tender_published_on} if code is ReasonCode.TENDER_PUBLISHED else {}


def contact_that_counts(contacts: Iterable[Mapping[str, Any]], registered_at: str, *, before: bool = False) -> date | None:
    """The last note about the customer that stood on the list when the registration came in.

    A note that was written later cannot win, however early the contact is said to have been (N-06, the named-account trick). `before`:
    a note of the same moment cannot either, where somebody decides about a registration that is there already.
    """
    registered = datetime.fromisoformat(registered_at)
    times = [(datetime.fromisoformat(note["noted_at"]), note["contact_on"]) for note in contacts]
    last = max(((noted, contact) for noted, contact in times if noted < registered or (noted == registered and not before)), default=None)
    return date.fromisoformat(last[1]) if last is not None else None


@decides(STANDING, version="1")
def standing(inputs: Inputs, programme: Programme) -> Verdict:
    """How a registration stands beside those of others (A-30): who they are is no input, only how they match and who came first."""
    ahead = [one for one in inputs["others"] if one["place"] < inputs["place"] or one["is_protected"]]
    certain = [one for one in ahead if one["match"] == "domain"]
    values = {"ahead": len(ahead), "certain": len(certain)}
    if certain:
        return Verdict("conflict", "earlier_registration", values, way_out="compared_by_person")
    return Verdict("review", "similar_name", values, way_out="compared_by_person") if ahead else Verdict("clear", values=values)


@decides(DECISION, version="1")
def decided(inputs: Inputs, programme: Programme) -> Verdict:
    """Approved, rejected, or not to be decided so (`refused`): by a person, or by the hub when the agreed time was over (N-05)."""
    if inputs["action"] == "reject":
        return _rejected(inputs, programme)
    if inputs["protected_for_another"]:
        return Verdict("refused", "protected_for_another")
    if inputs["in_the_way"] and (inputs["by_timeout"] or not inputs["has_reason"]):
        return Verdict("refused", "reason_missing" if not inputs["by_timeout"] else "needs_a_person", {"in_the_way": inputs["in_the_way"]})
    terms = programme.section(DealTerms)
    days = terms.protection_days + inputs["extended_days"]
    until = protection_end(datetime.fromisoformat(inputs["decided_at"]), ZoneInfo(inputs["zone"]), days)
    values = {"protected_until": until.isoformat(), "protection_days": terms.protection_days, "extended_days": inputs["extended_days"]}
    return Verdict("approved", "timeout" if inputs["by_timeout"] else "", values)


def _rejected(inputs: Inputs, programme: Programme) -> Verdict:
    code = ReasonCode(inputs["reason_code"])
    if code is not ReasonCode.DIRECT_ENGAGEMENT:
        return Verdict("rejected", code.value, way_out=code.value)
    needed = programme.section(DealTerms).direct_engagement_days
    contact = contact_that_counts(inputs["direct_contacts"], inputs["registered_at"], before=True)
    registered_on = datetime.fromisoformat(inputs["registered_at"]).astimezone(ZoneInfo(inputs["zone"])).date()
    if contact is None or registered_on - contact > timedelta(days=needed):
        return Verdict("refused", "no_evidence_of_contact", {"needed_days": needed, "contact_on": contact})
    free_on = contact + timedelta(days=needed + 1)
    return Verdict("rejected", code.value, {"contact_on": contact, "needed_days": needed, "free_on": free_on}, way_out=code.value)
