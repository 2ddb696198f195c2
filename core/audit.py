"""Append-only, hash-chained audit log (A-42).

Entries are written in the transaction of the change. One sealer gives committed entries their place in the chain, so
writers never queue behind each other; the head is signed, so that a cut tail is found as well. Triggers refuse to
change or delete what is sealed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import DDL, String, Text, event, select
from sqlalchemy.orm import Mapped, mapped_column

from core.ctx import SYSTEM, correlation_id
from core.database import Base, Json
from core.ids import IdColumn, TypeID, new_id
from core.jobs import scheduled
from core.kv import read_value, write_value
from core.signing import sign_bytes, signature_holds

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.database import Database

START = "0" * 64
HEAD = "audit.head"


class AuditEntry(Base):
    """Who did what to which thing, when and why; `seq` and `hash` are set once, by the sealer."""

    __tablename__ = "core_audit"
    id: Mapped[TypeID] = mapped_column(IdColumn("aud"), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str | None] = mapped_column(String(40))
    actor_name: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(120))
    object_id: Mapped[str] = mapped_column(String(40), index=True)
    partner_id: Mapped[str | None] = mapped_column(String(40), index=True)
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)
    reason: Mapped[str | None] = mapped_column(Text)
    correlation: Mapped[str] = mapped_column(String(32), default="")
    seq: Mapped[int | None] = mapped_column(unique=True)
    hash: Mapped[str | None] = mapped_column(String(64))

    def digest(self, previous: str) -> str:
        """SHA-256 over the entry's content, its place, and the hash before it."""
        content = [
            previous,
            self.seq,
            str(self.id),
            self.at.isoformat(),
            self.actor_kind,
            self.actor_id,
            self.actor_name,
            self.action,
            self.object_id,
            self.partner_id,
            self.before,
            self.after,
            self.reason,
            self.correlation,
        ]
        # surrogatepass: half a character in somebody's JSON must not stop the sealer for everybody.
        told = json.dumps(content, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return hashlib.sha256(told).hexdigest()


_COLUMNS = "id, at, actor_kind, actor_id, actor_name, action, object_id, partner_id, before, after, reason, correlation, seq, hash"


def guard_statements(dialect: str) -> list[str]:
    """DDL that makes a sealed entry immutable and any entry undeletable, per dialect (for the migration too)."""
    if dialect == "sqlite":
        raise_it = "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        return [
            f"CREATE TRIGGER core_audit_no_delete BEFORE DELETE ON core_audit {raise_it}",
            f"CREATE TRIGGER core_audit_no_update BEFORE UPDATE OF {_COLUMNS} ON core_audit WHEN OLD.hash IS NOT NULL {raise_it}",
        ]
    return [
        "CREATE FUNCTION core_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
        "CREATE TRIGGER core_audit_no_delete BEFORE DELETE ON core_audit FOR EACH ROW EXECUTE FUNCTION core_audit_guard()",
        "CREATE TRIGGER core_audit_no_update BEFORE UPDATE ON core_audit FOR EACH ROW "
        "WHEN (OLD.hash IS NOT NULL) EXECUTE FUNCTION core_audit_guard()",
    ]


for _dialect in ("sqlite", "postgresql"):
    for _statement in guard_statements(_dialect):
        event.listen(AuditEntry.__table__, "after_create", DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]


def record(
    ctx: Ctx,
    action: str,
    obj: Any,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Adds one entry in the running transaction."""
    partner = getattr(obj, "partner_id", None) or ctx.actor.partner_id
    ctx.session.add(
        AuditEntry(
            id=new_id("aud"),
            at=ctx.now,
            actor_kind=ctx.actor.kind,
            actor_id=str(ctx.actor.user_id) if ctx.actor.user_id else None,
            actor_name=ctx.actor.name,
            action=action,
            object_id=str(obj if isinstance(obj, str) else obj.id),
            partner_id=str(partner) if partner else None,
            before=_plain(before),
            after=_plain(after),
            reason=reason,
            correlation=correlation_id.get(),
        )
    )


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    plain: dict[str, Any] = json.loads(json.dumps(dict(values), default=str))
    return plain


def history(ctx: Ctx, object_id: str, *, limit: int = 100) -> list[AuditEntry]:
    """The timeline of one thing, newest first; a partner sees the entries of its own things."""
    query = select(AuditEntry).where(AuditEntry.object_id == str(object_id))
    if ctx.actor.partner_id is not None:
        query = query.where(AuditEntry.partner_id == str(ctx.actor.partner_id))
    return list(ctx.session.scalars(query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit)))


@scheduled("core.seal_audit", every=3)
def seal(ctx: Ctx) -> None:
    """Chains what has been committed since the last run."""
    head = read_value(ctx, HEAD) or {"seq": 0, "hash": START}
    seq, previous = head["seq"], head["hash"]
    rows = ctx.session.scalars(select(AuditEntry).where(AuditEntry.hash.is_(None)).order_by(AuditEntry.id).limit(5000)).all()
    for row in rows:
        seq += 1
        row.seq = seq
        row.hash = previous = row.digest(previous)
    if rows:
        signature = sign_bytes(ctx, f"{HEAD}:{seq}:{previous}".encode())
        write_value(ctx, HEAD, {"seq": seq, "hash": previous, "signature": signature})


@dataclass(frozen=True)
class ChainReport:
    """`first_bad` names the first entry that does not hold, in words; None when the chain verifies."""

    entries: int
    unsealed: int
    first_bad: str | None


def verify(database: Database) -> ChainReport:
    """Recomputes the chain: finds change, insertion, deletion, reordering and a cut tail (law L7)."""
    with database.reading(SYSTEM) as ctx:
        head = read_value(ctx, HEAD) or {"seq": 0, "hash": START}
        unsealed = len(ctx.session.scalars(select(AuditEntry.id).where(AuditEntry.hash.is_(None))).all())
        expected, previous = 0, START
        for row in ctx.session.scalars(select(AuditEntry).where(AuditEntry.seq.is_not(None)).order_by(AuditEntry.seq)):
            expected += 1
            if row.seq != expected:
                return ChainReport(expected - 1, unsealed, f"entry {expected} is missing, {row.id} follows")
            if row.hash != row.digest(previous):
                return ChainReport(expected - 1, unsealed, f"entry {row.seq} ({row.id}) was changed")
            previous = row.hash
        if (expected, previous) != (head["seq"], head["hash"]):
            return ChainReport(expected, unsealed, f"the chain ends at {expected}, its head says {head['seq']}")
        if expected and not signature_holds(ctx, f"{HEAD}:{expected}:{previous}".encode(), head.get("signature", "")):
            return ChainReport(expected, unsealed, "the head's signature does not hold")
        return ChainReport(expected, unsealed, None)
