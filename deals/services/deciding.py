"""The channel manager's verbs, and the partner's answer. Decisions are kept with reason code and programme version."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.decisions import Decision, Explained, explain
from core.decisions.deciding import keep
from core.errors import HubError, Invalid, Refused
from core.gates import clean_text
from core.i18n import gettext as _
from core.ids import TypeID
from core.sla import Consequence, clock_of, pause_clock, resume_clock, stop_clock
from core.sla.rules import overdue_days
from deals.decisions import CLOCK
from deals.events import RegistrationClosed, RegistrationDecided, RegistrationMoved
from deals.models import Registration
from deals.permissions import Perm
from deals.rules.admission import ReasonCode
from deals.rules.decisions import DECISION
from deals.rules.states import DEALS, DealAction, DealStatus
from deals.services.contacts import contacts_of
from deals.services.finding import lock_line, registration_for_change, standing_of

if TYPE_CHECKING:
    from core.ctx import Ctx

LONGEST_REASON = 2000
DECISIONS = (DealAction.TAKE, DealAction.ASK, DealAction.APPROVE, DealAction.REJECT, DealAction.RELEASE)


def decide_registration(
    ctx: Ctx, registration_id: TypeID, action: DealAction, *, reason: str = "", reason_code: str = "", by_timeout: bool = False
) -> Registration:
    """Takes, asks, approves, rejects, or ends the protection. `reason` is what the partner reads.

    Nothing that meets an earlier registration is approved in passing: the reason has to be written. What another partner holds
    under protection is not approved at all. `by_timeout`: the hub itself, because the agreed time is over.
    """
    ctx.require(Perm.REGISTRATION_DECIDE)
    code = ctx.session.scalar(select(Registration.product_line).where(Registration.id == registration_id))
    lock_line(ctx, code or "")
    row = registration_for_change(ctx, registration_id)
    if action not in DECISIONS:
        raise Refused("not_possible_now", _("This is not the channel manager's to do."))
    step = DEALS.need(row.status, action)
    reason = checked_reason(reason, needed=step.needs_reason)
    decision = _decide(ctx, row, action, reason, reason_code, by_timeout) if action in (DealAction.APPROVE, DealAction.REJECT) else None
    before, row.status, row.status_since = row.status, step.target, ctx.now
    row.message = reason if reason or action is not DealAction.TAKE else row.message
    if decision is not None:
        row.decided_at, row.decided_by, row.decided_rule_version = ctx.now, ctx.actor.name, decision.programme_version
        stop_clock(ctx, CLOCK, row.id, result="by_timeout" if by_timeout else "decided")
    if action is DealAction.ASK:
        pause_clock(ctx, CLOCK, row.id)
    if action is DealAction.RELEASE:
        row.closed_on, row.protected_until = ctx.today, None
    after = {
        "status": row.status.value,
        "reason_code": row.reason_code or None,
        "protected_until": row.protected_until,
        **_rule_of(decision, by_timeout),
    }
    ctx.audit(f"deals.registration.{action.value}", row, before={"status": before.value}, after=after, reason=reason or None)
    _announce(ctx, row, action)
    return row


def _decide(ctx: Ctx, row: Registration, action: DealAction, reason: str, reason_code: str, by_timeout: bool) -> Decision:
    """Asks the rule; what it refuses is said to whoever decides, what it decides is kept (N-06)."""
    if action is DealAction.REJECT and reason_code not in set(ReasonCode):
        raise Invalid({"reason_code": _("Choose a reason. The partner reads it, and the statistics count it.")})
    found = standing_of(ctx, row)
    clock = clock_of(ctx, CLOCK, row.id)
    owes = clock is not None and clock.clock.consequence_done == Consequence.EXTEND_PROTECTION and clock.state != "stopped"
    inputs = {
        "action": action.value,
        "reason_code": reason_code if action is DealAction.REJECT else "",
        "has_reason": bool(reason),
        "by_timeout": by_timeout,
        "decided_at": ctx.now,
        "registered_at": row.submitted_at,
        "zone": ctx.clock.zone.key,
        "in_the_way": len(found.in_the_way),
        "protected_for_another": found.protected is not None,
        "extended_days": overdue_days(clock.due_at, ctx.now, ctx.clock.zone.key) if owes and clock else 0,
        "direct_contacts": contacts_of(ctx, row.customer_key) if reason_code == ReasonCode.DIRECT_ENGAGEMENT else [],
    }
    explained = explain(ctx, DECISION, inputs)
    if explained.verdict.result == "refused":
        raise _refusal(explained)
    if action is DealAction.APPROVE:
        row.conflict, row.match_kind = found.is_conflict, found.match_kind.value
        row.protected_until, row.reason_code = datetime.fromisoformat(explained.verdict.values["protected_until"]), ""
    else:
        row.reason_code = reason_code
    return keep(ctx, explained, row.id, row.partner_id)


def _refusal(explained: Explained) -> HubError:
    code = explained.verdict.reason_code
    if code == "protected_for_another":
        text = _("This customer is protected for another partner. End that protection first, or reject this registration.")
        return Refused("protected_for_another", text)
    if code == "no_evidence_of_contact":
        return Invalid(
            {"reason_code": _("No contact of our own stood on the list when the registration came in. Choose another reason, or approve it.")}
        )
    if code == "needs_a_person":
        return Refused("needs_a_person", _("An earlier registration may be for the same customer. A person has to compare the two."))
    return Invalid({"reason": _("An earlier registration may be for the same customer. Say why this one is approved.")})


def _rule_of(decision: Decision | None, by_timeout: bool) -> dict[str, object]:
    """For the event log: which rule decided, in which version, under which programme."""
    if decision is None:
        return {}
    told = {"rule": decision.rule, "rule_version": decision.rule_version, "programme_version": decision.programme_version}
    return {**told, "decision": str(decision.id), **({"by_timeout": True} if by_timeout else {})}


def _announce(ctx: Ctx, row: Registration, action: DealAction) -> None:
    if action in (DealAction.APPROVE, DealAction.REJECT):
        ctx.emit(RegistrationDecided(str(row.id), str(row.partner_id), row.status.value, row.reason_code))
    elif action is DealAction.RELEASE:
        announce_closed(ctx, row, "released")
    else:
        announce_moved(ctx, row)


def announce_moved(ctx: Ctx, row: Registration, *, answered: bool = False) -> None:
    ctx.emit(RegistrationMoved(str(row.id), str(row.partner_id), row.status.value, answered))


def announce_closed(ctx: Ctx, row: Registration, outcome: str) -> None:
    ctx.emit(RegistrationClosed(str(row.id), str(row.partner_id), outcome, row.source_code, row.amount_minor or 0, row.currency))


def answer_question(ctx: Ctx, registration_id: TypeID, answer: str) -> Registration:
    """Back to the channel manager, with the partner's words."""
    row = registration_for_change(ctx, registration_id)
    ctx.require(Perm.REGISTRATION_EDIT, row.partner_id)
    step = DEALS.need(row.status, DealAction.ANSWER)
    answer = checked_reason(answer, needed=True)
    before, row.status, row.status_since = row.status, step.target, ctx.now
    resume_clock(ctx, CLOCK, row.id)
    ctx.audit("deals.registration.answer", row, before={"status": before.value}, after={"status": row.status.value}, reason=answer)
    announce_moved(ctx, row, answered=True)
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
