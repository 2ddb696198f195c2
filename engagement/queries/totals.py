"""Counts over a period for pages that set them beside deals and money. Roll-ups only; the session narrows them to the actor's partner."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, select

from core.ids import TypeID
from engagement.models import Lead, LeadStatus, PartnerDay, PlacementDay
from engagement.rules.kinds import Verdict

if TYPE_CHECKING:
    from core.ctx import Ctx
    from engagement.rules.periods import Period

#: Valid events by kind (rules/kinds.py).
Counts = Counter[str]


def counts_by_partner(ctx: Ctx, period: Period) -> dict[TypeID, Counts]:
    """Everything of each partner, its landing pages included."""
    query = (
        select(PartnerDay.partner_id, PartnerDay.kind, func.sum(PartnerDay.count))
        .where(PartnerDay.day.between(period.first, period.last), PartnerDay.verdict == Verdict.VALID)
        .group_by(PartnerDay.partner_id, PartnerDay.kind)
    )
    found: dict[TypeID, Counts] = defaultdict(Counter)
    for partner_id, kind, count in ctx.session.execute(query):
        found[partner_id][kind] += int(count)
    return dict(found)


def counts_by_placement(ctx: Ctx, period: Period, placement_ids: Collection[TypeID]) -> dict[TypeID, Counts]:
    """Only the placements that are asked for: this level is the longest table."""
    found: dict[TypeID, Counts] = defaultdict(Counter)
    if not placement_ids:
        return {}
    query = (
        select(PlacementDay.placement_id, PlacementDay.kind, func.sum(PlacementDay.count))
        .where(*_of(period, placement_ids))
        .group_by(PlacementDay.placement_id, PlacementDay.kind)
    )
    for placement_id, kind, count in ctx.session.execute(query):
        found[placement_id][kind] += int(count)
    return dict(found)


def counts_by_day(ctx: Ctx, period: Period, placement_ids: Collection[TypeID]) -> dict[date, Counts]:
    """Each day of the period, also the empty ones."""
    found: dict[date, Counts] = {day: Counter() for day in period.days}
    if not placement_ids:
        return found
    query = (
        select(PlacementDay.day, PlacementDay.kind, func.sum(PlacementDay.count))
        .where(*_of(period, placement_ids))
        .group_by(PlacementDay.day, PlacementDay.kind)
    )
    for day, kind, count in ctx.session.execute(query):
        found[day][kind] += int(count)
    return found


def _of(period: Period, placement_ids: Collection[TypeID]) -> list[ColumnElement[bool]]:
    return [
        PlacementDay.placement_id.in_(list(placement_ids)),
        PlacementDay.day.between(period.first, period.last),
        PlacementDay.verdict == Verdict.VALID,
    ]


def leads_by_campaign(ctx: Ctx, first: date | None = None, last: date | None = None) -> dict[tuple[TypeID, str], int]:
    """Leads by partner and the campaign's code that they came with, without spam; days are the programme's, both included."""
    query = select(Lead.partner_id, Lead.campaign, func.count()).where(Lead.status != LeadStatus.SPAM, *came_between(ctx, first, last))
    return {(partner_id, campaign): int(count) for partner_id, campaign, count in ctx.session.execute(query.group_by(Lead.partner_id, Lead.campaign))}


def came_between(ctx: Ctx, first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    """Conditions on a lead: half-open from local midnight to local midnight (R1)."""
    conditions = []
    if first is not None:
        conditions.append(Lead.created_at >= datetime.combine(first, time.min, ctx.clock.zone))
    if last is not None:
        conditions.append(Lead.created_at < datetime.combine(last + timedelta(days=1), time.min, ctx.clock.zone))
    return conditions
