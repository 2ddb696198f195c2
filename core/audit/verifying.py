"""Recomputing the chain: finds change, insertion, deletion, reordering, a cut tail, a missing or forged day and a rewritten whole (L7).

Trusts nothing that lies in the database: every entry, place, lane and the head must carry what only this hub's secret can
make. What is found first is named; values that cannot even be read are findings like any other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from core.audit.checking_days import DayWatch
from core.audit.entries import AuditEntry
from core.audit.lanes import AuditLane, entry_is_ours, lane_is_ours
from core.audit.pressing import holds
from core.audit.sealing import EMPTY, HEAD, START, head_is_ours, place_told
from core.audit.walking import Bad, Rows, batches, each
from core.audit.words import AuditWords, fault_of, words_of
from core.ctx import SYSTEM
from core.kv import read_value

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.database import Database


@dataclass(frozen=True)
class ChainReport:
    """`first_bad` tells the first thing that does not hold, in words; `bad_seq` is its number in the chain, if it has one."""

    entries: int
    unsealed: int
    first_bad: str | None
    bad_seq: int | None = None


@dataclass
class Walk:
    """How far the chain holds. `lanes` has the last place seen in each lane."""

    entries: int = 0
    last: str = START
    lanes: dict[str, int] = field(default_factory=dict)


def verify(database: Database) -> ChainReport:
    """Looks at every entry, lane and the head, in one snapshot."""
    with database.reading(SYSTEM) as ctx:
        unsealed = ctx.session.scalar(select(func.count()).where(AuditEntry.hash.is_(None))) or 0
        walk = Walk()
        try:
            check(ctx, walk)
        except Bad as bad:
            return ChainReport(walk.entries, unsealed, str(bad), bad.seq)
        return ChainReport(walk.entries, unsealed, None)


def check(ctx: Ctx, walk: Walk) -> None:
    """Raises Bad with the first thing that does not hold."""
    head = read_value(ctx, HEAD)
    head = EMPTY if head is None else head
    ours = head_is_ours(ctx, head)
    days = DayWatch(ctx, head.get("days") if ours else None)
    walk_chain(ctx, walk, head["trusted"] if ours else 0, days)
    _check_head(walk, head, ours)
    days.end()
    _check_waiting(ctx, walk)
    _check_lanes(ctx, walk)


def walk_chain(ctx: Ctx, walk: Walk, trusted: int, days: DayWatch | None = None) -> None:
    """Along the sealed entries; those up to `trusted` have to hold by their hashes only."""
    for some in batches(ctx, AuditEntry.seq, AuditEntry.seq.is_not(None), AuditEntry):
        words = _words(ctx, some)
        for seq, entry in some:
            expected = walk.entries + 1
            if seq != expected:
                raise Bad(f"entry {expected} is missing, {seq} follows", expected)
            walk.last = _check_entry(ctx, walk, expected, entry, expected <= trusted)
            _check_words(ctx, entry, words, f"entry {seq} ({entry.id})", seq)
            if days is not None:
                days.entry(seq, walk.last)
            walk.entries = expected


def _words(ctx: Ctx, some: Rows) -> dict[str, AuditWords]:
    try:
        return words_of(ctx, [entry.id for _key, entry in some if entry is not None])
    except (ValueError, TypeError, AttributeError):
        return {}


def _check_words(ctx: Ctx, entry: AuditEntry, words: dict[str, AuditWords], name: str, seq: int | None) -> None:
    fault = fault_of(ctx.settings, entry, words)
    if fault:
        raise Bad(f"the words of {name} {fault}", seq)


def _check_entry(ctx: Ctx, walk: Walk, seq: int, entry: AuditEntry | None, trusted: bool) -> str:
    if entry is None:
        raise Bad(f"entry {seq} cannot be read", seq)
    hashed = _digest(entry, walk.last)
    if hashed is None or entry.hash != hashed:
        raise Bad(f"entry {seq} ({entry.id}) was changed", seq)
    if not trusted and not entry_is_ours(ctx.settings, entry):
        raise Bad(f"entry {seq} ({entry.id}) was not written by this hub", seq)
    if not trusted and not holds(ctx.settings, "place", place_told(seq, hashed), entry.seal):
        raise Bad(f"entry {seq} ({entry.id}) was not put in this place by this hub", seq)
    _check_place(walk, entry, seq, trusted)
    return hashed


def _digest(entry: AuditEntry, previous: str) -> str | None:
    """None for values that no entry of ours can have."""
    try:
        return entry.digest(previous)
    except (ValueError, TypeError, AttributeError):
        return None


def _check_place(walk: Walk, entry: AuditEntry, seq: int | None, trusted: bool = False) -> None:
    """Entries of one writer come in the order and the number in which they were written."""
    if entry.lane is None or entry.place is None:
        return
    last = walk.lanes.get(entry.lane, 0)
    if entry.place != last + 1 and not trusted:
        raise Bad(f"before {entry.id} an entry of the same writer is missing ({entry.lane}: {last}, then {entry.place})", seq)
    walk.lanes[entry.lane] = max(entry.place, last)


def _check_head(walk: Walk, head: Any, ours: bool) -> None:
    if not ours:
        raise Bad(f"the chain ends at {walk.entries}, and its head was not signed by this hub", walk.entries + 1)
    if (walk.entries, walk.last) != (head["seq"], head["hash"]):
        raise Bad(f"the chain ends at {walk.entries}, its head says {head['seq']}", min(walk.entries, head["seq"]) + 1)


def _check_waiting(ctx: Ctx, walk: Walk) -> None:
    """Entries that wait for the sealer, and strays that pretend to."""
    stray = (AuditEntry.hash.is_(None) & AuditEntry.seq.is_not(None)) | (AuditEntry.hash.is_not(None) & AuditEntry.seq.is_(None))
    for key, entry in each(ctx, AuditEntry.id, stray, AuditEntry):
        raise Bad(f"entry {entry.id if entry else key} is half sealed")
    for key, entry in each(ctx, AuditEntry.id, AuditEntry.hash.is_(None), AuditEntry):
        if entry is None:
            raise Bad(f"an entry that waits for the sealer cannot be read ({key})")
        if not entry_is_ours(ctx.settings, entry):
            raise Bad(f"entry {entry.id}, which waits for the sealer, was not written by this hub")
        _check_words(ctx, entry, words_of(ctx, [entry.id]), f"entry {entry.id}, which waits for the sealer,", None)
        _check_place(walk, entry, None)


def _check_lanes(ctx: Ctx, walk: Walk) -> None:
    """Every writer's last entry is there, too."""
    seen = set()
    for key, lane in each(ctx, AuditLane.id, AuditLane.id.is_not(None), AuditLane):
        if lane is None or not lane_is_ours(ctx.settings, lane):
            raise Bad(f"the count of writer {lane.id if lane else key} was changed")
        seen.add(lane.id)
        if walk.lanes.get(lane.id, 0) != lane.written:
            raise Bad(f"an entry of writer {lane.id} is missing: it wrote {lane.written}, there are {walk.lanes.get(lane.id, 0)}")
    for missing in sorted(set(walk.lanes) - seen):
        raise Bad(f"the count of writer {missing} is missing")
