"""Who else wants the customer: everything for the vendor, next to nothing for the partner (measures, section 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from core import rls
from deals.models import Registration
from deals.permissions import Perm
from deals.rules.conflicts import MatchKind
from deals.rules.protection import end_class
from deals.rules.states import LIVE
from deals.services.finding import RIVALS, standing_of

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True)
class RivalLine:
    """One registration that is in the way, for the channel manager."""

    registration: Registration
    kind: MatchKind
    #: Under protection for exactly this customer: nothing is approved beside it.
    is_protected: bool


def rivals_for_desk(ctx: Ctx, row: Registration) -> list[RivalLine]:
    """Earlier or protected ones of other partners. Empty for everybody on a partner's side, and once it has ended."""
    if ctx.actor.partner_id is not None or not ctx.may(Perm.REGISTRATION_READ) or row.status not in LIVE:
        return []
    found = {one.registration_id: (kind, one.is_protected and kind is MatchKind.DOMAIN) for one, kind in standing_of(ctx, row).in_the_way}
    rows = ctx.session.scalars(select(Registration).where(Registration.id.in_(list(found))).order_by(Registration.place)) if found else ()
    return [RivalLine(rival, *found[str(rival.id)]) for rival in rows]


def protected_class(ctx: Ctx, row: Registration) -> int | None:
    """For the partner: somebody else is protected here for at most so many days. None: nobody is. Never who, never since when."""
    protected = standing_of(ctx, row).protected if row.status in LIVE and row.conflict else None
    if protected is None:
        return None
    with rls.seeing_all(ctx.session, RIVALS):
        until = ctx.session.scalars(select(Registration.protected_until).where(Registration.id == protected.registration_id)).one()
    return end_class(until, ctx.now)
