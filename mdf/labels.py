"""Words for budgets, requests and the evidence list. Those of claims stand in claim_labels."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.i18n import format_date, pgettext
from core.i18n import gettext as _
from core.money import Money
from mdf.rules.kinds import ActivityType, DeclineReason, EntryKind, Provider
from mdf.rules.states import BudgetStatus, RequestStatus


def activity_label(kind: ActivityType) -> str:
    return {
        ActivityType.SYNDICATION_PLACEMENT: _("Placement of the vendor's content"),
        ActivityType.LANDING_PAGE: _("Co-branded landing page"),
        ActivityType.EMAIL_ELSEWHERE: _("E-mail campaign sent by yourself"),
        ActivityType.DIGITAL_ADVERTISING: _("Digital advertising, search, social media"),
        ActivityType.PRINT: _("Print"),
        ActivityType.SIGNAGE: _("Signage"),
        ActivityType.EVENT: _("Event or webinar"),
        ActivityType.TELEMARKETING: _("Telemarketing"),
        ActivityType.TRAINING: _("Training, certification"),
    }[kind]


def evidence_label(code: str) -> str:
    """What a line of the evidence list is called; a code of an older catalogue stays readable."""
    return {
        "sealed_counts": _("Sealed daily counts: rendered, viewable, clicks"),
        "timeline": _("Timeline of the delivery"),
        "screenshot_start": _("Picture of the page at the start"),
        "screenshot_middle": _("Picture of the page in the middle"),
        "screenshot_end": _("Picture of the page at the end"),
        "page_check": _("Check that the placement was live"),
        "invalid_traffic": _("Statement on traffic that was not counted"),
        "leads": _("Leads with their consent, counted"),
        "invoice": _("Invoice"),
        "payment": _("Proof of payment"),
        "published_page": _("The published page with both brands"),
        "creative": _("The mail as it was sent, with both brands"),
        "list_size": _("Number of recipients"),
        "delivery_report": _("Delivery report of the sender"),
        "platform_report": _("Report of the advertising platform"),
        "ad_screenshot": _("Dated picture of the advertisement with its address"),
        "tear_sheet": _("Tear sheet with publication and date"),
        "photo": _("Dated photographs"),
        "invitation": _("Invitation with both brands"),
        "agenda": _("Agenda"),
        "attendee_list": _("List of attendees, or export of the sign-in"),
        "result_form": _("Result form of the event"),
        "call_report": _("Report of the calls"),
        "script": _("Script of the calls"),
        "result_list": _("List of results without personal data"),
        "award_records": _("Records of the certificates"),
    }.get(code, code)


def provider_label(provider: Provider) -> str:
    return {Provider.HUB: _("We bring it ourselves"), Provider.UPLOAD: _("You upload it")}[provider]


def provider_label_desk(provider: Provider) -> str:
    return {Provider.HUB: _("The hub, by itself"), Provider.UPLOAD: _("The partner uploads it")}[provider]


def request_status_label(status: RequestStatus) -> str:
    return {
        RequestStatus.DRAFT: pgettext("request", "Draft"),
        RequestStatus.SUBMITTED: pgettext("request", "Submitted"),
        RequestStatus.IN_REVIEW: pgettext("request", "In review"),
        RequestStatus.INFO_REQUESTED: pgettext("request", "Question asked"),
        RequestStatus.APPROVED: pgettext("request", "Approved"),
        RequestStatus.PARTIALLY_APPROVED: pgettext("request", "Approved in part"),
        RequestStatus.CHANGES_REQUESTED: pgettext("request", "Changes wanted"),
        RequestStatus.DECLINED: pgettext("request", "Declined"),
        RequestStatus.EXECUTING: pgettext("request", "Running"),
        RequestStatus.CLOSED: pgettext("request", "Closed"),
        RequestStatus.CANCELLED: pgettext("request", "Cancelled"),
        RequestStatus.LAPSED: pgettext("request", "Lapsed"),
    }[status]


_REQUEST_TONES = {
    RequestStatus.DRAFT: ("neutral", "draft"),
    RequestStatus.SUBMITTED: ("attention", "waiting"),
    RequestStatus.IN_REVIEW: ("attention", "waiting"),
    RequestStatus.INFO_REQUESTED: ("attention", "info"),
    RequestStatus.APPROVED: ("positive", "check"),
    RequestStatus.PARTIALLY_APPROVED: ("positive", "check"),
    RequestStatus.CHANGES_REQUESTED: ("attention", "undo"),
    RequestStatus.DECLINED: ("negative", "stop"),
    RequestStatus.EXECUTING: ("positive", "live"),
    RequestStatus.CLOSED: ("neutral", "check"),
    RequestStatus.CANCELLED: ("neutral", "stop"),
    RequestStatus.LAPSED: ("neutral", "clock"),
}


def request_tone(status: RequestStatus) -> tuple[str, str]:
    """Tone and icon of the chip."""
    return _REQUEST_TONES[status]


def budget_status_label(status: BudgetStatus) -> str:
    return {
        BudgetStatus.PLANNED: pgettext("budget", "Planned"),
        BudgetStatus.OPEN: pgettext("budget", "Open"),
        BudgetStatus.FROZEN: pgettext("budget", "Frozen"),
        BudgetStatus.CLOSED: pgettext("budget", "Closed"),
    }[status]


_BUDGET_TONES = {
    BudgetStatus.PLANNED: ("neutral", "draft"),
    BudgetStatus.OPEN: ("positive", "check"),
    BudgetStatus.FROZEN: ("attention", "lock"),
    BudgetStatus.CLOSED: ("neutral", "archive"),
}


def budget_tone(status: BudgetStatus) -> tuple[str, str]:
    return _BUDGET_TONES[status]


def budget_action_label(status: BudgetStatus) -> str:
    """The button that brings a budget into this state."""
    return {
        BudgetStatus.OPEN: _("Open for requests"),
        BudgetStatus.FROZEN: _("Freeze"),
        BudgetStatus.CLOSED: _("Close"),
        BudgetStatus.PLANNED: _("Plan"),
    }[status]


def entry_label(kind: EntryKind) -> str:
    return {
        EntryKind.ALLOCATE: _("Allocated"),
        EntryKind.COMMIT: _("Reserved"),
        EntryKind.APPROVE_CLAIM: _("Claim approved"),
        EntryKind.PAY: _("Paid"),
        EntryKind.RELEASE: _("Released"),
    }[kind]


def decline_reason_label(code: str) -> str:
    return {
        DeclineReason.NOT_ELIGIBLE: _("This kind of activity is not funded"),
        DeclineReason.AUDIENCE_MISMATCH: _("The target group does not fit the programme"),
        DeclineReason.BRAND_RULE: _("It breaks a rule of the brand"),
        DeclineReason.DUPLICATE: _("The activity is funded already"),
        DeclineReason.FIGURES: _("The planned figures are not plausible"),
        DeclineReason.INCOMPLETE: _("Something is missing for a decision"),
        DeclineReason.PRIORITIES: _("The money is needed for something else"),
        DeclineReason.OTHER: _("Another reason, see the words below"),
    }[DeclineReason(code)]


def event_sentence(action: str, after: dict[str, Any] | None) -> str:
    """One line of the history of a budget or a request."""
    told = after or {}
    if action in ("mdf.request.approved", "mdf.request.partly_approved") and "approved_minor" in told:
        return _("%(amount)s approved and reserved", amount=Money(int(told["approved_minor"]), str(told["currency"])).format())
    if action == "mdf.request.evidence_fixed":
        return _("Evidence list fixed; the claim is due by %(day)s", day=format_date(date.fromisoformat(str(told["claim_due_on"]))))
    return _sentences().get(action, action)


def _sentences() -> dict[str, str]:
    return {
        "mdf.request.created": _("Draft made"),
        "mdf.request.edited": _("Draft changed"),
        "mdf.request.submitted": _("Submitted"),
        "mdf.request.taken": _("Taken into review"),
        "mdf.request.asked": _("Question to the partner"),
        "mdf.request.answered": _("Answer of the partner"),
        "mdf.request.returned": _("Returned for changes"),
        "mdf.request.declined": _("Declined"),
        "mdf.request.started": _("The activity has started"),
        "mdf.request.closed": _("Closed; what was left went back to the budget"),
        "mdf.request.reopened": _("Open again after an appeal"),
        "mdf.request.cancelled": _("Cancelled; what was reserved went back to the budget"),
        "mdf.request.lapsed": _("Lapsed: no claim came in time; what was reserved went back to the budget"),
        "mdf.budget.created": _("Budget planned"),
        "mdf.budget.open": _("Opened for requests"),
        "mdf.budget.frozen": _("Frozen: no new approvals"),
        "mdf.budget.closed": _("Closed"),
    }
