"""What happens to a registration when nobody decides in the agreed time, and when an appeal overturns a rejection (N-05, N-06)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.decisions import Decision, on_overturned
from core.ids import TypeID
from core.sla import Consequence, SlaClock, on_silence, start_clock
from deals.decisions import CLOCK
from deals.models import Registration
from deals.rules.decisions import DECISION
from deals.rules.states import DEALS, DealAction
from deals.services.deciding import announce_moved, decide_registration
from deals.services.finding import lock_line, registration_for_change, standing_of
from partners import partner_for

if TYPE_CHECKING:
    from core.ctx import Ctx


@on_silence(CLOCK, Consequence.APPROVE)
def approve_by_timeout(ctx: Ctx, clock: SlaClock) -> None:
    """Approved by the hub; Refused where another registration is in the way, which needs a person."""
    decide_registration(ctx, TypeID.parse(clock.object_id, "dlr"), DealAction.APPROVE, by_timeout=True)


@on_silence(CLOCK, Consequence.EXTEND_PROTECTION)
def owe_the_days(ctx: Ctx, clock: SlaClock) -> None:
    """From now on each day of delay is a day more of protection; `decide_registration` adds them up when somebody approves."""


@on_overturned(DECISION)
def reopen(ctx: Ctx, decision: Decision) -> None:
    """The rejection does not stand: the registration is with the channel manager again, at its old place, with a clock of its own."""
    registration_id = TypeID.parse(decision.object_id, "dlr")
    code = ctx.session.scalar(select(Registration.product_line).where(Registration.id == registration_id))
    lock_line(ctx, code or "")
    row = registration_for_change(ctx, registration_id)
    step = DEALS.need(row.status, DealAction.REOPEN)
    before, row.status, row.status_since = row.status, step.target, ctx.now
    row.reason_code, row.message, row.decided_at, row.decided_by = "", "", None, ""
    found = standing_of(ctx, row)
    row.conflict, row.match_kind = found.is_conflict, found.match_kind.value
    ctx.audit("deals.registration.reopen", row, before={"status": before.value}, after={"status": row.status.value})
    announce_moved(ctx, row)
    start_clock(ctx, CLOCK, row.id, row.partner_id, partner_for(ctx, row.partner_id).region)
