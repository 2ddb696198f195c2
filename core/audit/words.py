"""Words of people stand beside the chain, not in it: an entry holds their fingerprint, and erasing them leaves it as it is.

A name, an address or a reason that somebody typed can be asked to be forgotten; a chained entry cannot be changed. So `record` keeps
codes, ids, dates and numbers in the entry and puts every other text into a row of its own under SHA-256 of a random salt and the text.
The salt goes with the words: what is left tells nothing and still verifies. Changed or missing words are found like a changed entry,
and an erasure that was not the hub's own as well (docs/adr/0014).
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, Text, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from core import rls
from core.append_only import create_with
from core.audit.pressing import holds, press
from core.database import Base
from core.ids import IdColumn, TypeID
from core.paging import literal

if TYPE_CHECKING:
    from core.audit.entries import AuditEntry
    from core.ctx import Ctx
    from core.settings import Settings

_REF = re.compile(r"words:[0-9a-f]{64}\Z")
#: What is no person's word: codes, ids, addresses of pages, dates, colours, languages, currencies.
_CODE = re.compile(r"(?:[a-z0-9#][a-z0-9_.:/#-]{0,160}|[A-Z]{2,3}|[0-9][0-9A-Z:.+_-]{0,40}|\d{4}-\d\d-\d\d[T ][0-9:.+Z-]{5,30})\Z")
_LONG_NUMBER = re.compile(r"[0-9][0-9./-]{6,}\Z")
_DAY = re.compile(r"\d{4}-\d\d(-\d\d)?\Z")
#: Under these a lower-case word may be somebody's name all the same.
_PERSONAL_KEY = re.compile(r"name|mail|phone|contact|person|comment|note\b|supplier|address|file")
_MODEL = re.compile(r"[a-z]{3}_[0-7][0-9a-hjkmnp-tv-z]{25}\Z")


class AuditWords(Base):
    """One text of one entry, for whoever may read the entry. Erased: neither words nor salt, and the hub's mark that it was the hub who did it."""

    __tablename__ = "core_audit_words"
    ref: Mapped[str] = mapped_column(String(70), primary_key=True)
    entry_id: Mapped[TypeID] = mapped_column(IdColumn("aud"), index=True)
    partner_id: Mapped[str | None] = mapped_column(String(40))
    salt: Mapped[str] = mapped_column(String(32))
    words: Mapped[str | None] = mapped_column(Text)
    erased_at: Mapped[datetime | None]
    mark: Mapped[str | None] = mapped_column(String(64))


def words_guards(dialect: str) -> list[str]:
    """DDL: words may only go, and the row that says so stays."""
    changed = "NEW.words IS NOT NULL OR NEW.salt <> '' OR NEW.ref <> OLD.ref OR NEW.entry_id <> OLD.entry_id OR NEW.mark IS NULL"
    if dialect == "sqlite":
        raise_it = "BEGIN SELECT RAISE(ABORT, 'the words of the audit log can be erased, not changed'); END"
        return [
            f"CREATE TRIGGER core_audit_words_no_delete BEFORE DELETE ON core_audit_words {raise_it}",
            f"CREATE TRIGGER core_audit_words_no_update BEFORE UPDATE ON core_audit_words WHEN {changed} {raise_it}",
        ]
    return [
        "CREATE OR REPLACE FUNCTION core_audit_words_guard() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the words of the audit log can be erased, not changed'; END $$",
        "CREATE TRIGGER core_audit_words_no_delete BEFORE DELETE ON core_audit_words FOR EACH ROW EXECUTE FUNCTION core_audit_words_guard()",
        "CREATE TRIGGER core_audit_words_no_update BEFORE UPDATE ON core_audit_words FOR EACH ROW "
        f"WHEN ({changed}) EXECUTE FUNCTION core_audit_words_guard()",
    ]


create_with(AuditWords.__table__, words_guards)
rls.guard(AuditWords.__table__, rls.RowRights(own="partner_id = {partner_text}"))


