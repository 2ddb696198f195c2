"""Sealed days as other rooms read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select

from core.ids import TypeID
from core.kv import read_value
from engagement.models import DaySeal
from engagement.rules.kinds import Verdict
from engagement.rules.seals import Statement, last_sealable

if TYPE_CHECKING:
    from core.ctx import Ctx

#: {"through": last sealed day, "rounds": how often something was written}: whoever prepared from an older state starts again.
PROGRESS = "engagement.seals"
_COLUMNS = (
    *(DaySeal.partner_id, DaySeal.placement_id, DaySeal.day, DaySeal.zone, DaySeal.number, DaySeal.seq, DaySeal.events, DaySeal.root),
    *(DaySeal.counts, DaySeal.evidenced, DaySeal.previous, DaySeal.sealed_at, DaySeal.hash, DaySeal.signature),
)


@dataclass(frozen=True)
class SealedDay:
    """One seal: its statement, the statement's hash and the signature over it."""

    statement: Statement
    hash: str
    signature: str

    @property
    def placement_id(self) -> str:
        return self.statement.placement

    @property
    def day(self) -> date:
        return self.statement.day

    @property
    def number(self) -> int:
        """0: the day's own seal; above: a supplement for what arrived late."""
        return self.statement.number

    @property
    def events(self) -> int:
        return self.statement.events

    @property
    def root(self) -> str:
        return self.statement.root

    @property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """kind → verdict → number of events."""
        return self.statement.counts

    @property
    def evidenced(self) -> Mapping[str, int]:
        """kind → what the hub vouches for: at most one per visitor, item and day."""
        return self.statement.evidenced

    @property
    def sealed_at(self) -> datetime:
        return self.statement.sealed_at


@dataclass(frozen=True)
class SealedTotals:
    """Sums over seals, by kind. `evidenced` ≤ `valid`; the difference are repetitions of the same visitor. `invalid` is by verdict."""

    days: int
    events: int
    evidenced: Mapping[str, int]
    valid: Mapping[str, int]
    invalid: Mapping[str, int]

    @property
    def repeated(self) -> Mapping[str, int]:
        """Events of a kind that count on dashboards, but prove nothing more: the same visitor, item and day again."""
        return {kind: number - self.evidenced.get(kind, 0) for kind, number in self.valid.items()}

    @property
    def invalid_events(self) -> int:
        return sum(self.invalid.values())


def sealed_days(ctx: Ctx, placement_id: TypeID, first: date, last: date, *, partner_id: TypeID | None = None) -> list[SealedDay]:
    """Seals and supplements of these days, both included, by day. `partner_id` is needed for pages without a placement."""
    query = select(*_COLUMNS).where(DaySeal.placement_id == placement_id, DaySeal.day.between(first, last))
    if partner_id is not None:
        query = query.where(DaySeal.partner_id == partner_id)
    return read(ctx, query.order_by(DaySeal.day, DaySeal.number))


def read(ctx: Ctx, query: Select[Any]) -> list[SealedDay]:
    """The rows of a query over `_COLUMNS`."""
    return [_sealed(*row) for row in ctx.session.execute(query)]


def every_seal() -> Select[Any]:
    """For checking: all of them, chain by chain."""
    return select(*_COLUMNS).order_by(DaySeal.partner_id, DaySeal.placement_id, DaySeal.seq)


def _sealed(
    partner: str, placement: str, day: date, zone: str, number: int, seq: int, events: int, root: str,
    counts: dict[str, Any], evidenced: dict[str, int], previous: str, sealed_at: datetime, hash_: str, signature: str,
) -> SealedDay:  # fmt: skip
    statement = Statement(partner, placement, day, zone, number, seq, events, root, counts, evidenced, previous, sealed_at)
    return SealedDay(statement, hash_, signature)


def totals_of(seals: Iterable[SealedDay]) -> SealedTotals:
    """Sums of what the seals say. Over several placements, a visitor who met two of them stands in both."""
    evidenced: dict[str, int] = {}
    valid: dict[str, int] = {}
    invalid: dict[str, int] = {}
    days, events = set(), 0
    for seal in seals:
        days.add(seal.day)
        events += seal.events
        for kind, number in seal.evidenced.items():
            evidenced[kind] = evidenced.get(kind, 0) + number
        for kind, verdicts in seal.counts.items():
            for verdict, number in verdicts.items():
                target, name = (valid, kind) if verdict == Verdict.VALID else (invalid, verdict)
                target[name] = target.get(name, 0) + number
    return SealedTotals(len(days), events, evidenced, valid, invalid)


def sealable_until(ctx: Ctx) -> date:
    """The last day whose seal is due by now."""
    return last_sealable(ctx.now, ctx.clock.zone)


def sealed_until(ctx: Ctx) -> date | None:
    """The last day for which sealing was done; None before the first."""
    progress = read_value(ctx, PROGRESS)
    return date.fromisoformat(progress["through"]) if progress else None
