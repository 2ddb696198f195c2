"""Are the seals still true? Chains, signatures and heads first, then every root computed again from the events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.ids import TypeID
from core.merkle import leads_to, leaf_hash, path_of, root_of
from core.signing import signature_holds
from engagement.models import DaySeal, Event, SealChain
from engagement.rules.seals import START, Tally, entry_of, head_message, unpack_members
from engagement.seals.hashing import Key, events_of
from engagement.seals.reading import SealedDay, every_seal, read

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True)
class BadSeal:
    """Where it is wrong, and how. `day` None: the chain as a whole."""

    placement_id: str
    day: date | None
    problem: str

    def __str__(self) -> str:
        return f"{self.placement_id}{f' {self.day}' if self.day else ''}: {self.problem}"


@dataclass(frozen=True)
class SealReport:
    """`unsealed` are events of sealed days that wait for their supplement. `bad` is in the order it was found."""

    seals: int
    events: int
    unsealed: int
    bad: tuple[BadSeal, ...]

    @property
    def first_bad(self) -> BadSeal | None:
        return self.bad[0] if self.bad else None


def verify_seals(ctx: Ctx, placement_id: TypeID | None = None, *, first: date | None = None, last: date | None = None) -> SealReport:
    """Recomputes everything. `first` and `last` narrow the days whose events are read; chains are always walked whole."""
    query = every_seal()
    if placement_id is not None:
        query = query.where(DaySeal.placement_id == placement_id)
    seals = read(ctx, query)
    bad = list(_broken_chains(ctx, seals, placement_id))
    wanted = [seal for seal in seals if (first is None or seal.day >= first) and (last is None or seal.day <= last)]
    events = unsealed = 0
    for day, of_day in groupby(sorted(wanted, key=lambda seal: (seal.day, seal.statement.partner, seal.placement_id, seal.number)), _day):
        found = _Day(ctx, day, list(of_day))
        bad += found.bad
        events, unsealed = events + found.events, unsealed + found.unsealed
    return SealReport(len(seals), events, unsealed, tuple(bad))


def _day(seal: SealedDay) -> date:
    return seal.day


def _chain_key(seal: SealedDay) -> tuple[str, str]:
    return seal.statement.partner, seal.placement_id


def _broken_chains(ctx: Ctx, seals: list[SealedDay], placement_id: TypeID | None) -> Iterator[BadSeal]:
    query = select(SealChain)
    if placement_id is not None:
        query = query.where(SealChain.placement_id == placement_id)
    heads = {(str(row.partner_id), str(row.placement_id)): row for row in ctx.session.scalars(query)}
    for key, of_chain in groupby(seals, _chain_key):
        head = heads.pop((str(key[0]), str(key[1])), None)
        yield from _broken_chain(ctx, list(of_chain), head)
    for _partner, placement in heads:
        yield BadSeal(placement, None, "all its seals are missing")


def _broken_chain(ctx: Ctx, seals: list[SealedDay], head: SealChain | None) -> Iterator[BadSeal]:
    """At most one finding per chain: after the first break, nothing that follows can be told from it."""
    previous = START
    for at, seal in enumerate(seals, start=1):
        problem = _broken_link(ctx, seal, at, previous)
        if problem:
            yield BadSeal(seal.placement_id, seal.day, problem)
            return
        previous = seal.hash
    last = seals[-1]
    if head is None:
        yield BadSeal(last.placement_id, None, "the head of its chain is missing")
    elif (head.seq, head.hash) != (last.statement.seq, last.hash):
        yield BadSeal(last.placement_id, last.day, f"the chain ends here at {last.statement.seq}, its head says {head.seq}")
    elif not signature_holds(ctx, head_message(head.placement_id, head.partner_id, head.seq, head.hash), head.signature):
        yield BadSeal(last.placement_id, None, "the signature of the chain's head does not hold")


def _broken_link(ctx: Ctx, seal: SealedDay, at: int, previous: str) -> str:
    statement = seal.statement
    if statement.seq != at:
        return f"seal {at} of the chain is missing, {statement.seq} follows"
    if statement.previous != previous:
        return "it does not follow from the seal before it"
    if statement.hash != seal.hash:
        return "its statement was changed"
    if not signature_holds(ctx, statement.message, seal.signature):
        return "its signature does not hold"
    return ""


class _Day:
    """One day of all placements, its events against its seals."""

    def __init__(self, ctx: Ctx, day: date, seals: list[SealedDay]) -> None:
        self.bad: list[BadSeal] = []
        self.events = self.unsealed = 0
        members = _members(ctx, day)
        by_key = {_raw_key(seal): [] for seal in seals}  # type: dict[Key, list[SealedDay]]
        for seal in seals:
            by_key[_raw_key(seal)].append(seal)
        left = dict(by_key)
        for key, rows in groupby(events_of(ctx, day, by_key), lambda row: (row[1], row[2])):
            left.pop(key, None)
            self._compare(by_key[key], members, {row[0]: row for row in rows})
        for missing in left.values():
            self._compare(missing, members, {})

    def _compare(self, seals: list[SealedDay], members: dict[tuple[Key, int], list[bytes]], rows: dict[bytes, tuple[object, ...]]) -> None:
        self.events += len(rows)
        covered = 0
        for seal in seals:
            ids = members.get((_raw_key(seal), seal.number), [])
            covered += len(ids)
            problem = _untrue(seal, ids, rows)
            if problem:
                self.bad.append(BadSeal(seal.placement_id, seal.day, problem))
        self.unsealed += max(0, len(rows) - covered)


def _untrue(seal: SealedDay, ids: list[bytes], rows: dict[bytes, tuple[object, ...]]) -> str:
    if len(ids) != seal.events:
        return "the list of its events was changed"
    missing = [one for one in ids if one not in rows]
    if missing:
        return f"{len(missing)} of its {len(ids)} events are missing, the first is {_event_id(missing[0])}"
    if root_of([leaf_hash(entry_of(rows[one])) for one in ids]).hex() != seal.root:
        return "its events were changed"
    tally = Tally()
    for one in ids:
        row = rows[one]
        tally.add(row[4], row[5], row[9], row[3])  # type: ignore[arg-type]
    if (tally.counts, tally.evidenced) != (seal.counts, seal.evidenced):
        return "its figures are not those of its events"
    return ""


def _event_id(raw: bytes) -> str:
    import uuid

    return TypeID.of("evt", uuid.UUID(bytes=raw))


def _raw_key(seal: SealedDay) -> Key:
    return TypeID(seal.statement.partner).uuid.bytes, TypeID(seal.placement_id).uuid.bytes


def _members(ctx: Ctx, day: date) -> dict[tuple[Key, int], list[bytes]]:
    rows = ctx.session.execute(select(DaySeal.partner_id, DaySeal.placement_id, DaySeal.number, DaySeal.members).where(DaySeal.day == day))
    return {((partner.uuid.bytes, placement.uuid.bytes), number): unpack_members(packed) for partner, placement, number, packed in rows}


@dataclass(frozen=True)
class InclusionProof:
    """Shows that one event is among those a seal covers, without showing the others."""

    entry: bytes
    index: int
    path: tuple[bytes, ...]
    seal: SealedDay

    @property
    def holds(self) -> bool:
        return leads_to(leaf_hash(self.entry), self.index, self.seal.events, self.path, bytes.fromhex(self.seal.root))


def inclusion_proof(ctx: Ctx, event_id: TypeID) -> InclusionProof | None:
    """The proof for one event; None while its day is not sealed, and when there is no such event."""
    event = ctx.session.execute(select(Event.partner_id, Event.placement_id, Event.day).where(Event.id == event_id)).one_or_none()
    if event is None:
        return None
    partner, placement, day = event
    key, wanted = (partner.uuid.bytes, placement.uuid.bytes), event_id.uuid.bytes
    mine = every_seal().where(DaySeal.partner_id == partner, DaySeal.placement_id == placement, DaySeal.day == day)
    members = _members(ctx, day)
    for seal in read(ctx, mine):
        ids = members[key, seal.number]
        if wanted in ids:
            rows = _rows(events_of(ctx, day, {key}))
            leaves = [leaf_hash(entry_of(rows[one])) for one in ids]
            at = ids.index(wanted)
            return InclusionProof(entry_of(rows[wanted]), at, tuple(path_of(leaves, at)), seal)
    return None


def _rows(events: Iterable[tuple[object, ...]]) -> dict[bytes, tuple[object, ...]]:
    return {row[0]: row for row in events}  # type: ignore[misc]
