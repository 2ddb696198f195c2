"""The numbers of the results page. One function for partner and vendor: whoever asks, equal scope gives equal numbers.

Read from roll-ups only, each table from the level that already has its length: a handful of statements per page.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, select

from core.ids import TypeID
from core.spool import SpoolReader
from engagement.collect.intake import events_folder
from engagement.models import (
    AssetDay,
    PartnerDay,
    PartnerVisitors,
    PlacementDay,
    PlacementVisitors,
    ProgrammeDay,
    ProgrammeVisitors,
    SpoolOffset,
)
from engagement.rules.kinds import Verdict
from engagement.rules.measures import COUNTED, Numbers, added

if TYPE_CHECKING:
    from core.ctx import Ctx
    from engagement.rules.periods import Period


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose numbers: everybody's, one partner's, or one placement's. A partner's own session never sees more than its own."""

    partner_id: TypeID | None = None
    placement_id: TypeID | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; `key` is an id or a locale."""

    key: str
    numbers: Numbers


@dataclass(frozen=True)
class Results:
    """Everything on the page. `filtered` counts what does not count, by reason. `as_of`: everything received until then is in."""

    total: Numbers
    before: Numbers
    days: dict[date, Numbers]
    placements: list[Row]
    assets: list[Row]
    locales: list[Row]
    partners: list[Row]
    filtered: Counter[str]
    as_of: datetime


def results_for(ctx: Ctx, scope: Scope, period: Period) -> Results:
    """Scope by the actor first: a partner that asks for another one's numbers gets empty tables, not an error to learn from."""
    scope = Scope(ctx.actor.partner_id or scope.partner_id, scope.placement_id)
    days, filtered = _by_day(ctx, scope, period)
    earlier, _ = _by_day(ctx, scope, period.before)
    level, where = _table_level(scope)
    return Results(
        total=added(list(days.values())),
        before=added(list(earlier.values())),
        days=days,
        placements=_placements(ctx, scope, period) if scope.partner_id else [],
        assets=_grouped(ctx, level, level.asset_id, where, period),
        locales=_grouped(ctx, level, level.locale, where, period),
        partners=[] if scope.partner_id else _partners(ctx, period),
        filtered=filtered,
        as_of=counted_until(ctx),
    )


def _day_level(scope: Scope) -> tuple[Any, Any, list[ColumnElement[bool]], list[ColumnElement[bool]]]:
    """The shortest tables that can answer by day: counts, visitors, and their conditions."""
    if scope.placement_id is not None:
        return (
            PlacementDay,
            PlacementVisitors,
            [PlacementDay.placement_id == scope.placement_id, *_owner(PlacementDay, scope)],
            [PlacementVisitors.placement_id == scope.placement_id, *_owner(PlacementVisitors, scope)],
        )
    if scope.partner_id is not None:
        return PartnerDay, PartnerVisitors, _owner(PartnerDay, scope), _owner(PartnerVisitors, scope)
    return ProgrammeDay, ProgrammeVisitors, [], []


def _owner(level: Any, scope: Scope) -> list[ColumnElement[bool]]:
    return [level.partner_id == scope.partner_id] if scope.partner_id is not None else []


def _by_day(ctx: Ctx, scope: Scope, period: Period) -> tuple[dict[date, Numbers], Counter[str]]:
    """Each day of the period, also the empty ones; and what was filtered over the whole of it."""
    counts_level, visitors_level, where, visitors_where = _day_level(scope)
    counts: dict[date, Counter[str]] = defaultdict(Counter)
    filtered: Counter[str] = Counter()
    query = (
        select(counts_level.day, counts_level.kind, counts_level.verdict, func.sum(counts_level.count))
        .where(counts_level.day.between(period.first, period.last), *where)
        .group_by(counts_level.day, counts_level.kind, counts_level.verdict)
    )
    for day, kind, verdict, count in ctx.session.execute(query):
        if verdict == Verdict.VALID:
            counts[day][kind] += int(count)
        else:
            filtered[verdict] += int(count)
    visitors = _visitors_by_day(ctx, visitors_level, visitors_where, period)
    return {day: Numbers(counts[day], visitors.get(day, 0)) for day in period.days}, filtered


def _visitors_by_day(ctx: Ctx, level: Any, where: list[ColumnElement[bool]], period: Period) -> dict[date, int]:
    query = select(level.day, func.sum(level.estimate)).where(level.day.between(period.first, period.last), *where).group_by(level.day)
    return {day: int(estimate) for day, estimate in ctx.session.execute(query)}


def _table_level(scope: Scope) -> tuple[Any, list[ColumnElement[bool]]]:
    """By asset and language: the programme's own level, or the finest one for a single partner or placement."""
    if scope.partner_id is None and scope.placement_id is None:
        return AssetDay, []
    where = _owner(PlacementDay, scope)
    if scope.placement_id is not None:
        where.append(PlacementDay.placement_id == scope.placement_id)
    return PlacementDay, where


def _grouped(ctx: Ctx, level: Any, key: Any, where: list[ColumnElement[bool]], period: Period) -> list[Row]:
    return _rows(_counts_by(ctx, level, key, where, period))


def _counts_by(ctx: Ctx, level: Any, key: Any, where: list[ColumnElement[bool]], period: Period) -> dict[str, Counter[str]]:
    query = (
        select(key, level.kind, func.sum(level.count))
        .where(level.day.between(period.first, period.last), level.verdict == Verdict.VALID, *where)
        .group_by(key, level.kind)
    )
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for name, kind, count in ctx.session.execute(query):
        found[str(name)][kind] += int(count)
    return found


def _rows(counts: dict[str, Counter[str]], visitors: dict[str, int] | None = None) -> list[Row]:
    """Most views first, then clicks; equal ones always in the same order."""
    rows = [Row(key, Numbers(count, (visitors or {}).get(key, 0) if visitors is not None else None)) for key, count in counts.items()]
    return sorted(rows, key=lambda row: (*(-row.numbers.counts.get(kind, 0) for kind in COUNTED.values()), row.key))


def _placements(ctx: Ctx, scope: Scope, period: Period) -> list[Row]:
    counts = _counts_by(ctx, PlacementDay, PlacementDay.placement_id, _owner(PlacementDay, scope), period)
    query = (
        select(PlacementVisitors.placement_id, func.sum(PlacementVisitors.estimate))
        .where(PlacementVisitors.day.between(period.first, period.last), *_owner(PlacementVisitors, scope))
        .group_by(PlacementVisitors.placement_id)
    )
    return _rows(counts, {str(key): int(count) for key, count in ctx.session.execute(query)})


def _partners(ctx: Ctx, period: Period) -> list[Row]:
    counts = _counts_by(ctx, PartnerDay, PartnerDay.partner_id, [], period)
    query = (
        select(PartnerVisitors.partner_id, func.sum(PartnerVisitors.estimate))
        .where(PartnerVisitors.day.between(period.first, period.last))
        .group_by(PartnerVisitors.partner_id)
    )
    return _rows(counts, {str(key): int(count) for key, count in ctx.session.execute(query)})


def counted_until(ctx: Ctx) -> datetime:
    """What this host received up to this moment is in the numbers."""
    reader = SpoolReader(events_folder(ctx.settings))
    query = select(SpoolOffset.segment).where(SpoolOffset.segment.in_(reader.names()), SpoolOffset.finished_at.is_not(None))
    waiting = reader.backlog(taken=set(ctx.session.scalars(query)))
    return ctx.now - timedelta(seconds=waiting.oldest_s)
