"""Words for this room's names: states, stages, actions, reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.i18n import format_percent, ngettext, pgettext
from core.i18n import gettext as _
from core.money import Money
from deals.models import ProductLine
from deals.programme import DealTerms
from deals.rules.admission import Finding, ReasonCode
from deals.rules.stages import SalesStage
from deals.rules.states import DealAction, DealStatus


def status_label(status: DealStatus) -> str:
    return {
        DealStatus.DRAFT: pgettext("deal", "Draft"),
        DealStatus.SUBMITTED: pgettext("deal", "Submitted"),
        DealStatus.IN_REVIEW: pgettext("deal", "In review"),
        DealStatus.INFO_REQUESTED: pgettext("deal", "Question open"),
        DealStatus.APPROVED: pgettext("deal", "Approved"),
        DealStatus.REJECTED: pgettext("deal", "Rejected"),
        DealStatus.EXPIRED: pgettext("deal", "Expired"),
        DealStatus.RELEASED: pgettext("deal", "Given up"),
        DealStatus.WON: pgettext("deal", "Won"),
        DealStatus.LOST: pgettext("deal", "Lost"),
    }[status]


_TONES = {
    DealStatus.DRAFT: ("neutral", "draft"),
    DealStatus.SUBMITTED: ("attention", "waiting"),
    DealStatus.IN_REVIEW: ("attention", "waiting"),
    DealStatus.INFO_REQUESTED: ("attention", "mail"),
    DealStatus.APPROVED: ("positive", "check"),
    DealStatus.REJECTED: ("negative", "stop"),
    DealStatus.EXPIRED: ("neutral", "clock"),
    DealStatus.RELEASED: ("neutral", "undo"),
    DealStatus.WON: ("positive", "verified"),
    DealStatus.LOST: ("neutral", "stop"),
}


def status_tone(status: DealStatus) -> tuple[str, str]:
    """Tone and icon of the chip."""
    return _TONES[status]


def stage_label(stage: SalesStage) -> str:
    return {
        SalesStage.PROSPECTING: _("First contact"),
        SalesStage.QUALIFIED: _("Need is clear"),
        SalesStage.PROPOSAL: _("Proposal sent"),
        SalesStage.NEGOTIATION: _("Negotiation"),
        SalesStage.VERBAL: _("Agreed by word"),
    }[stage]


def action_label(action: DealAction) -> str:
    return {
        DealAction.SUBMIT: _("Submit registration"),
        DealAction.TAKE: _("Take into review"),
        DealAction.ASK: _("Ask the partner …"),
        DealAction.ANSWER: _("Answer …"),
        DealAction.APPROVE: _("Approve"),
        DealAction.REJECT: _("Reject …"),
        DealAction.WITHDRAW: _("Give up …"),
        DealAction.RELEASE: _("End protection …"),
        DealAction.EXPIRE: _("Expire"),
        DealAction.REOPEN: _("Open again"),
        DealAction.WIN: _("Mark as won …"),
        DealAction.LOSE: _("Mark as lost …"),
    }[action]


def reason_label(code: str) -> str:
    """Short, for lists and choices."""
    return {
        ReasonCode.DUPLICATE_REGISTRATION: _("Registered before"),
        ReasonCode.DIRECT_ENGAGEMENT: _("The vendor is in contact itself"),
        ReasonCode.EXISTING_CUSTOMER: _("Customer already"),
        ReasonCode.TENDER_PUBLISHED: _("Tender is published"),
        ReasonCode.BELOW_MINIMUM: _("Below the minimum amount"),
        ReasonCode.NOT_AUTHORISED: _("Not authorised for the product line"),
        ReasonCode.CERTIFICATION_MISSING: _("Certification missing"),
        ReasonCode.INCOMPLETE: _("Incomplete"),
        ReasonCode.CUSTOMER_DECLINED: _("Customer does not want it"),
        ReasonCode.INACTIVE: _("No activity"),
    }[ReasonCode(code)]


def match_label(kind: str) -> str:
    """How an earlier registration was found."""
    return {"domain": _("Same domain"), "name": _("Similar name")}.get(kind, "")


def match_sentence(kind: str) -> str:
    """What the later partner reads: that somebody looks at it, never who was first."""
    return {
        "domain": _("Another registration for this customer and product line came first. The channel manager looks at both before deciding."),
        "name": _("The customer's name resembles that of an earlier registration. The channel manager checks whether they are the same."),
    }.get(kind, "")


def finding_sentence(finding: Finding, currency: str, terms: DealTerms) -> str:
    """What the partner reads at the field: why it is refused, and what to do."""
    if finding.code is ReasonCode.BELOW_MINIMUM:
        least = Money(terms.least_minor(currency), currency).format()
        return _("Deals are registered from %(least)s on. Register this one when it has grown, or sell it without protection.", least=least)
    return {
        ReasonCode.DUPLICATE_REGISTRATION: _(
            "You have registered this customer for this product line already. Open that registration and go on there."
        ),
        ReasonCode.CUSTOMER_DECLINED: _("This is your own domain. Enter the domain of the customer who will use the product."),
        ReasonCode.DIRECT_ENGAGEMENT: ngettext(
            "We have been in contact with this customer ourselves within the last %(n)s day. Talk to your channel manager before you go on.",
            "We have been in contact with this customer ourselves within the last %(n)s days. Talk to your channel manager before you go on.",
            terms.direct_engagement_days,
        ),
        ReasonCode.NOT_AUTHORISED: _("Your company is not authorised to sell this product line. Choose another one, or ask your channel manager."),
        ReasonCode.TENDER_PUBLISHED: _(
            "The tender is published already, so nobody can be protected any more. Deals by tender are registered before their publication."
        ),
    }[finding.code]


def line_name(line: ProductLine | None, locale: str, code: str = "") -> str:
    """In the reader's language, else in the first one."""
    if line is None:
        return code
    names = {str(key): str(value) for key, value in line.names.items()}
    return names.get(locale) or names.get(locale.partition("-")[0]) or next(iter(names.values()), line.code)


def amount(minor: int | None, currency: str) -> str:
    return Money(minor, currency).format() if minor is not None and currency else ""


def per_cent(value: int) -> str:
    return format_percent(value / 100, 0).replace(" ", "\u00a0")


def event_sentence(action: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    """One line of a registration's timeline out of an audit entry."""
    told = {**(before or {}), **(after or {})}
    code = str(told.get("reason_code") or "")
    if action == "deals.registration.approve" and told.get("by_timeout"):
        return _("Approved by timeout, by rule %(rule)s %(version)s", rule=told.get("rule", ""), version=told.get("rule_version", ""))
    if action == "deals.registration.reject" and code:
        return _("Rejected: %(reason)s", reason=reason_label(code))
    sentences = {
        "created": _("Draft started"),
        "created_from_lead": _("Started from a lead"),
        "edited": _("Changed"),
        "submit": _("Submitted"),
        "take": _("Taken into review"),
        "ask": _("Question to the partner"),
        "answer": _("Answered"),
        "approve": _("Approved"),
        "reject": _("Rejected"),
        "withdraw": _("Given up"),
        "release": _("Protection ended by the vendor"),
        "expire": _("Protection has run out"),
        "reopen": _("Open again after an appeal"),
        "win": _("Won"),
        "lose": _("Lost"),
        "stage_changed": _("Sales stage changed"),
        "conflict_cleared": _("No earlier registration is in the way any more"),
    }
    name = action.rpartition(".")[2]
    return sentences.get(name) or name.replace("_", " ")
