"""The sealed days beside the walk along the chain: none missing, none forged, none in another's place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.audit.days import NONE_YET, NOWHERE, AuditDay, day_is_ours, leaf_of
from core.audit.walking import Bad, each
from core.merkle import root_of

if TYPE_CHECKING:
    from core.ctx import Ctx


class DayWatch:
    """Is told every entry of the chain in order; raises Bad at the first record that does not hold."""

    def __init__(self, ctx: Ctx, state: dict[str, Any] | None) -> None:
        """`state` is what a head says that is ours; None when it is not, which is a finding of its own."""
        self._ctx = ctx
        self._state = state
        self._trusted: int = state["trusted"] if state else 0
        self._records = list(each(ctx, AuditDay.number, AuditDay.number.is_not(None), AuditDay))
        self._leaves: list[bytes] = []
        self._seen = 0
        self._last = 0
        self._root = NOWHERE

    def entry(self, seq: int, hashed: str) -> None:
        """The chain holds up to here."""
        self._leaves.append(leaf_of(hashed))
        if self._seen == len(self._records):
            return
        record = self._next()
        if record.last_seq == seq:
            self._close(record)

    def end(self) -> None:
        """The whole chain has been walked."""
        if self._seen < len(self._records):
            raise Bad(f"{self._name(self._next())} ends behind the chain", self._last + 1)
        state = self._state or NONE_YET
        if (self._seen, self._last, self._root) != (state["number"], state["last"], state["root"]):
            raise Bad(f"{self._seen} days are sealed, the head says {state['number']}", self._last + 1)

    def _next(self) -> AuditDay:
        key, record = self._records[self._seen]
        expected, first = self._seen + 1, self._last + 1
        if record is None:
            raise Bad(f"the record of day {expected} cannot be read", first)
        if key != expected:
            raise Bad(f"the record of day {expected} is missing, {key} follows", first)
        found: AuditDay = record
        return found

    def _close(self, record: AuditDay) -> None:
        first = self._last + 1
        told = self._name(record)
        if (record.first_seq, record.entries, record.previous) != (first, len(self._leaves), self._root):
            raise Bad(f"{told} is not in its place", first)
        if record.root != root_of(self._leaves).hex():
            raise Bad(f"{told} has another root than its entries", first)
        if not day_is_ours(self._ctx, record, trusted=record.number <= self._trusted):
            raise Bad(f"{told} was not sealed by this hub", first)
        self._seen, self._last, self._root, self._leaves = self._seen + 1, record.last_seq, record.root, []

    @staticmethod
    def _name(record: Any) -> str:
        return f"the record of day {record.number} ({record.day})"
