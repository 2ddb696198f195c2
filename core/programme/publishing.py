"""Publication: the text is checked once more, gets its number and its first day, and is never changed again (A-13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from core.errors import Invalid, Refused
from core.gates import clean_text
from core.i18n import format_date
from core.i18n import gettext as _
from core.ids import TypeID
from core.programme.checking import Checked, check_text
from core.programme.differences import differences
from core.programme.drafting import LONGEST_NOTE, digest, draft_for_change, start_draft
from core.programme.events import ProgrammePublished
from core.programme.models import ProgrammeVersion, VersionStatus
from core.programme.reading import Published, forget, programme_version, published
from core.programme.sections import PACKAGED, Programme

if TYPE_CHECKING:
    from core.ctx import Ctx

#: Partners hear of a change so long before it begins; less needs a reason that they read.
NOTICE_DAYS = 30
_LONGEST_AHEAD_DAYS = 2 * 366


@dataclass(frozen=True)
class Announced:
    """A published version and when it begins."""

    version: str
    effective_on: date
    published_on: date


def publish_draft(ctx: Ctx, draft_id: TypeID, revision: int, effective_on: date, reason: str = "") -> ProgrammeVersion:
    """From `effective_on` on the draft is the programme. Raises Invalid for mistakes in the text, a day that has passed, or a missing reason."""
    row = draft_for_change(ctx, draft_id, revision)
    checked = check_text(row.text)
    reason = clean_text(reason)
    errors = _errors(checked, ctx.today, effective_on, reason)
    if errors:
        raise Invalid(errors)
    assert checked.programme is not None  # without mistakes there is one
    if not differences(version_before(ctx, effective_on), checked.programme):
        raise Refused("nothing_changed", _("This draft says the same as the version that is in force then. There is nothing to publish."))
    row.number = (ctx.session.scalar(select(func.max(ProgrammeVersion.number))) or int(PACKAGED)) + 1
    row.status, row.effective_on, row.content = VersionStatus.PUBLISHED, effective_on, checked.content
    row.short_notice_reason = reason if is_short_notice(ctx.today, effective_on) else ""
    row.sha256, row.revision = digest(row.text), row.revision + 1
    row.published_at, row.published_by = ctx.now, ctx.actor.user_id
    ctx.session.flush()
    forget(ctx)
    after = {"number": row.number, "effective_on": effective_on.isoformat(), "sha256": row.sha256}
    ctx.audit("core.programme.published", row, after=after, reason=row.short_notice_reason or None)
    ctx.emit(ProgrammePublished(str(row.id), row.number, effective_on.isoformat()))
    return row


def publish_text(ctx: Ctx, text: str, effective_on: date, note: str = "", reason: str = "") -> ProgrammeVersion:
    """A file from the command line: draft and publication in one."""
    draft = start_draft(ctx, text, note)
    return publish_draft(ctx, draft.id, draft.revision, effective_on, reason)


def is_short_notice(today: date, effective_on: date) -> bool:
    return effective_on < today + timedelta(days=NOTICE_DAYS)


def _errors(checked: Checked, today: date, effective_on: date, reason: str) -> dict[str, str]:
    errors = {}
    if checked.problems:
        first = checked.problems[0]
        errors["text"] = _("Line %(line)s: %(problem)s", line=first.line, problem=first.sentence)
    last = today + timedelta(days=_LONGEST_AHEAD_DAYS)
    if not today <= effective_on <= last:
        errors["effective_on"] = _("Choose a day from today to %(last)s: the past stays as it was.", last=format_date(last))
    elif is_short_notice(today, effective_on) and not reason:
        errors["reason"] = _("Partners hear of this less than %(n)s days ahead. Say why: they read it.", n=NOTICE_DAYS)
    if len(reason) > LONGEST_NOTE:
        errors["reason"] = _("Use at most %(limit)s characters.", limit=LONGEST_NOTE)
    return errors


def version_before(ctx: Ctx, day: date) -> Programme:
    """What is in force on `day` by all that is published now, whenever it was published."""
    found = max((one for one in published(ctx) if one.effective_on <= day), key=lambda one: (one.effective_on, one.number), default=None)
    return programme_version(ctx, str(found.number) if found else PACKAGED)


def announced(ctx: Ctx) -> list[Announced]:
    """Versions that begin later, in the order of their days; one that another replaces before it begins is left out."""
    last_of_day: dict[date, Published] = {}
    for one in published(ctx):
        known = last_of_day.get(one.effective_on)
        if one.effective_on > ctx.today and (known is None or known.number < one.number):
            last_of_day[one.effective_on] = one
    zone = ctx.clock.zone
    return [Announced(str(one.number), day, one.published_at.astimezone(zone).date()) for day, one in sorted(last_of_day.items())]
