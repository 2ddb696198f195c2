"""Desk, "Publish": uploading content and reading what came of it."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for

from core.errors import Invalid, TooLarge
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, flash, render
from syndication import labels, queries
from syndication.delivery.content import images_of
from syndication.models import ImportStatus
from syndication.permissions import Perm
from syndication.services import queue_import
from syndication.services.imports import assets_of_import
from syndication.views.library import library_card
from syndication.views.page_parts import publish_trail

bp = PrivateBlueprint("imports", __name__, face="desk", url_prefix="/desk/publish/imports")
_SHOWN_ISSUES = 100


@bp.get("/")
@needs(Perm.ASSET_IMPORT)
def index() -> str:
    return _page({})


@bp.post("/")
@needs(Perm.ASSET_IMPORT)
def take_in() -> Any:
    files = [(file.filename or "", file.stream) for file in request.files.getlist("files")]
    try:
        run = queue_import(ctx(), files)
    except Invalid as refusal:
        return _page(refusal.errors), refusal.status
    except TooLarge as refusal:
        return _page({"files": refusal.message}), refusal.status
    flash(_("The files are here. They are being read now."), "neutral")
    return redirect(url_for("imports.show", import_id=run.id), 303)


@bp.get('/<typeid("imp"):import_id>')
@needs(Perm.ASSET_IMPORT)
def show(import_id: TypeID) -> str:
    """The report: what came in, and what did not, by file and line. Reloads by itself while the job runs."""
    work = ctx()
    run = queries.import_for(work, import_id)
    publish_trail((_("Import"), url_for("imports.index")), (run.source, ""))
    wanted = request.args.get("severity", "")
    issues = _issues(run.report, wanted)
    assets = assets_of_import(work, run.id)
    images = images_of(work, assets)
    return render(
        "syndication/import_report.html",
        run=run,
        is_over=run.status in (ImportStatus.DONE, ImportStatus.FAILED),
        issues=issues[:_SHOWN_ISSUES],
        hidden=max(0, len(issues) - _SHOWN_ISSUES),
        by_severity={name: sum(issue["severity"] == name for issue in run.report) for name in ("error", "warning", "info")},
        wanted=wanted,
        cards=[library_card(work, asset, images) for asset in assets],
        tone=labels.severity_tone,
        severity_label=labels.severity_label,
    )


def _issues(report: list[Any], wanted: str) -> list[Any]:
    """What needs somebody first; notes only when they are asked for."""
    order = {"error": 0, "warning": 1, "info": 2}
    chosen = [issue for issue in report if issue["severity"] == wanted or (wanted == "" and issue["severity"] != "info")]
    return sorted(chosen, key=lambda issue: order.get(issue["severity"], 3))


def _page(errors: dict[str, str]) -> str:
    publish_trail((_("Import"), url_for("imports.index")))
    return render("syndication/imports.html", runs=queries.recent_imports(ctx()), errors=errors)
