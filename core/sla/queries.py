"""Clocks for pages: one of an object, all that run, and how well the promises are kept (KPI 18)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select

from core.ids import TypeID
from core.permissions import Perm
from core.sla.kinds import Consequence, clock_kind
from core.sla.models import SlaClock
from core.sla.rules import HitRate, elapsed
from core.sla.services import calendar_of, pauses_of

if TYPE_CHECKING:
    from core.ctx import Ctx

#: KPI 18 on the page: clocks that stopped within these days, and all that are overdue now.
RATE_DAYS = 90


@dataclass(frozen=True)
class ClockView:
    """A clock as of now. `state` is `running`, `paused`, `overdue` or `stopped`; `spent_minutes` are business minutes."""

    clock: SlaClock
    state: str
    spent_minutes: int
    may_escalate: bool

    @property
    def due_at(self) -> datetime:
        return self.clock.due_at

    @property
    def zone(self) -> ZoneInfo:
        """Of the office that answers."""
        return ZoneInfo(self.clock.calendar["zone"])

    @property
    def consequence(self) -> Consequence:
        return self.clock.consequence

    @property
    def percent(self) -> int:
        return self.spent_minutes * 100 // self.clock.target_minutes


def clock_of(ctx: Ctx, kind: str, object_id: TypeID | str) -> ClockView | None:
    """The newest clock of an object, stopped ones too; another partner's does not exist."""
    query = select(SlaClock).where(SlaClock.kind == kind, SlaClock.object_id == str(object_id))
    clock = ctx.session.scalar(query.order_by(SlaClock.round.desc()).limit(1))
    return clock_view(ctx, clock) if clock is not None else None


def clock_view(ctx: Ctx, clock: SlaClock) -> ClockView:
    if clock.stopped_at is not None:
        state = "stopped"
    elif clock.paused_at is not None:
        state = "paused"
    else:
        state = "overdue" if ctx.now > clock.due_at else "running"
    if clock.elapsed_minutes is not None:
        spent = clock.elapsed_minutes
    else:
        until = clock.paused_at or ctx.now
        spent = int(elapsed(calendar_of(clock), clock.started_at, until, pauses_of(clock)) / timedelta(minutes=1))
    may = state == "overdue" and clock.escalated_at is None and ctx.actor.partner_id is not None
    return ClockView(clock, state, spent, may and ctx.may(clock_kind(clock.kind).raise_permission, clock.partner_id))


def due_dates(ctx: Ctx, kind: str, object_ids: Iterable[TypeID | str]) -> dict[str, datetime]:
    """When each of these is due; one that is paused or has no clock is missing."""
    wanted = [str(one) for one in object_ids]
    if not wanted:
        return {}
    query = select(SlaClock.object_id, SlaClock.due_at).where(SlaClock.kind == kind, SlaClock.object_id.in_(wanted))
    rows = ctx.session.execute(query.where(SlaClock.stopped_at.is_(None), SlaClock.paused_at.is_(None)))
    return {row.object_id: row.due_at for row in rows}


@dataclass(frozen=True)
class ClockPage:
    """Open ones by due date. `after` is the cursor of the next page."""

    views: Sequence[ClockView]
    total: int
    after: str | None


def open_clocks(ctx: Ctx, *, kind: str = "", state: str = "", after: str = "", rows: int | None = 25) -> ClockPage:
    """Running, paused and overdue ones, the most urgent first; the cursor is `due_at|id` of the last row."""
    ctx.require(Perm.CLOCK_READ)
    query = _filtered(ctx, kind, state)
    total = ctx.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    moment, _, last = after.partition("|")
    if moment and last:
        due = datetime.fromisoformat(moment)
        query = query.where((SlaClock.due_at > due) | ((SlaClock.due_at == due) & (SlaClock.id > last)))
    ordered = query.order_by(SlaClock.due_at, SlaClock.id)
    found = list(ctx.session.scalars(ordered.limit(rows + 1) if rows is not None else ordered))
    more = rows is not None and len(found) > rows
    shown = found[:rows] if rows is not None else found
    cursor = f"{shown[-1].due_at.isoformat()}|{shown[-1].id}" if more else None
    return ClockPage([clock_view(ctx, clock) for clock in shown], total, cursor)


def _filtered(ctx: Ctx, kind: str, state: str) -> Select[Any]:
    query = select(SlaClock).where(SlaClock.stopped_at.is_(None))
    if kind:
        query = query.where(SlaClock.kind == kind)
    if state == "paused":
        query = query.where(SlaClock.paused_at.is_not(None))
    elif state == "overdue":
        query = query.where(SlaClock.paused_at.is_(None), SlaClock.due_at < ctx.now)
    elif state == "running":
        query = query.where(SlaClock.paused_at.is_(None), SlaClock.due_at >= ctx.now)
    return query


@dataclass(frozen=True)
class RateLine:
    """KPI 18 of one reviewer and kind; the line without a reviewer is what nobody has decided and is overdue."""

    kind: str
    reviewer: str
    rate: HitRate


def hit_rates(ctx: Ctx, *, days: int = RATE_DAYS) -> list[RateLine]:
    """By kind and reviewer; what was withdrawn counts nowhere, what the hub itself decided is a promise that nobody kept."""
    ctx.require(Perm.CLOCK_READ)
    since = ctx.now - timedelta(days=days)
    decided = (
        select(SlaClock.kind, SlaClock.stopped_by, SlaClock.within_sla, func.count())
        .where(SlaClock.result.in_(("decided", "by_timeout")), SlaClock.stopped_at >= since)
        .group_by(SlaClock.kind, SlaClock.stopped_by, SlaClock.within_sla)
    )
    sums: dict[tuple[str, str], list[int]] = {}
    for kind, who, within, count in ctx.session.execute(decided):
        line = sums.setdefault((kind, who), [0, 0, 0])
        line[0] += count if within else 0
        line[1] += count
    overdue = _filtered(ctx, "", "overdue").with_only_columns(SlaClock.kind, func.count()).group_by(SlaClock.kind)
    for kind, count in ctx.session.execute(overdue):
        sums.setdefault((kind, ""), [0, 0, 0])[2] += count
    return [RateLine(kind, who, HitRate(*line)) for (kind, who), line in sorted(sums.items())]
