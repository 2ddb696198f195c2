"""Recurring work of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from core.jobs import scheduled
from enablement.models import Award, AwardStatus
from enablement.rules import AWARD_STATES, AwardAction
from enablement.services.awards import status_of

if TYPE_CHECKING:
    from core.ctx import Ctx

AT_ONCE = 500
_ACTION = {AwardStatus.RENEWAL_OPEN: AwardAction.OPEN_RENEWAL, AwardStatus.EXPIRED: AwardAction.EXPIRE}


@scheduled("enablement.age_awards", every=60)
def age_awards(ctx: Ctx) -> None:
    """Writes down what the calendar has changed. Gates do not wait for it: they compute from the dates."""
    renewable = (Award.status == AwardStatus.ACTIVE) & (Award.renewal_from <= ctx.today)
    over = Award.status.in_((AwardStatus.ACTIVE, AwardStatus.RENEWAL_OPEN)) & (Award.valid_until < ctx.today)
    query = select(Award).where(or_(renewable, over)).order_by(Award.id).limit(AT_ONCE).with_for_update(of=Award)
    for award in ctx.session.scalars(query).unique():
        before, today = award.status, status_of(ctx, award)
        award.status = AWARD_STATES.need(before, _ACTION[today]).target
        action = "enablement.award.expired" if today is AwardStatus.EXPIRED else "enablement.award.renewal_opened"
        ctx.audit(action, award, before={"status": before.value}, after={"status": today.value})
