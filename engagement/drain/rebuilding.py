"""Roll-ups from the events again: after a change of rules, or when somebody doubts them. The result must be the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

from engagement.drain.gathering import Key
from engagement.drain.writing import write_counts, write_visitors
from engagement.models import (
    AssetDay,
    Event,
    PartnerDay,
    PartnerVisitors,
    PlacementDay,
    PlacementVisitors,
    ProgrammeDay,
    ProgrammeVisitors,
)
from engagement.rules.kinds import Verdict

if TYPE_CHECKING:
    from core.ctx import Ctx

_LEVELS: tuple[Any, ...] = (
    PlacementDay,
    PartnerDay,
    AssetDay,
    ProgrammeDay,
    PlacementVisitors,
    PartnerVisitors,
    ProgrammeVisitors,
)
_FINEST = (
    Event.partner_id,
    Event.placement_id,
    Event.asset_id,
    Event.locale,
    Event.day,
    Event.kind,
    Event.verdict,
)


def recount(ctx: Ctx, first: date, last: date) -> Counter[Key]:
    """What the events say, at the finest level. The only sum over raw events, and never on the way to a page."""
    rows = ctx.session.execute(select(*_FINEST, func.count()).where(Event.day.between(first, last)).group_by(*_FINEST))
    return Counter(
        {
            (partner.uuid.bytes, placement.uuid.bytes, asset.uuid.bytes, locale, day.isoformat(), kind, verdict): count
            for partner, placement, asset, locale, day, kind, verdict, count in rows
        }
    )


def rebuild_rollups(ctx: Ctx, first: date, last: date) -> int:
    """Replaces every level for these days, inclusive, in one transaction; returns the number of finest rows."""
    for level in _LEVELS:
        ctx.session.execute(delete(level).where(level.day.between(first, last)))
    counts = recount(ctx, first, last)
    write_counts(ctx.session, counts)
    write_visitors(ctx.session, _visitors(ctx, first, last))
    return len(counts)


def _visitors(ctx: Ctx, first: date, last: date) -> dict[tuple[bytes, bytes, str], set[bytes]]:
    found: dict[tuple[bytes, bytes, str], set[bytes]] = defaultdict(set)
    query = (
        select(Event.partner_id, Event.placement_id, Event.day, Event.visitor)
        .where(Event.day.between(first, last), Event.verdict == Verdict.VALID)
        .distinct()
    )
    for partner, placement, day, visitor in ctx.session.execute(query):
        if visitor is not None:
            found[partner.uuid.bytes, placement.uuid.bytes, day.isoformat()].add(visitor)
    return found
