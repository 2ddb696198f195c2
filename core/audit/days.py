"""One chain per day, sealed by a signed root: what a stranger needs to check a day, or one entry of it, without the rest.

A day closes with the first entry, or the first run of the sealer, of another day in the programme's zone. Its record names its stretch of
the chain, the Merkle root over the hashes of its entries (RFC 6962), the root of the day before, and is signed (Ed25519) and sealed.
Records are numbered without gaps; the number and root of the last one stand in the sealed head of the chain, so that none can be cut.
A day without entries has no record; a clock that was turned back gives a second record for a day, never a gap.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from core.append_only import append_only
from core.audit.entries import AuditEntry
from core.audit.pressing import holds, press
from core.database import Base
from core.merkle import leaf_hash, root_of
from core.signing import sign_bytes, signature_holds

if TYPE_CHECKING:
    from core.ctx import Ctx

DAYS = "audit.days"
NOWHERE = "0" * 64
#: Before the first day, and in a head that is older than sealed days.
NONE_YET: dict[str, Any] = {"number": 0, "last": 0, "root": NOWHERE, "trusted": 0}


class AuditDay(Base):
    """A sealed day. `previous` is the root of the record before; `seal` needs the secret, `signature` anybody can check."""

    __tablename__ = "core_audit_day"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(index=True)
    first_seq: Mapped[int]
    last_seq: Mapped[int] = mapped_column(index=True)
    entries: Mapped[int]
    root: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(200))
    seal: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime]

    def told(self) -> bytes:
        """What is signed."""
        return day_told(self.number, self.day, self.first_seq, self.last_seq, self.root, self.previous)


append_only(AuditDay)


def day_told(number: int, day: date, first: int, last: int, root: str, previous: str) -> bytes:
    return f"{DAYS}:{number}:{day.isoformat()}:{first}:{last}:{root}:{previous}".encode()


def leaf_of(hashed: str) -> bytes:
    """The leaf of one entry: its chain hash, which covers all it says and all before it."""
    return leaf_hash(bytes.fromhex(hashed))


def day_is_ours(ctx: Ctx, record: AuditDay, *, trusted: bool = False) -> bool:
    """Signed by one of our keys, and sealed by this installation; a record that was adopted is held by its signature alone."""
    signed = signature_holds(ctx, record.told(), record.signature)
    return signed and (trusted or holds(ctx.settings, "day", record.told(), record.seal))


class OpenDay:
    """The day that the sealer is in; used while the head of the chain is locked. `state` goes back into the head."""

    def __init__(self, ctx: Ctx, state: dict[str, Any] | None) -> None:
        self._ctx = ctx
        self._kept = dict(state or NONE_YET)
        self.state = dict(self._kept)

    @property
    def changed(self) -> bool:
        return self.state != self._kept

    def reach(self, at: datetime, last_seq: int) -> None:
        """An entry of this time is next, after `last_seq`; it may open a new day, never one that has not begun."""
        day = at.astimezone(self._ctx.clock.zone).date()
        now = self._ctx.today
        if self._day is None:
            self._open(min(day, now))
        elif self._day < day <= now:
            self._close(last_seq)
            self._open(day)

    def rest(self, last_seq: int) -> None:
        """Nothing waits any more: a day that is over is closed."""
        if self._day is not None and self._day != self._ctx.today:
            self._close(last_seq)
            self._open(self._ctx.today)

    @property
    def _day(self) -> date | None:
        told = self.state.get("day")
        return date.fromisoformat(told) if told else None

    def _open(self, day: date) -> None:
        self.state["day"] = day.isoformat()

    def _close(self, last_seq: int) -> None:
        state, day = self.state, self._day
        if last_seq <= state["last"] or day is None:
            return
        span = AuditEntry.seq.between(state["last"] + 1, last_seq)
        hashes = list(self._ctx.session.scalars(select(AuditEntry.hash).where(span).order_by(AuditEntry.seq)))
        root = root_of([leaf_of(str(hashed)) for hashed in hashes]).hex()
        told = day_told(state["number"] + 1, day, state["last"] + 1, last_seq, root, state["root"])
        self._ctx.session.add(
            AuditDay(
                number=state["number"] + 1,
                day=day,
                first_seq=state["last"] + 1,
                last_seq=last_seq,
                entries=len(hashes),
                root=root,
                previous=state["root"],
                signature=sign_bytes(self._ctx, told),
                seal=press(self._ctx.settings, "day", told),
                sealed_at=self._ctx.now,
            )
        )
        self._ctx.session.flush()
        state.update(number=state["number"] + 1, last=last_seq, root=root)
