"""Which days are due, and what their seals will say: everything that takes time, done before the transaction that writes."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, bindparam, func, select, text

from core.kv import read_value
from engagement.models import DaySeal, ProgrammeDay, SealChain
from engagement.rules.seals import last_sealable, unpack_members
from engagement.seals.hashing import Gathered, Key, Prepared, events_of, gather_day, hashed, raw
from engagement.seals.reading import PROGRESS
from syndication import Placement, PlacementStatus

if TYPE_CHECKING:
    from core.ctx import Ctx

#: How far back late events are looked for. A claim is due 60 days after its activity.
LOOK_BACK = timedelta(days=120)
_ROLLED_UP = text(
    "SELECT partner_id, placement_id, day, SUM(count) FROM engagement_placement_day"
    " WHERE day BETWEEN :first AND :last GROUP BY partner_id, placement_id, day"
).bindparams(bindparam("first", type_=Date()), bindparam("last", type_=Date()))


@dataclass(frozen=True)
class Limits:
    """Of one run; the next run goes on."""

    events: int = 150_000
    days: int = 120
    seconds: float = 5.0


@dataclass
class Plan:
    """`base` is the state it was made from, `through` the last day that is sealed once it is written."""

    base: dict[str, Any] | None
    through: date | None
    seals: list[Prepared] = field(default_factory=list)
    more: bool = False


@dataclass(frozen=True)
class _Life:
    """Days on which a placement without events is sealed as zero: from when it was made, or from its first event (`begun`), to its end.

    `last` None: it has not ended. A placement that nobody has ever seen has no life, whether it is planned or ended.
    """

    key: Key
    first: date
    last: date | None

    def covers(self, day: date, begun: set[Key]) -> bool:
        if self.last is None:
            return self.first <= day or self.key in begun
        return self.key in begun and day <= self.last


def plan(ctx: Ctx, limits: Limits) -> Plan:
    """What to write next: first the days themselves, in order; when none is left, supplements."""
    base = read_value(ctx, PROGRESS)
    newest = last_sealable(ctx.now, ctx.clock.zone)
    through = date.fromisoformat(base["through"]) if base else _day_before_all(ctx)
    if through is None:
        return Plan(base, None)
    if through < newest:
        return _regular(ctx, base, through, newest, limits)
    return Plan(base, through, _late(ctx, through, limits))


def _day_before_all(ctx: Ctx) -> date | None:
    first = ctx.session.scalar(select(func.min(ProgrammeDay.day)))
    return None if first is None else first - timedelta(days=1)


def _regular(ctx: Ctx, base: dict[str, Any] | None, through: date, newest: date, limits: Limits) -> Plan:
    made = Plan(base, through)
    begun, lives = _begun(ctx), _lives(ctx)
    stop_at, events, first = time.monotonic() + limits.seconds, 0, through
    while through < newest:
        if (through - first).days >= limits.days or events >= limits.events or time.monotonic() >= stop_at:
            made.more = True
            break
        through += timedelta(days=1)
        today = [hashed(found) for found in gather_day(ctx, through)]
        met = {seal.key for seal in today}
        begun |= met
        quiet = [hashed(Gathered(life.key, through)) for life in lives if life.key not in met and life.covers(through, begun)]
        made.seals += sorted(today + quiet, key=lambda seal: seal.key)
        events += sum(seal.events for seal in today)
        made.through = through
    return made


def _begun(ctx: Ctx) -> set[Key]:
    rows = ctx.session.execute(select(SealChain.partner_id, SealChain.placement_id))
    return {(partner.uuid.bytes, placement.uuid.bytes) for partner, placement in rows}


def _lives(ctx: Ctx) -> list[_Life]:
    rows = ctx.session.execute(
        select(Placement.partner_id, Placement.id, Placement.created_at, Placement.status, Placement.updated_at).where(
            Placement.status != PlacementStatus.PLANNED
        )
    )
    zone = ctx.clock.zone
    lives = []
    for partner, placement, created_at, status, updated_at in rows:
        ended_on = updated_at.astimezone(zone).date() if status is PlacementStatus.ENDED else None
        lives.append(_Life((partner.uuid.bytes, placement.uuid.bytes), created_at.astimezone(zone).date(), ended_on))
    return lives


def _late(ctx: Ctx, through: date, limits: Limits) -> list[Prepared]:
    """Supplements for events that came into the database after their day was sealed."""
    days: dict[date, dict[Key, int]] = defaultdict(dict)
    sealed = _sealed(ctx, through - LOOK_BACK, through)
    for partner, placement, day, count in ctx.session.execute(_ROLLED_UP, {"first": through - LOOK_BACK, "last": through}):
        when = day if isinstance(day, date) else date.fromisoformat(day)
        key = (raw(partner), raw(placement))
        known, number = sealed.get((*key, when), (0, 0))
        if count > known:
            days[when][key] = number
    made: list[Prepared] = []
    for day in sorted(days)[: limits.days]:
        made += _supplements(ctx, day, days[day])
    return made


def _sealed(ctx: Ctx, first: date, last: date) -> dict[tuple[bytes, bytes, date], tuple[int, int]]:
    """(events, seals) of each placement's day."""
    rows = ctx.session.execute(
        select(DaySeal.partner_id, DaySeal.placement_id, DaySeal.day, func.sum(DaySeal.events), func.count())
        .where(DaySeal.day.between(first, last))
        .group_by(DaySeal.partner_id, DaySeal.placement_id, DaySeal.day)
    )
    return {(partner.uuid.bytes, placement.uuid.bytes, day): (int(events), seals) for partner, placement, day, events, seals in rows}


def _supplements(ctx: Ctx, day: date, numbers: dict[Key, int]) -> list[Prepared]:
    known: dict[Key, set[bytes]] = defaultdict(set)
    for partner, placement, packed in ctx.session.execute(
        select(DaySeal.partner_id, DaySeal.placement_id, DaySeal.members).where(DaySeal.day == day)
    ):
        known[partner.uuid.bytes, placement.uuid.bytes].update(unpack_members(packed))
    found: dict[Key, Gathered] = {}
    for row in events_of(ctx, day, numbers):
        key = (row[1], row[2])
        if row[0] not in known[key]:
            found.setdefault(key, Gathered(key, day)).add(row)
    return [hashed(late, numbers[key]) for key, late in sorted(found.items())]
