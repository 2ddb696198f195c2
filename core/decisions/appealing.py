"""The appeal: once per decision, in the partner's words, answered by somebody else than whoever decided first (N-06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.decisions.models import Appeal, AppealState, Decision
from core.decisions.register import decision_kind, overturned
from core.errors import Invalid, NotFound, Refused
from core.events import event
from core.gates import clean_text
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from core.once import insert_once
from core.permissions import Perm
from core.programme import programme_version
from core.sla.services import start_clock, stop_clock
from core.sla.terms import ServiceLevels

if TYPE_CHECKING:
    from core.ctx import Ctx

LONGEST_TEXT = 4000
CLOCK = "core.appeal"


@event("core.appeal_raised.v1")
@dataclass(frozen=True)
class AppealRaised:
    """A partner objects to a decision."""

    appeal_id: str
    decision_id: str
    object_id: str
    partner_id: str


@event("core.appeal_decided.v1")
@dataclass(frozen=True)
class AppealDecided:
    """`state` is `upheld` (the decision stands) or `overturned`."""

    appeal_id: str
    decision_id: str
    object_id: str
    partner_id: str
    state: str


def appeal_until(ctx: Ctx, decision: Decision) -> datetime:
    """The last moment, by the programme under which it was decided: nobody shortens it afterwards."""
    days = programme_version(ctx, decision.programme_version).section(ServiceLevels).appeal_days
    return decision.decided_at + timedelta(days=days)


def why_no_appeal(ctx: Ctx, decision: Decision, appeal: Appeal | None) -> str:
    """A code, empty when the partner may appeal now."""
    kind = decision_kind(decision.rule)
    if decision.result not in kind.negative:
        return "nothing_to_appeal"
    if appeal is not None:
        return "already_appealed"
    return "too_late" if ctx.now > appeal_until(ctx, decision) else ""


def raise_appeal(ctx: Ctx, decision_id: TypeID, text: str) -> Appeal:
    """The partner's objection; a colleague who was quicker has raised it for both."""
    decision = ctx.session.scalar(select(Decision).where(Decision.id == decision_id))
    if decision is None:
        raise NotFound("decision")
    ctx.require(Perm.APPEAL_RAISE, decision.partner_id)
    ctx.require(decision_kind(decision.rule).appeal_permission, decision.partner_id)
    if ctx.actor.partner_id is None:
        raise Refused("not_possible_now", _("Only the partner appeals."))
    words = checked_text(text, _("Say in your own words what was overlooked. Somebody else will read it and decide anew."))
    code = why_no_appeal(ctx, decision, ctx.session.scalar(select(Appeal).where(Appeal.decision_id == decision.id)))
    if code:
        raise Refused(code, _refusal(code))
    appeal_id = new_id("apl", int(ctx.now.timestamp() * 1000))
    written = insert_once(
        ctx.session,
        Appeal,
        id=appeal_id,
        partner_id=decision.partner_id,
        decision_id=decision.id,
        object_id=decision.object_id,
        state=AppealState.OPEN,
        text=words,
        raised_by=str(ctx.actor.user_id or ""),
        raised_at=ctx.now,
        answer="",
        decided_by="",
    )
    if not written:
        raise Refused("already_appealed", _refusal("already_appealed"))
    appeal = ctx.session.get_one(Appeal, appeal_id)
    start_clock(ctx, CLOCK, appeal.id, appeal.partner_id, "")
    ctx.audit("core.appeal.raised", appeal, after={"decision": str(decision.id), "object_id": decision.object_id, "rule": decision.rule})
    ctx.emit(AppealRaised(str(appeal.id), str(decision.id), decision.object_id, str(decision.partner_id)))
    return appeal


def decide_appeal(ctx: Ctx, appeal_id: TypeID, state: AppealState, answer: str) -> Appeal:
    """Upheld: the decision stands. Overturned: the room opens the object again. Both with an answer that the partner reads."""
    ctx.require(Perm.APPEAL_DECIDE)
    found = ctx.session.scalar(select(Appeal).where(Appeal.id == appeal_id))
    if found is None:
        raise NotFound("appeal")
    decision = ctx.session.get_one(Decision, found.decision_id)
    if ctx.actor.user_id is not None and str(ctx.actor.user_id) == decision.actor_id:
        raise Refused("separation_of_duties", _("You took this decision yourself, so somebody else has to judge the appeal. Ask a colleague."))
    if state is AppealState.OPEN:
        raise Invalid({"state": _("Choose whether the decision stands.")})
    words = checked_text(answer, _("Answer the partner in a sentence or two: the answer is read and kept."), "answer")
    appeal = ctx.session.scalar(select(Appeal).where(Appeal.id == appeal_id).with_for_update().execution_options(populate_existing=True))
    if appeal is None or appeal.state is not AppealState.OPEN:
        raise Refused("already_decided", _("This appeal is decided already. Reload the page to see how."))
    appeal.state, appeal.answer = state, words
    appeal.decided_by, appeal.decided_at = str(ctx.actor.user_id or ""), ctx.now
    stop_clock(ctx, CLOCK, appeal.id)
    ctx.audit("core.appeal.decided", appeal, before={"state": "open"}, after={"state": state.value, "decision": str(decision.id)})
    act = overturned(decision.rule)
    if state is AppealState.OVERTURNED and act is not None:
        act(ctx, decision)
    ctx.emit(AppealDecided(str(appeal.id), str(decision.id), decision.object_id, str(decision.partner_id), state.value))
    return appeal


def checked_text(text: str, when_missing: str, field: str = "text") -> str:
    """Lines kept, trimmed; raises Invalid when there is nothing or too much."""
    words = "\n".join(clean_text(line) for line in text.splitlines()).strip()
    if not words:
        raise Invalid({field: when_missing})
    if len(words) > LONGEST_TEXT:
        raise Invalid({field: _("Use at most %(limit)s characters.", limit=LONGEST_TEXT)})
    return words


def _refusal(code: str) -> str:
    return {
        "nothing_to_appeal": _("There is nothing to appeal here: the decision was in your favour."),
        "already_appealed": _("This decision was appealed already. The appeal stands on its page."),
        "too_late": _("The time to appeal is over. Talk to your channel manager about a new attempt."),
    }[code]
