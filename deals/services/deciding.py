"""The channel manager's verbs, and the partner's answer. Decisions are kept with reason code and rule version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.errors import Invalid, Refused
from core.gates import clean_text
from core.i18n import gettext as _
from core.ids import TypeID
from deals.events import RegistrationClosed, RegistrationDecided
from deals.models import Registration
from deals.permissions import Perm
from deals.rules.admission import PROGRAMME, ReasonCode
from deals.rules.protection import protection_end
from deals.rules.states import DEALS, DealAction, DealStatus
from deals.services.finding import lock_line, registration_for_change, standing_of

if TYPE_CHECKING:
    from core.ctx import Ctx

LONGEST_REASON = 2000
DECISIONS = (DealAction.TAKE, DealAction.ASK, DealAction.APPROVE, DealAction.REJECT, DealAction.RELEASE)


def decide_registration(ctx: Ctx, registration_id: TypeID, action: DealAction, *, reason: str = "", reason_code: str = "") -> Registration:
    """Takes, asks, approves, rejects, or ends the protection. `reason` is what the partner reads.

    Nothing that meets an earlier registration is approved in passing: the reason has to be written. What another partner holds
    under protection is not approved at all.
    """
    ctx.require(Perm.REGISTRATION_DECIDE)
    code = ctx.session.scalar(select(Registration.product_line).where(Registration.id == registration_id))
    lock_line(ctx, code or "")
    row = registration_for_change(ctx, registration_id)
    if action not in DECISIONS:
        raise Refused("not_possible_now", _("This is not the channel manager's to do."))
    step = DEALS.need(row.status, action)
    reason = checked_reason(reason, needed=step.needs_reason)
    if action is DealAction.APPROVE:
        _approve(ctx, row, reason)
    elif action is DealAction.REJECT:
        _reject(row, reason_code)
    before, row.status, row.status_since = row.status, step.target, ctx.now
    row.message = reason if reason or action is not DealAction.TAKE else row.message
    if action in (DealAction.APPROVE, DealAction.REJECT):
        row.decided_at, row.decided_by, row.decided_rule_version = ctx.now, ctx.actor.name, PROGRAMME.version
    if action is DealAction.RELEASE:
        row.closed_on, row.protected_until = ctx.today, None
    after = {"status": row.status.value, "reason_code": row.reason_code or None, "protected_until": row.protected_until}
    ctx.audit(f"deals.registration.{action.value}", row, before={"status": before.value}, after=after, reason=reason or None)
    _announce(ctx, row, action)
    return row


def _approve(ctx: Ctx, row: Registration, reason: str) -> None:
    found = standing_of(ctx, row)
    if found.protected is not None:
        text = _("This customer is protected for another partner. End that protection first, or reject this registration.")
        raise Refused("protected_for_another", text)
    if found.in_the_way and not reason:
        raise Invalid({"reason": _("An earlier registration may be for the same customer. Say why this one is approved.")})
    row.conflict, row.match_kind = found.is_conflict, found.match_kind.value
    row.protected_until = protection_end(ctx.now, ctx.clock.zone, PROGRAMME.protection_days)
    row.reason_code = ""


def _reject(row: Registration, reason_code: str) -> None:
    if reason_code not in set(ReasonCode):
        raise Invalid({"reason_code": _("Choose a reason. The partner reads it, and the statistics count it.")})
    row.reason_code = reason_code


def _announce(ctx: Ctx, row: Registration, action: DealAction) -> None:
    if action in (DealAction.APPROVE, DealAction.REJECT):
        ctx.emit(RegistrationDecided(str(row.id), str(row.partner_id), row.status.value, row.reason_code))
    elif action is DealAction.RELEASE:
        announce_closed(ctx, row, "released")


def announce_closed(ctx: Ctx, row: Registration, outcome: str) -> None:
    ctx.emit(RegistrationClosed(str(row.id), str(row.partner_id), outcome, row.source_code, row.amount_minor or 0, row.currency))


def answer_question(ctx: Ctx, registration_id: TypeID, answer: str) -> Registration:
    """Back to the channel manager, with the partner's words."""
    row = registration_for_change(ctx, registration_id)
    ctx.require(Perm.REGISTRATION_EDIT, row.partner_id)
    step = DEALS.need(row.status, DealAction.ANSWER)
    answer = checked_reason(answer, needed=True)
    before, row.status, row.status_since = row.status, step.target, ctx.now
    ctx.audit("deals.registration.answer", row, before={"status": before.value}, after={"status": row.status.value}, reason=answer)
    return row


def checked_reason(text: str, *, needed: bool) -> str:
    """One paragraph per line, trimmed; raises Invalid when it is missing or too long."""
    reason = "\n".join(clean_text(line) for line in text.splitlines()).strip()
    if needed and not reason:
        raise Invalid({"reason": _("Write a sentence or two: it is kept with the registration and read by the other side.")})
    if len(reason) > LONGEST_REASON:
        raise Invalid({"reason": _("Use at most %(limit)s characters.", limit=LONGEST_REASON)})
    return reason


#: States in which a decision is still to come.
UNDECIDED = (DealStatus.SUBMITTED, DealStatus.IN_REVIEW, DealStatus.INFO_REQUESTED)
