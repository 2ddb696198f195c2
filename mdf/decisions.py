"""Decisions about requests and claims in words, and the clocks that run until they are taken."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.decisions import Decision, DecisionKind, DecisionWords, declare_decision
from core.i18n import format_date, ngettext
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.money import Money
from core.sla import ClockKind, declare_clock
from mdf import claim_labels, labels
from mdf.messages import reason_words
from mdf.models import Claim, FundRequest
from mdf.permissions import Perm
from mdf.rules.claims import ClaimReason
from mdf.rules.decisions import CHECK, CLAIM, REQUEST
from mdf.rules.kinds import DeclineReason

if TYPE_CHECKING:
    from core.ctx import Ctx

REQUEST_CLOCK, CLAIM_CLOCK = "mdf.request", "mdf.claim"
#: Requirements, section 6.
REQUEST_DAYS, CLAIM_DAYS = 5, 10


def _title(ctx: Ctx, request_id: TypeID) -> str:
    return ctx.session.scalar(select(FundRequest.title).where(FundRequest.id == request_id)) or str(request_id)


def _title_of_claim(ctx: Ctx, claim_id: TypeID) -> str:
    query = select(FundRequest.title).join(Claim, Claim.request_id == FundRequest.id).where(Claim.id == claim_id)
    return ctx.session.scalar(query) or str(claim_id)


def request_words(ctx: Ctx, decision: Decision) -> DecisionWords:
    told: dict[str, Any] = dict(decision.values)
    if decision.result == "complete":
        return DecisionWords(_("Complete"), tone="positive")
    if decision.result == "refused":
        return DecisionWords(_("Not complete"), reason_words(decision.reason_code), tone="negative")
    if decision.result == "declined":
        return DecisionWords(
            _("Declined"), labels.decline_reason_label(decision.reason_code), way_out=_decline_way_out(decision.reason_code), tone="negative"
        )
    amounts = [Money(told[name], told["currency"]).format() for name in ("granted_minor", "asked_minor")]
    due = format_date(date.fromisoformat(told["claim_due_on"]))
    count = len(told["evidence"])
    way = ngettext(
        "Claim it until %(day)s with the %(n)s proof of the list below.",
        "Claim it until %(day)s with the %(n)s proofs of the list below.",
        count,
        day=due,
    )
    if decision.result == "approved":
        return DecisionWords(_("Approved"), "", _("Granted"), amounts[0], way_out=way, tone="positive")
    return DecisionWords(_("Approved in part"), "", _("Granted"), amounts[0], _("%(asked)s were asked for", asked=amounts[1]), way, "attention")


def _decline_way_out(code: str) -> str:
    return {
        DeclineReason.NOT_ELIGIBLE: _("Choose another kind of activity; the programme guide lists what is funded."),
        DeclineReason.AUDIENCE_MISMATCH: _("Send a new request for a target group of the programme."),
        DeclineReason.BRAND_RULE: _("Send a new request that keeps to the rules of both brands."),
        DeclineReason.DUPLICATE: _("Go on with the request that funds this activity already."),
        DeclineReason.FIGURES: _("Send a new request with figures that earlier campaigns support."),
        DeclineReason.INCOMPLETE: _("Send a new request with what was missing."),
        DeclineReason.PRIORITIES: _("Ask your channel manager which activities the budget is meant for."),
        DeclineReason.OTHER: _("Talk to your channel manager, then send a new request."),
    }[DeclineReason(code)]


def claim_words(ctx: Ctx, decision: Decision) -> DecisionWords:
    told: dict[str, Any] = dict(decision.values)
    paid = Money(told["approved_minor"], told["currency"]).format()
    payable = Money(told["payable_minor"], told["currency"]).format()
    if decision.result == "approved":
        return DecisionWords(_("Approved"), "", _("Payable"), paid, tone="positive")
    head = _("Rejected") if decision.result == "rejected" else _("Approved in part")
    needed = _("%(payable)s could have been paid", payable=payable)
    tone = "negative" if decision.result == "rejected" else "attention"
    reason = claim_labels.reason_label(decision.reason_code)
    return DecisionWords(head, reason, _("Payable"), paid, needed, _claim_way_out(decision.reason_code), tone)


def _claim_way_out(code: str) -> str:
    if code not in set(ClaimReason):
        return ""
    return {
        ClaimReason.DATE_OUT_OF_WINDOW: _("File a new claim with an invoice from the approved time."),
        ClaimReason.INVOICE_MISMATCH: _("Ask your supplier for an invoice that names the activity, and file a new claim."),
        ClaimReason.NOT_APPROVED_ACTIVITY: _("Costs beyond the approval need a request of their own, before the activity."),
        ClaimReason.BRAND_RULE: _("Use the templates with both brands next time; they keep to the rules."),
        ClaimReason.AUDIENCE_MISMATCH: _("Ask for a change of the target group before the next activity."),
        ClaimReason.DUPLICATE_EVIDENCE: _("File a new claim with proof that belongs to this activity alone."),
        ClaimReason.LATE: _("File claims before their last day; the start page reminds you."),
        ClaimReason.MISSING_EVIDENCE: _("File a new claim with the proof that is missing."),
    }[ClaimReason(code)]


_REQUEST_PATHS = ("/desk/funds/{id}", "/portal/funds/{id}")
_CLAIM_PATHS = ("/desk/funds/claims/{id}", "/portal/funds/claims/{id}")

declare_decision(
    DecisionKind(
        rule=CHECK,
        label=_l("Check of a request for funds"),
        words=request_words,
        subject=_title,
        prefix="mrq",
        desk_path=_REQUEST_PATHS[0],
        portal_path=_REQUEST_PATHS[1],
        results={"complete": _l("Complete")},
    )
)
declare_decision(
    DecisionKind(
        rule=REQUEST,
        label=_l("Decision on a request for funds"),
        words=request_words,
        subject=_title,
        prefix="mrq",
        desk_path=_REQUEST_PATHS[0],
        portal_path=_REQUEST_PATHS[1],
        results={"approved": _l("Approved"), "partially_approved": _l("Approved in part"), "declined": _l("Declined")},
        negative=frozenset({"declined"}),
        raise_permission=str(Perm.REQUEST_EDIT),
    )
)
declare_decision(
    DecisionKind(
        rule=CLAIM,
        label=_l("Decision on a claim"),
        words=claim_words,
        subject=_title_of_claim,
        prefix="clm",
        desk_path=_CLAIM_PATHS[0],
        portal_path=_CLAIM_PATHS[1],
        results={"approved": _l("Approved"), "partially_approved": _l("Approved in part"), "rejected": _l("Rejected")},
        negative=frozenset({"rejected"}),
        raise_permission=str(Perm.CLAIM_EDIT),
    )
)


def _lock_request(ctx: Ctx, request_id: TypeID) -> None:
    ctx.session.execute(select(FundRequest.id).where(FundRequest.id == request_id).with_for_update())


def _lock_claim(ctx: Ctx, claim_id: TypeID) -> None:
    request_id = ctx.session.scalar(select(Claim.request_id).where(Claim.id == claim_id).with_for_update(of=Claim))
    if request_id is not None:
        _lock_request(ctx, request_id)


declare_clock(
    ClockKind(
        name=REQUEST_CLOCK,
        label=_l("Request for funds"),
        permission=str(Perm.REQUEST_DECIDE),
        raise_permission=str(Perm.REQUEST_EDIT),
        prefix="mrq",
        desk_path=_REQUEST_PATHS[0],
        portal_path=_REQUEST_PATHS[1],
        subject=_title,
        lock=_lock_request,
        days=REQUEST_DAYS,
    )
)
declare_clock(
    ClockKind(
        name=CLAIM_CLOCK,
        label=_l("Claim"),
        permission=str(Perm.CLAIM_DECIDE),
        raise_permission=str(Perm.CLAIM_EDIT),
        prefix="clm",
        desk_path=_CLAIM_PATHS[0],
        portal_path=_CLAIM_PATHS[1],
        subject=_title_of_claim,
        lock=_lock_claim,
        days=CLAIM_DAYS,
    )
)
