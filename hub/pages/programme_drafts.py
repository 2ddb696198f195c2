"""Writing the programme: drafts, checked while they are written, and their publication (A-13)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import redirect, request, url_for

from core.ctx import Ctx
from core.errors import Invalid, Refused
from core.i18n import format_date, ngettext
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import Perm, needs
from core.programme import ProgrammeVersion, VersionStatus, programme_of, programme_version
from core.programme.checking import Checked, check_text
from core.programme.differences import differences
from core.programme.drafting import discard_draft, save_draft, start_draft
from core.programme.printing import as_yaml
from core.programme.publishing import NOTICE_DAYS, announced, publish_draft, version_before
from core.programme.queries import draft_for, people, version_row
from core.web import PrivateBlueprint, ctx, flash, render
from hub.pages.programme import grouped, render_guide, trail

bp = PrivateBlueprint("programme_drafts", __name__, face="desk", url_prefix="/desk/governance/programme/drafts")
_DRAFT = "<typeid('prg'):draft_id>"


@bp.post("/")
@needs(Perm.PROGRAMME_EDIT)
def start() -> Any:
    """From the version named, or from the one in force; what was typed is kept with its comments."""
    work = ctx()
    version = request.form.get("version", "") or programme_of(work).version
    row = version_row(work, version)
    made = start_draft(work, row.text if row else as_yaml(programme_version(work, version)))
    return redirect(url_for("programme_drafts.edit", draft_id=made.id), 303)


@bp.get(f"/{_DRAFT}")
@needs(Perm.PROGRAMME_EDIT)
def edit(draft_id: TypeID) -> Any:
    row = draft_for(ctx(), draft_id)
    if row.status is VersionStatus.PUBLISHED:
        return redirect(url_for("desk_programme.show", number=row.number), 303)
    return _editor(row, {"text": row.text, "note": row.note, "revision": row.revision}, {})


@bp.post(f"/{_DRAFT}")
@needs(Perm.PROGRAMME_EDIT)
def save(draft_id: TypeID) -> Any:
    work, form = ctx(), request.form
    text, note, revision = form.get("text", ""), form.get("note", ""), _revision()
    typed = {"text": text, "note": note, "revision": revision}
    try:
        row = save_draft(work, draft_id, revision, text, note)
    except Invalid as refusal:
        return _editor(draft_for(work, draft_id), typed, refusal.errors), refusal.status
    except Refused as refusal:
        if refusal.code != "changed_meanwhile":
            raise
        return _editor(draft_for(work, draft_id), typed, {}, theirs=True), refusal.status
    problems = check_text(row.text).problems
    if not problems and form.get("next") == "publish":
        return redirect(url_for("programme_drafts.confirm", draft_id=draft_id), 303)
    if problems:
        flash(
            ngettext(
                "Saved. %(n)s mistake stands in the way of publication.", "Saved. %(n)s mistakes stand in the way of publication.", len(problems)
            )
        )
    else:
        flash(_("Saved. There are no mistakes in it."))
    return redirect(url_for("programme_drafts.edit", draft_id=draft_id), 303)


@bp.post(f"/{_DRAFT}/discard")
@needs(Perm.PROGRAMME_EDIT)
def discard(draft_id: TypeID) -> Any:
    discard_draft(ctx(), draft_id, _revision())
    flash(_("The draft is gone."))
    return redirect(url_for("desk_programme.index"), 303)


@bp.get(f"/{_DRAFT}/guide")
@needs(Perm.PROGRAMME_EDIT)
def preview(draft_id: TypeID) -> Any:
    row = draft_for(ctx(), draft_id)
    checked = check_text(row.text)
    back = url_for("programme_drafts.edit", draft_id=draft_id)
    if checked.programme is None:
        return redirect(back, 303)
    trail((_("Draft"), back), (_("Guide"), ""))
    return render_guide(checked.programme, preview=back)


@bp.get(f"/{_DRAFT}/publish")
@needs(Perm.PROGRAMME_EDIT)
def confirm(draft_id: TypeID) -> Any:
    row = draft_for(ctx(), draft_id)
    usual = ctx().today + timedelta(days=NOTICE_DAYS)
    return _confirm(row, {"effective_on": usual.isoformat(), "reason": ""}, {})


@bp.post(f"/{_DRAFT}/publish")
@needs(Perm.PROGRAMME_EDIT)
def publish(draft_id: TypeID) -> Any:
    form, work = request.form, ctx()
    typed = {"effective_on": form.get("effective_on", ""), "reason": form.get("reason", "")}
    try:
        made = publish_draft(work, draft_id, _revision(), _day(typed["effective_on"]), typed["reason"])
    except Invalid as refusal:
        return _confirm(draft_for(work, draft_id), typed, refusal.errors), refusal.status
    assert made.effective_on is not None
    flash(_("Published. It holds from %(day)s on; partners read what changes from now on.", day=format_date(made.effective_on)))
    return redirect(url_for("desk_programme.show", number=made.number), 303)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid({"effective_on": _("Enter a day that exists, as year-month-day, such as 2026-03-31.")}) from None


def _revision() -> int:
    """What the form was drawn from; anything else counts as outdated."""
    told = request.form.get("revision", "")
    return int(told) if told.isdecimal() and len(told) < 9 else 0


def _editor(row: ProgrammeVersion, typed: dict[str, Any], errors: dict[str, str], *, theirs: bool = False) -> str:
    work = ctx()
    trail((_("Draft"), ""))
    checked = check_text(typed["text"])
    wrong = {problem.line for problem in checked.problems}
    return render(
        "hub/programme/editor.html",
        row=row,
        typed=typed,
        errors=errors,
        problems=checked.problems,
        lines=[(number, line, number in wrong) for number, line in enumerate(typed["text"].splitlines(), start=1)] if wrong else [],
        changes=_changes(work, checked),
        theirs=theirs,
        changed_by=people(work, [row.changed_by]).get(row.changed_by or "", ""),
    )


def _changes(work: Ctx, checked: Checked) -> Any:
    return grouped(differences(programme_of(work), checked.programme)) if checked.programme else []


def _confirm(row: ProgrammeVersion, typed: dict[str, str], errors: dict[str, str]) -> Any:
    work = ctx()
    if row.status is VersionStatus.PUBLISHED:
        return redirect(url_for("desk_programme.show", number=row.number), 303)
    back = url_for("programme_drafts.edit", draft_id=row.id)
    checked = check_text(row.text)
    if checked.programme is None and "text" not in errors:
        return redirect(back, 303)
    try:
        day = _day(typed["effective_on"])
    except Invalid:
        day = work.today
    before = version_before(work, max(day, work.today))
    trail((_("Draft"), back), (_("Publish"), ""))
    return render(
        "hub/programme/publish.html",
        row=row,
        typed=typed,
        errors=errors,
        before=before,
        changes=grouped(differences(before, checked.programme)) if checked.programme else [],
        today=work.today,
        notice_days=NOTICE_DAYS,
        notice_day=work.today + timedelta(days=NOTICE_DAYS),
        later=[one.version for one in announced(work) if one.effective_on > day],
    )
