"""Decisions of this room in words, and the clock that runs until one is taken. What silence does is `services/silence.py`."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.decisions import Decision, DecisionKind, DecisionWords, declare_decision
from core.i18n import format_date, format_list, ngettext
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.money import Money
from core.sla import ClockKind, Consequence, declare_clock
from deals import labels
from deals.models import Registration
from deals.permissions import Perm
from deals.rules.admission import ReasonCode
from deals.rules.decisions import ADMISSION, DECISION, STANDING
from deals.rules.protection import last_protected_day
from deals.services.finding import lock_line, registration_for_change

if TYPE_CHECKING:
    from core.ctx import Ctx

CLOCK = "deals.decision"
#: Requirements A-31.
DECISION_HOURS = 16
_DESK, _PORTAL = "/desk/deals/{id}", "/portal/deals/{id}"


def customer_of(ctx: Ctx, registration_id: TypeID) -> str:
    name = ctx.session.scalar(select(Registration.customer_name).where(Registration.id == registration_id))
    return name or str(registration_id)


def _lock(ctx: Ctx, registration_id: TypeID) -> None:
    code = ctx.session.scalar(select(Registration.product_line).where(Registration.id == registration_id))
    lock_line(ctx, code or "")
    registration_for_change(ctx, registration_id)


def words(ctx: Ctx, decision: Decision) -> DecisionWords:
    """In the reader's language, out of the stored values alone."""
    told: dict[str, Any] = dict(decision.values)
    if decision.rule == STANDING:
        return _standing_words(decision)
    if decision.result == "approved":
        return _approved_words(ctx, decision, told)
    if decision.result == "admitted":
        return DecisionWords(_("Admitted"), tone="positive")
    criterion, given, needed = criterion_words(decision.reason_code, told)
    result = _("Rejected") if decision.result == "rejected" else _("Not admitted")
    return DecisionWords(result, labels.reason_label(decision.reason_code), criterion, given, needed, way_out(decision.way_out, told), "negative")


def _approved_words(ctx: Ctx, decision: Decision, told: dict[str, Any]) -> DecisionWords:
    last = format_date(last_protected_day(datetime.fromisoformat(told["protected_until"]), ctx.clock.zone))
    extended = int(told["extended_days"])
    reason = ""
    if decision.reason_code == "timeout":
        reason = _("Nobody decided within the agreed time, so it counts as approved.")
    elif extended:
        reason = ngettext(
            "The decision came late, so the protection lasts %(n)s day longer.",
            "The decision came late, so the protection lasts %(n)s days longer.",
            extended,
        )
    result = _("Approved (by timeout)") if decision.reason_code == "timeout" else _("Approved")
    return DecisionWords(result, reason, _("Protected until the end of"), last, tone="positive")


def _standing_words(decision: Decision) -> DecisionWords:
    if decision.result == "clear":
        return DecisionWords(_("First for this customer"), tone="positive")
    kind = "domain" if decision.result == "conflict" else "name"
    head = _("Somebody was first") if kind == "domain" else _("Similar customer")
    return DecisionWords(
        head, labels.match_sentence(kind), way_out=_("A person compares both and decides; you need to do nothing."), tone="attention"
    )


def criterion_words(code: str, told: dict[str, Any]) -> tuple[str, str, str]:
    """The failed criterion, what was there, and what was needed."""
    if code == ReasonCode.BELOW_MINIMUM and "needed_minor" in told:
        amounts = [Money(told[name], told["currency"]).format() for name in ("given_minor", "needed_minor")]
        return _("Expected amount"), amounts[0], _("at least %(least)s", least=amounts[1])
    if code == ReasonCode.DIRECT_ENGAGEMENT and told.get("contact_on"):
        needed = ngettext("none within %(n)s day before", "none within %(n)s days before", int(told["needed_days"]))
        return _("Own contact of the vendor"), format_date(date.fromisoformat(told["contact_on"])), needed
    if code == ReasonCode.NOT_AUTHORISED and "needed_tiers" in told:
        tiers = format_list(told["needed_tiers"]) if told["needed_tiers"] else _("a product line that is open for registrations")
        return _("Tier"), str(told["given_tier"]), tiers
    if code == ReasonCode.TENDER_PUBLISHED and told.get("published_on"):
        return _("Tender published on"), format_date(date.fromisoformat(told["published_on"])), _("not published yet")
    return "", "", ""


def way_out(code: str, told: dict[str, Any]) -> str:
    """What the partner can do now."""
    if code == ReasonCode.DIRECT_ENGAGEMENT and told.get("free_on"):
        day = format_date(date.fromisoformat(told["free_on"]))
        return _(
            "From %(day)s on you can register this customer, unless there is a new contact. Or work on it together with your channel manager.",
            day=day,
        )
    if code not in set(ReasonCode):
        return ""
    return {
        ReasonCode.DUPLICATE_REGISTRATION: _("Go on with the registration that exists for this customer."),
        ReasonCode.DIRECT_ENGAGEMENT: _("Talk to your channel manager about working on this customer together."),
        ReasonCode.EXISTING_CUSTOMER: _("Ask your channel manager for a product line that the customer does not have yet."),
        ReasonCode.TENDER_PUBLISHED: _("Register deals by tender before their publication."),
        ReasonCode.BELOW_MINIMUM: _("Register this deal when it has grown, or sell it without protection."),
        ReasonCode.NOT_AUTHORISED: _("Choose another product line, or reach the tier that may sell this one."),
        ReasonCode.CERTIFICATION_MISSING: _("Have one of your people take the course; the registration can be sent again right after."),
        ReasonCode.INCOMPLETE: _("Register anew with what was missing."),
        ReasonCode.CUSTOMER_DECLINED: _("Register anew when the customer asks for your offer."),
        ReasonCode.INACTIVE: _("Register anew as soon as there is something to do for the customer."),
    }[ReasonCode(code)]


def _kind(rule: str, label: Any, negative: frozenset[str], results: dict[str, Any]) -> DecisionKind:
    return DecisionKind(
        rule=rule,
        label=label,
        words=words,
        subject=customer_of,
        prefix="dlr",
        results=results,
        negative=negative,
        raise_permission=str(Perm.REGISTRATION_EDIT),
        desk_path=_DESK,
        portal_path=_PORTAL,
    )


declare_decision(_kind(ADMISSION, _l("Admission of a registration"), frozenset(), {"admitted": _l("Admitted")}))
declare_decision(
    _kind(
        STANDING,
        _l("Standing beside other registrations"),
        frozenset(),
        {"clear": _l("First for this customer"), "review": _l("Similar customer"), "conflict": _l("Somebody was first")},
    )
)
declare_decision(_kind(DECISION, _l("Decision on a registration"), frozenset({"rejected"}), {"approved": _l("Approved"), "rejected": _l("Rejected")}))
declare_clock(
    ClockKind(
        name=CLOCK,
        label=_l("Deal registration"),
        permission=str(Perm.REGISTRATION_DECIDE),
        raise_permission=str(Perm.REGISTRATION_EDIT),
        prefix="dlr",
        subject=customer_of,
        lock=_lock,
        hours=DECISION_HOURS,
        consequence=Consequence.EXTEND_PROTECTION,
        desk_path=_DESK,
        portal_path=_PORTAL,
    )
)
