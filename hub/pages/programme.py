"""Governance → Programme: every version of the programme file, what each changed, and the guide it makes (A-13)."""

from __future__ import annotations

from typing import Any

from flask import g, request, url_for

from core.ctx import Ctx
from core.errors import NotFound
from core.i18n import format_date
from core.i18n import gettext as _
from core.permissions import Perm, needs
from core.programme import Programme, ProgrammeVersion, programme_of, programme_version
from core.programme.differences import Difference, differences
from core.programme.printing import as_yaml
from core.programme.publishing import announced
from core.programme.queries import VersionLine, drafts, people, version_before_number, version_row, versions
from core.programme.words import chapters
from core.web import PrivateBlueprint, ctx, render

desk = PrivateBlueprint("desk_programme", __name__, face="desk", url_prefix="/desk/governance/programme")
portal = PrivateBlueprint("programme", __name__, face="portal", url_prefix="/portal/programme")


def trail(*steps: tuple[str, str]) -> None:
    """Breadcrumbs below Governance → Programme."""
    g.breadcrumbs = [(_("Governance"), url_for("governance.index")), (_("Programme"), url_for("desk_programme.index")), *steps]


def grouped(found: list[Difference]) -> list[tuple[str, list[Difference]]]:
    """Differences under the title of their section, in the order they come."""
    groups: dict[str, list[Difference]] = {}
    for one in found:
        groups.setdefault(one.section_title, []).append(one)
    return list(groups.items())


@desk.get("/")
@needs(Perm.PROGRAMME_READ)
def index() -> str:
    work = ctx()
    trail()
    rows = drafts(work)
    names = people(work, [row.changed_by for row in rows])
    return render(
        "hub/programme/index.html",
        versions=versions(work),
        drafts=[(row, names.get(row.changed_by or "", "")) for row in rows],
        current=programme_of(work),
        may_edit=work.may(Perm.PROGRAMME_EDIT),
    )


@desk.get("/<int:number>")
@needs(Perm.PROGRAMME_READ)
def show(number: int) -> str:
    work = ctx()
    line, row, programme = _version(work, number)
    trail((title_of(line), ""))
    before = version_before_number(work, number) if row else None
    return render(
        "hub/programme/version.html",
        line=line,
        title=title_of(line),
        text=row.text if row else as_yaml(programme),
        before=before,
        changes=grouped(differences(before, programme)) if before else [],
        may_edit=work.may(Perm.PROGRAMME_EDIT),
    )


@desk.get("/compare")
@needs(Perm.PROGRAMME_READ)
def compare() -> str:
    """Any two versions, as `old` and `new` in the address."""
    work = ctx()
    lines = versions(work)
    old, new = (_known(request.args.get(name, ""), lines) for name in ("old", "new"))
    old, new = old or programme_of(work).version, new or lines[0].version
    trail((_("Compare versions"), ""))
    changes = grouped(differences(programme_version(work, old), programme_version(work, new)))
    choices = [(line.version, title_of(line)) for line in lines]
    return render("hub/programme/compare.html", old=old, new=new, choices=choices, changes=changes)


def _known(version: str, lines: list[VersionLine]) -> str:
    return version if version in {line.version for line in lines} else ""


@desk.get("/<int:number>/guide")
@needs(Perm.PROGRAMME_READ)
def guide(number: int) -> str:
    line, _row, programme = _version(ctx(), number)
    trail((title_of(line), url_for("desk_programme.show", number=number)), (_("Guide"), ""))
    return render_guide(programme, line=line)


@portal.get("/", endpoint="show")
@needs(Perm.PROGRAMME_READ)
def partner_guide() -> str:
    """The rules as they are, and what is announced to change."""
    work = ctx()
    g.breadcrumbs = [(_("Programme"), "")]
    current = programme_of(work)
    line = next(one for one in versions(work) if one.version == current.version)
    return render_guide(current, line=line, coming=_coming(work, current))


@portal.get("/<int:number>", endpoint="version")
@needs(Perm.PROGRAMME_READ)
def partner_version(number: int) -> str:
    """A version that a decision names, or one that is announced."""
    line, _row, programme = _version(ctx(), number)
    g.breadcrumbs = [(_("Programme"), url_for("programme.show")), (title_of(line), "")]
    return render_guide(programme, line=line)


def render_guide(programme: Programme, **values: Any) -> str:
    return render("hub/programme/guide.html", chapters=list(chapters(programme)), **{"line": None, "coming": [], "preview": "", **values})


def _coming(work: Ctx, current: Programme) -> list[dict[str, Any]]:
    """Announced versions, each beside the one before it."""
    found, before = [], current
    for one in announced(work):
        after = programme_version(work, one.version)
        row = version_row(work, one.version)
        reason = row.short_notice_reason if row else ""
        found.append({"version": one.version, "day": one.effective_on, "changes": grouped(differences(before, after)), "reason": reason})
        before = after
    return found


def _version(work: Ctx, number: int) -> tuple[VersionLine, ProgrammeVersion | None, Programme]:
    version = str(number)
    row = version_row(work, version)
    line = next((one for one in versions(work) if one.version == version), None)
    if line is None:
        raise NotFound("programme version")
    return line, row, programme_version(work, version)


def title_of(line: VersionLine) -> str:
    if line.effective_on is None:
        return _("Version %(number)s, as installed", number=line.version)
    return _("Version %(number)s, from %(day)s", number=line.version, day=format_date(line.effective_on))
