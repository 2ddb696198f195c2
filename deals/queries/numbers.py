"""Registrations as plain lines, for numbers that other rooms add up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.ids import TypeID
from deals.models import Registration
from deals.permissions import Perm
from deals.rules.states import DealStatus

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True, slots=True)
class DealLine:
    """One registration that was ever submitted. Days are of the programme's zone; `campaign` is the source code of its lead."""

    partner_id: TypeID
    campaign: str
    placement_id: TypeID | None
    status: DealStatus
    registration_id: TypeID
    amount_minor: int
    currency: str
    submitted_on: date
    won_on: date | None


def deal_lines(ctx: Ctx, *, first: date | None = None, last: date | None = None) -> list[DealLine]:
    """By submission, oldest first, narrowed to the actor's partner. `first` and `last` are days of submission, both counted in."""
    ctx.require(Perm.REGISTRATION_READ)
    rows = ctx.session.scalars(
        select(Registration).where(Registration.submitted_at.is_not(None)).order_by(Registration.submitted_at, Registration.id)
    )
    lines = (_line(ctx, row) for row in rows)
    return [line for line in lines if (first is None or line.submitted_on >= first) and (last is None or line.submitted_on <= last)]


def _line(ctx: Ctx, row: Registration) -> DealLine:
    return DealLine(
        partner_id=row.partner_id,
        campaign=row.source_code,
        placement_id=row.placement_id,
        status=row.status,
        registration_id=row.id,
        amount_minor=row.amount_minor or 0,
        currency=row.currency,
        submitted_on=_day(ctx, row.submitted_at) or ctx.today,
        won_on=row.closed_on if row.status is DealStatus.WON else None,
    )


def _day(ctx: Ctx, moment: datetime | None) -> date | None:
    return moment.astimezone(ctx.clock.zone).date() if moment else None
