"""The entry of the audit log, how it is written, and the triggers that refuse to change it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import rls
from core.append_only import create_with
from core.ctx import correlation_id
from core.database import Base, Json
from core.ids import IdColumn, TypeID, new_id

if TYPE_CHECKING:
    from core.ctx import Ctx

_WRITTEN = "audit_entries"


class AuditEntry(Base):
    """Who did what to which thing, when and why.

    `lane`, `place` and `mark` are the writer's, set at the commit; `seq`, `hash` and `seal` are set once, by the sealer.
    """

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
    lane: Mapped[TypeID | None] = mapped_column(IdColumn("lan"))
    place: Mapped[int | None]
    mark: Mapped[str | None] = mapped_column(String(64))
    seal: Mapped[str | None] = mapped_column(String(64))

    def told(self) -> list[Any]:
        """What the entry says; the same before it is stored and after it was read, on every database."""
        return [
            str(self.id),
            self.at.astimezone(UTC).isoformat(),
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

    def digest(self, previous: str) -> str:
        """SHA-256 over the entry's content, its place, and the hash before it: needs no secret to be computed again."""
        writer = [] if self.mark is None else [str(self.lane), self.place, self.mark]
        return hashlib.sha256(as_bytes([previous, self.seq, *self.told(), *writer])).hexdigest()


def as_bytes(content: list[Any]) -> bytes:
    """One spelling for equal content."""
    # surrogatepass: half a character in somebody's JSON must not stop the sealer for everybody.
    return json.dumps(content, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")


def guard_statements(dialect: str) -> list[str]:
    """DDL that makes a sealed entry immutable and any entry undeletable, per dialect (for the migration too)."""
    if dialect == "sqlite":
        raise_it = "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        return [
            f"CREATE TRIGGER core_audit_no_delete BEFORE DELETE ON core_audit {raise_it}",
            f"CREATE TRIGGER core_audit_no_update BEFORE UPDATE ON core_audit WHEN OLD.hash IS NOT NULL {raise_it}",
        ]
    return [
        "CREATE FUNCTION core_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
        "CREATE TRIGGER core_audit_no_delete BEFORE DELETE ON core_audit FOR EACH ROW EXECUTE FUNCTION core_audit_guard()",
        "CREATE TRIGGER core_audit_no_update BEFORE UPDATE ON core_audit FOR EACH ROW "
        "WHEN (OLD.hash IS NOT NULL) EXECUTE FUNCTION core_audit_guard()",
    ]


create_with(AuditEntry.__table__, guard_statements)
rls.guard(AuditEntry.__table__, rls.RowRights(own="partner_id = {partner_text}"))


def record(
    ctx: Ctx,
    action: str,
    obj: Any,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Adds one entry in the running transaction; texts that are no codes are kept beside it (core.audit.words)."""
    from core.audit.lanes import reserve
    from core.audit.words import AuditWords, put_aside

    reserve(ctx)
    entry_id, aside = new_id("aud"), list[AuditWords]()
    partner = getattr(obj, "partner_id", None) or ctx.actor.partner_id
    entry = AuditEntry(
        id=entry_id,
        at=ctx.now,
        actor_kind=ctx.actor.kind,
        actor_id=str(ctx.actor.user_id) if ctx.actor.user_id else None,
        # A person's name is looked up by the id when somebody reads: what is chained cannot be erased.
        actor_name=ctx.actor.name if ctx.actor.kind == "system" else "",
        action=action,
        object_id=str(obj if isinstance(obj, str) else obj.id),
        partner_id=str(partner) if partner else None,
        before=put_aside(entry_id, _plain(before), aside),
        after=put_aside(entry_id, _plain(after), aside),
        reason=put_aside(entry_id, _clean(reason), aside),
        correlation=correlation_id.get(),
    )
    for words in aside:
        words.partner_id = entry.partner_id
    ctx.session.add_all([entry, *aside])
    ctx.session.info.setdefault(_WRITTEN, []).append(entry)


def written_in(session: Session) -> list[AuditEntry]:
    """The entries of this transaction, in order; those of a savepoint that was rolled back are none."""
    return [entry for entry in session.info.pop(_WRITTEN, []) if entry in session]


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Values as every database gives them back."""
    if values is None:
        return None
    plain: dict[str, Any] = _canonical(json.loads(json.dumps(dict(values), default=str)))
    return plain


def _canonical(value: Any) -> Any:
    """PostgreSQL keeps JSON numbers as decimals, refuses NUL and half characters: none of them may stop the change itself."""
    if isinstance(value, dict):
        return {_clean(key): _canonical(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_canonical(part) for part in value]
    if isinstance(value, float):
        if not isfinite(value):
            return str(value)
        return int(value) if value.is_integer() else value
    return _clean(value) if isinstance(value, str) else value


def _clean(text: str | None) -> str | None:
    if text is None:
        return None
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
