"""One drain's harvest in memory: rows to insert, and what they add up to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from core.spool import Batch
from engagement.collect.salts import local_day
from engagement.records import Click, Record, unpack
from engagement.rules.kinds import Kind, RefusalReason, Verdict

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

NIL = bytes(16)
#: (partner, placement, asset, locale, day, kind, verdict): the finest level, from which the others follow.
Key = tuple[bytes, bytes, bytes, str, str, str, str]


class EventRow(NamedTuple):
    """One row of engagement_event in the order of `writing.EVENT_COLUMNS`, the four ids first."""

    id: bytes
    partner: bytes
    placement: bytes
    asset: bytes
    kind: str
    verdict: str
    locale: str
    received_ms: int
    day: str
    visitor: bytes | None
    rule: int
    page: str | None


@dataclass
class Harvest:
    """Everything the taken batches say. Days are ISO text, ids 16 bytes."""

    zone: ZoneInfo
    #: The 16 bytes of every partner. A line about anybody else (a database restored from before) must not stop the drain for ever.
    partners: Collection[bytes]
    rows: list[EventRow] = field(default_factory=list)
    counts: Counter[Key] = field(default_factory=Counter)
    visitors: dict[tuple[bytes, bytes, str], set[bytes]] = field(default_factory=lambda: defaultdict(set))
    clicks: list[tuple[Record, Click, bytes, int]] = field(default_factory=list)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    last_seen_ms: dict[bytes, int] = field(default_factory=dict)
    unreadable: int = 0
    _day: tuple[int, int, str] = (0, 0, "")

    def add(self, batch: Batch) -> None:
        """A payload that is whole, but cannot be understood, is counted as damage and keeps nobody waiting."""
        try:
            record = unpack(batch.payload)
        except (ValueError, KeyError, TypeError):
            self.unreadable += 1
            return
        day = self._day_of(batch.received_ms)
        for reason, number in record.refused.items():
            self.refused[day, reason] += number
        if record.events:
            self._add_events(record, batch, day)

    def _add_events(self, record: Record, batch: Batch, day: str) -> None:
        partner = bytes.fromhex(record.partner)
        if partner not in self.partners:
            self.refused[day, RefusalReason.UNKNOWN_PARTNER.value] += len(record.events)
            return
        placement = bytes.fromhex(record.placement) if record.placement else NIL
        visitor = bytes.fromhex(record.visitor)
        first_id = int.from_bytes(batch.batch_id, "big")
        page: str | None = record.page or None
        for at, (kind, asset_hex) in enumerate(record.events):
            asset = bytes.fromhex(asset_hex) if asset_hex else NIL
            self.rows.append(
                EventRow(
                    (first_id + at).to_bytes(16, "big"), partner, placement, asset,
                    kind, record.verdict, record.locale, batch.received_ms, day, visitor, record.rule, page,
                )
            )  # fmt: skip
            self.counts[partner, placement, asset, record.locale, day, kind, record.verdict] += 1
            page = None
        if record.verdict == Verdict.VALID:
            self.visitors[partner, placement, day].add(visitor)
            if record.placement and record.events[0][0] in (Kind.LOADED, Kind.RENDERED, Kind.CLICK):
                self.last_seen_ms[placement] = max(batch.received_ms, self.last_seen_ms.get(placement, 0))
        if record.click:
            self.clicks.append((record, record.click, placement, batch.received_ms))

    def _day_of(self, moment_ms: int) -> str:
        begin, end, day = self._day
        if not begin <= moment_ms < end:
            begin, end, found = local_day(moment_ms, self.zone)
            day = found.isoformat()
            self._day = (begin, end, day)
        return day
