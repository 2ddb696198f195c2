"""A day's events, streamed once in the order of their ids, and what they come to. No row becomes an object."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, bindparam, text

from core.merkle import leaf_hash, root_of
from engagement.rules.seals import Tally, entry_of, pack_members

if TYPE_CHECKING:
    from core.ctx import Ctx

#: Partner and placement, 16 bytes each.
Key = tuple[bytes, bytes]
_FETCH = 5000
_DAY = text(
    "SELECT id, partner_id, placement_id, asset_id, kind, verdict, locale, received_ms, day, visitor, rule, page"
    " FROM engagement_event WHERE day = :day ORDER BY partner_id, placement_id, id"
).bindparams(bindparam("day", type_=Date()))


def raw(value: Any) -> bytes:
    """The 16 bytes of an id, however the driver gives it."""
    return value if isinstance(value, bytes) else bytes(value.bytes)


def events_of(ctx: Ctx, day: date, only: Collection[Key] | None = None) -> Iterator[tuple[Any, ...]]:
    """Rows by partner, placement and id, as `entry_of` reads them."""
    told = day.isoformat()
    rows = ctx.session.execute(_DAY, {"day": day}, execution_options={"yield_per": _FETCH})
    for event, partner, placement, asset, kind, verdict, locale, received_ms, _day, visitor, rule, page in rows:
        key = (raw(partner), raw(placement))
        if only is None or key in only:
            yield raw(event), *key, raw(asset), kind, verdict, locale, received_ms, told, visitor, rule, page


@dataclass
class Gathered:
    """What a seal will say about one placement's day, before it has its place in the chain."""

    key: Key
    day: date
    ids: list[bytes] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def add(self, row: tuple[Any, ...]) -> None:
        self.ids.append(row[0])
        self.leaves.append(leaf_hash(entry_of(row)))
        self.tally.add(row[4], row[5], row[9], row[3])


@dataclass(frozen=True)
class Prepared:
    """The same, hashed: small enough to keep many of them until they are written."""

    key: Key
    day: date
    events: int
    root: str
    counts: dict[str, dict[str, int]]
    evidenced: dict[str, int]
    members: bytes
    number: int = 0


def hashed(found: Gathered, number: int = 0) -> Prepared:
    root = root_of(found.leaves).hex()
    members = pack_members(found.ids)
    return Prepared(found.key, found.day, len(found.ids), root, found.tally.counts, found.tally.evidenced, members, number)


def gather_day(ctx: Ctx, day: date) -> Iterator[Gathered]:
    """One placement after the other: never more than one placement's day in memory."""
    found: Gathered | None = None
    for row in events_of(ctx, day):
        key = (row[1], row[2])
        if found is None or found.key != key:
            if found is not None:
                yield found
            found = Gathered(key, day)
        found.add(row)
    if found is not None:
        yield found
