"""Reading the log: entries with their words and the names of those who acted, as they are known today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.audit.entries import AuditEntry
from core.audit.words import put_back, words_of
from core.i18n import pgettext
from core.ids import TypeID

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True)
class ToldEntry:
    """One entry as people read it. The chain itself holds ids and fingerprints (core.audit.words)."""

    id: TypeID
    at: datetime
    actor_kind: str
    actor_id: str | None
    actor_name: str
    action: str
    object_id: str
    partner_id: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str | None
    correlation: str
    seq: int | None
    hash: str | None


def readable(ctx: Ctx, entries: Sequence[AuditEntry]) -> list[ToldEntry]:
    """These entries with words and names, in the same order."""
    # TRANSLATORS: stands where a text was erased on somebody's request
    erased = pgettext("audit", "(erased)")
    words = words_of(ctx, [entry.id for entry in entries])
    names = names_of(ctx, (entry.actor_id for entry in entries if not entry.actor_name))
    return [
        ToldEntry(
            entry.id,
            entry.at,
            entry.actor_kind,
            entry.actor_id,
            entry.actor_name or names.get(entry.actor_id or "", ""),
            entry.action,
            entry.object_id,
            entry.partner_id,
            put_back(entry.before, words, erased),
            put_back(entry.after, words, erased),
            put_back(entry.reason, words, erased),
            entry.correlation,
            entry.seq,
            entry.hash,
        )
        for entry in entries
    ]


def names_of(ctx: Ctx, ids: Iterable[str | None]) -> dict[str, str]:
    """The directory: who these people are today; somebody who was erased has the name that erasure left."""
    from core.accounts import User

    wanted = [found for found in (_user_id(one) for one in set(ids)) if found is not None]
    return {str(row.id): row.name for row in ctx.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))} if wanted else {}


def _user_id(text: str | None) -> TypeID | None:
    try:
        return TypeID.parse(text or "", "usr")
    except ValueError:
        return None


def history(ctx: Ctx, object_id: str, *, limit: int = 100) -> list[ToldEntry]:
    """The timeline of one thing, newest first; a partner sees the entries of its own things."""
    query = select(AuditEntry).where(AuditEntry.object_id == str(object_id))
    if ctx.actor.partner_id is not None:
        query = query.where(AuditEntry.partner_id == str(ctx.actor.partner_id))
    return readable(ctx, list(ctx.session.scalars(query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit))))