def is_code(text: str, key: str = "") -> bool:
    """Whether the text may stand in the chain for ever."""
    if _REF.match(text):
        return False
    if not text or _MODEL.match(text) or _DAY.match(text):
        return True
    if _PERSONAL_KEY.search(key) or _LONG_NUMBER.match(text):
        return False
    return bool(_CODE.match(text))


def put_aside(entry_id: TypeID, value: Any, rows: list[AuditWords], key: str = "") -> Any:
    """The value with every text that is no code replaced by its reference; the texts themselves are added to `rows`."""
    if isinstance(value, dict):
        return {name: put_aside(entry_id, part, rows, str(name)) for name, part in value.items()}
    if isinstance(value, list):
        return [put_aside(entry_id, part, rows, key) for part in value]
    if not isinstance(value, str) or is_code(value, key):
        return value
    salt = secrets.token_hex(16)
    ref = reference_to(salt, value)
    rows.append(AuditWords(ref=ref, entry_id=entry_id, salt=salt, words=value))
    return ref


def reference_to(salt: str, words: str) -> str:
    return "words:" + hashlib.sha256(bytes.fromhex(salt) + words.encode("utf-8", "surrogatepass")).hexdigest()


def references_in(value: Any) -> Iterator[str]:
    """Every reference that an entry's value holds."""
    if isinstance(value, dict):
        for part in value.values():
            yield from references_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from references_in(part)
    elif isinstance(value, str) and _REF.match(value):
        yield value


def words_of(ctx: Ctx, ids: Sequence[TypeID]) -> dict[str, AuditWords]:
    """The words of these entries, by reference."""
    found: dict[str, AuditWords] = {}
    for at in range(0, len(ids), 500):
        query = select(AuditWords).where(AuditWords.entry_id.in_(ids[at : at + 500]))
        found |= {row.ref: row for row in ctx.session.scalars(query)}
    return found


def put_back(value: Any, words: dict[str, AuditWords], erased: str) -> Any:
    """The value as people read it; what was erased says so."""
    if isinstance(value, dict):
        return {name: put_back(part, words, erased) for name, part in value.items()}
    if isinstance(value, list):
        return [put_back(part, words, erased) for part in value]
    if isinstance(value, str) and _REF.match(value):
        row = words.get(value)
        return erased if row is None or row.words is None else row.words
    return value


def fault_of(settings: Settings, entry: AuditEntry, words: dict[str, AuditWords]) -> str | None:
    """What is wrong with the words of an entry; None when they are what was written, or were erased by this hub."""
    for ref in references_in([entry.reason, entry.before, entry.after]):
        row = words.get(ref)
        if row is None or row.entry_id != entry.id:
            return "are missing"
        if row.words is None:
            if not holds(settings, "words erased", ref.encode(), row.mark):
                return "were erased, and not by this hub"
        elif not _fits(row):
            return "were changed"
    return None


def _fits(row: AuditWords) -> bool:
    try:
        return reference_to(row.salt, str(row.words)) == row.ref
    except ValueError:
        return False


def erase_words(ctx: Ctx, rows: Iterable[AuditWords]) -> int:
    """Forgets these words; the chain stays as it is and verifies. Returns how many."""
    count = 0
    for row in rows:
        if row.words is not None:
            row.words, row.salt, row.erased_at = None, "", ctx.now
            row.mark = press(ctx.settings, "words erased", row.ref.encode())
            count += 1
    ctx.session.flush()
    return count


def words_containing(ctx: Ctx, texts: Iterable[str]) -> list[AuditWords]:
    """All words in which one of the texts occurs, whatever its case: what an erasure of a person has to look at."""
    asked = [AuditWords.words.ilike(f"%{literal(text)}%", escape="\\") for text in texts if text.strip()]
    return list(ctx.session.scalars(select(AuditWords).where(or_(*asked)))) if asked else []
