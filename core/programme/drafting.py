"""Drafts of the programme: anybody with the permission may write one, with mistakes in it if need be; two editors never overwrite each other."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.errors import Invalid, NotFound, Refused
from core.gates import clean_text
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from core.permissions import Perm
from core.programme.models import ProgrammeVersion, VersionStatus
from core.programme.source import LARGEST_BYTES

if TYPE_CHECKING:
    from core.ctx import Ctx

LONGEST_NOTE = 500


def start_draft(ctx: Ctx, text: str, note: str = "") -> ProgrammeVersion:
    """A new draft with this text."""
    ctx.require(Perm.PROGRAMME_EDIT)
    text, note = _storable(text), _note(note)
    row = ProgrammeVersion(
        id=new_id("prg"),
        status=VersionStatus.DRAFT,
        text=text,
        content={},
        sha256=digest(text),
        note=note,
        revision=1,
        created_at=ctx.now,
        created_by=ctx.actor.user_id,
        changed_at=ctx.now,
        changed_by=ctx.actor.user_id,
    )
    ctx.session.add(row)
    ctx.session.flush()
    ctx.audit("core.programme.drafted", row, after={"sha256": row.sha256, "note": note})
    return row


def save_draft(ctx: Ctx, draft_id: TypeID, revision: int, text: str, note: str = "") -> ProgrammeVersion:
    """Keeps what was typed. Refused `changed_meanwhile` when somebody saved since `revision` was read."""
    row = draft_for_change(ctx, draft_id, revision)
    text, note = _storable(text), _note(note)
    if (row.text, row.note) == (text, note):
        return row
    before = row.sha256
    row.text, row.note, row.sha256 = text, note, digest(text)
    row.revision, row.changed_at, row.changed_by = row.revision + 1, ctx.now, ctx.actor.user_id
    ctx.session.flush()
    ctx.audit("core.programme.draft_saved", row, before={"sha256": before}, after={"sha256": row.sha256, "note": note})
    return row


def discard_draft(ctx: Ctx, draft_id: TypeID, revision: int) -> None:
    """A draft binds nobody, so it may go; the audit log keeps that it was there."""
    row = draft_for_change(ctx, draft_id, revision)
    ctx.audit("core.programme.draft_discarded", row, before={"sha256": row.sha256, "note": row.note})
    ctx.session.delete(row)
    ctx.session.flush()


def draft_for_change(ctx: Ctx, draft_id: TypeID, revision: int) -> ProgrammeVersion:
    """The draft, locked and as it is now."""
    ctx.require(Perm.PROGRAMME_EDIT)
    query = select(ProgrammeVersion).where(ProgrammeVersion.id == draft_id)
    row = ctx.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound("programme version")
    if row.status is VersionStatus.PUBLISHED:
        raise Refused("already_published", _("This version is published and stays as it is. Start a new draft from it."))
    if row.revision != revision:
        raise Refused("changed_meanwhile", _("Somebody else has saved this draft since you opened it. Nothing of theirs was overwritten."))
    return row


def digest(text: str) -> str:
    return sha256(text.encode("utf-8")).hexdigest()


def _storable(text: str) -> str:
    """Line ends as a form sends them are made one kind; what no database can hold is refused, everything else is kept as typed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text.encode("utf-8", "replace")) > LARGEST_BYTES:
        raise Invalid({"text": _("The file is larger than %(limit)s KiB.", limit=LARGEST_BYTES // 1024)})
    if "\0" in text or any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        raise Invalid({"text": _("The file contains characters that cannot stand in a text.")})
    return text


def _note(note: str) -> str:
    cleaned = clean_text(note)
    if len(cleaned) > LONGEST_NOTE:
        raise Invalid({"note": _("Use at most %(limit)s characters.", limit=LONGEST_NOTE)})
    return cleaned
