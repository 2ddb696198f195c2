"""What a sealed day says, byte for byte (architecture decision 9; docs/proof-of-performance.md prints this format).

A day may be sealed when it has been over for 48 hours in the programme's zone. What arrives later is a supplement: a statement of its
own about the late events alone, so that a seal never changes.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engagement.rules.kinds import Verdict

WAIT = timedelta(hours=48)
TYPE = "channelpress.day-seal"
VERSION = 1
#: In front of whatever is hashed or signed here: a signature for one purpose never serves another.
STATEMENT_DOMAIN = b"channelpress.day-seal.v1\n"
HEAD_DOMAIN = b"channelpress.seal-head.v1\n"
START = "0" * 64
_ID_BYTES = 16

Counts = dict[str, dict[str, int]]


def last_sealable(now: datetime, zone: ZoneInfo) -> date:
    """The last day that ended at least 48 hours ago."""
    local = (now - WAIT).astimezone(zone)
    # Counted back from local midnight, so that days of 23 and 25 hours come out right.
    midnight = datetime(local.year, local.month, local.day, tzinfo=zone).astimezone(UTC)
    assert midnight <= now - WAIT
    return local.date() - timedelta(days=1)


def entry_of(row: Iterable[Any]) -> bytes:
    """One event as the bytes of its leaf: its columns in order, one per line, ids and visitor in hex, nothing for what is not there.

    Only the last one, the page, holds what a stranger wrote, and it never holds a line end: no two events read alike.
    """
    event, partner, placement, asset, kind, verdict, locale, received_ms, day, visitor, rule, page = row
    return (
        f"{event.hex()}\n{partner.hex()}\n{placement.hex()}\n{asset.hex()}\n{kind}\n{verdict}\n{locale}\n{received_ms}\n{day}\n"
        f"{visitor.hex() if visitor else ''}\n{rule}\n{page or ''}"
    ).encode()


@dataclass
class Tally:
    """The figures of a day, gathered event by event.

    `counts` is every event by kind and verdict. `evidenced` is what the hub vouches for: of the events that count, at most one per
    visitor, item and day. A visitor who comes back, a double click and a script that repeats itself from one place stay one.
    """

    counts: Counts = field(default_factory=dict)
    _met: dict[str, set[bytes]] = field(default_factory=dict)
    _nobody: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, verdict: str, visitor: bytes | None, asset: bytes) -> None:
        """`visitor` is None for what the hub itself recorded once, such as a stored lead."""
        by_verdict = self.counts.setdefault(kind, {})
        by_verdict[verdict] = by_verdict.get(verdict, 0) + 1
        if verdict != Verdict.VALID:
            return
        if visitor:
            self._met.setdefault(kind, set()).add(visitor + asset)
        else:
            self._nobody[kind] = self._nobody.get(kind, 0) + 1

    @property
    def evidenced(self) -> dict[str, int]:
        kinds = sorted(self._met.keys() | self._nobody.keys())
        return {kind: len(self._met.get(kind, ())) + self._nobody.get(kind, 0) for kind in kinds}


@dataclass(frozen=True)
class Statement:
    """What is signed. `number` 0 is the day's seal, 1 and up its supplements; `seq` is the place in the placement's chain.

    `previous` is the hash of the statement before it in the chain, `root` the Merkle root over the day's events in the order of their ids.
    """

    partner: str
    placement: str
    day: date
    zone: str
    number: int
    seq: int
    events: int
    root: str
    counts: Mapping[str, Mapping[str, int]]
    evidenced: Mapping[str, int]
    previous: str
    sealed_at: datetime

    @property
    def text(self) -> str:
        """Canonical JSON: keys sorted, no spaces, ASCII."""
        told = {
            "type": TYPE,
            "version": VERSION,
            "partner": self.partner,
            "placement": self.placement,
            "day": self.day.isoformat(),
            "zone": self.zone,
            "number": self.number,
            "seq": self.seq,
            "events": self.events,
            "root": self.root,
            "counts": {kind: dict(verdicts) for kind, verdicts in self.counts.items()},
            "evidenced": dict(self.evidenced),
            "previous": self.previous,
            "sealed_at": self.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        }
        return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)

    @property
    def message(self) -> bytes:
        """What the signature covers."""
        return STATEMENT_DOMAIN + self.text.encode("ascii")

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.message).hexdigest()


def head_message(placement: str, partner: str, seq: int, hash_: str) -> bytes:
    """What the head of a chain signs, so that a chain that was cut off at its end is found."""
    return HEAD_DOMAIN + f"{placement}:{partner}:{seq}:{hash_}".encode("ascii")


def pack_members(ids: Iterable[bytes]) -> bytes:
    """Which events a seal covers. Events of one batch differ in their last byte only, so this is about three bytes per event."""
    return zlib.compress(b"".join(ids), 6)


def unpack_members(packed: bytes) -> list[bytes]:
    ids = zlib.decompress(packed)
    return [ids[at : at + _ID_BYTES] for at in range(0, len(ids), _ID_BYTES)]
