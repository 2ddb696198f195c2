"""Desk pages of privacy: the register of processing, retention, and what persons asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, g, redirect, request, url_for

from core.errors import Invalid
from core.gates import clean_text, write_csv
from core.i18n import format_date, format_datetime, language_name
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import Perm, needs
from core.privacy import labels, requests
from core.privacy.activities import MEASURES, PLACE
from core.privacy.keeping import FIXED
from core.privacy.listing import requests_page
from core.privacy.models import PrivacyRequest, RequestKind, RequestStatus
from core.privacy.register import activities
from core.privacy.requests import RequestDraft
from core.privacy.retaining import RULES, due_counts, holds, last_runs, run_retention
from core.privacy.terms import RetentionTerms
from core.programme import programme_of
from core.web import PrivateBlueprint, ctx, flash, render

bp = PrivateBlueprint("privacy", __name__, face="desk", url_prefix="/desk/governance/privacy")
#: Further tabs that rooms add: (key, label, endpoint).
TABS: list[tuple[str, Any, str]] = []


def tabs(active: str) -> list[dict[str, Any]]:
    """The pages of privacy, side by side."""
    own = [("register", _("Register of processing"), "privacy.index"), ("retention", _("Retention"), "privacy.retention")]
    if ctx().may(Perm.PRIVACY_MANAGE):
        own.append(("requests", _("Requests of persons"), "privacy.request_list"))
    every = [*own, *((key, str(label), endpoint) for key, label, endpoint in TABS)]
    return [{"label": label, "href": url_for(endpoint), "active": key == active} for key, label, endpoint in every]


def crumbs(*more: tuple[str, str]) -> None:
    """Sets the path above the page."""
    g.breadcrumbs = [(_("Governance"), url_for("governance.index")), (_("Privacy"), url_for("privacy.index") if more else ""), *more]


@bp.get("/")
@needs(Perm.PRIVACY_READ)
def index() -> str:
    crumbs()
    data_of = {one.key: ", ".join(labels.class_label(kind) for kind in one.data_classes) for one in activities()}
    return render("core/privacy/register.html", activities=activities(), data_of=data_of, measures=MEASURES, place=PLACE, tabs=tabs("register"))


@bp.get("/register.csv")
@needs(Perm.PRIVACY_READ)
def register_file() -> Response:
    head = [_("Activity"), _("Purpose"), _("Legal basis"), _("Persons"), _("Data"), _("Recipients"), _("Kept"), _("Tables")]
    rows: list[list[Any]] = [head]
    for one in activities():
        data = "; ".join(labels.class_label(kind) for kind in one.data_classes)
        told = (one.name, one.purpose, one.basis, one.persons, data, one.recipients, one.kept)
        rows.append([*(str(part) for part in told), " ".join(one.tables)])
    answer = Response(write_csv(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="register-of-processing.csv"'
    return answer


@bp.get("/retention")
@needs(Perm.PRIVACY_READ)
def retention() -> str:
    work = ctx()
    crumbs((_("Retention"), ""))
    due, terms = due_counts(work), programme_of(work).section(RetentionTerms)
    rules = [
        {"label": str(rule.label), "kind": labels.class_label(rule.data_class), "days": getattr(terms, rule.term), "due": due[rule.name]}
        for rule in sorted(RULES.values(), key=lambda one: (one.data_class, one.name))
    ]
    runs = [
        {
            "when": format_datetime(run.started_at, work.clock.zone, "short"),
            "dry": run.dry_run,
            "parts": [(str(RULES[name].label) if name in RULES else name, count) for name, count in sorted(run.counts.items()) if count],
        }
        for run in last_runs(work)
    ]
    fixed = [(labels.class_label(kind), str(words)) for kind, words in FIXED]
    return render("core/privacy/retention.html", rules=rules, runs=runs, fixed=fixed, holds=holds(work), tabs=tabs("retention"))


@bp.post("/retention/dry-run")
@needs(Perm.PRIVACY_MANAGE)
def dry_run() -> Any:
    run = run_retention(ctx(), dry_run=True)
    flash(_("Counted, nothing changed: %(n)s records are due.", n=sum(run.counts.values())), "positive")
    return redirect(url_for("privacy.retention"), 303)


@bp.get("/requests")
@needs(Perm.PRIVACY_MANAGE)
def request_list() -> str:
    return _list({}, {})


@bp.post("/requests")
@needs(Perm.PRIVACY_MANAGE)
def take() -> Any:
    told = request.form
    try:
        row = requests.take_request(ctx(), _draft(told))
    except Invalid as refusal:
        return _list(dict(told), refusal.errors), refusal.status
    flash(_("Request taken in. Answer it by %(day)s.", day=format_date(row.due_on)), "positive")
    return redirect(url_for("privacy.show", privacy_request_id=row.id), 303)


def _draft(told: Any) -> RequestDraft:
    try:
        received = date.fromisoformat(told["received_on"]) if told.get("received_on") else None
    except ValueError:
        raise Invalid({"received_on": _("Enter a date such as 2026-01-31.")}) from None
    return RequestDraft(
        kind=RequestKind(told.get("kind")) if told.get("kind") in list(RequestKind) else RequestKind.ACCESS,
        email=told.get("email", ""),
        names=clean_names(told.get("names", "")),
        locale=told.get("locale") if told.get("locale") in ctx().settings.locales else ctx().locale,
        checked_how=told.get("checked_how", ""),
        received_on=received,
        needs_second=bool(told.get("needs_second")),
    )


def clean_names(text: str) -> tuple[str, ...]:
    """One name on each line."""
    return tuple(name for line in text[:2000].splitlines() if (name := clean_text(line)))


def _list(values: dict[str, str], errors: dict[str, str]) -> str:
    work = ctx()
    crumbs((_("Requests of persons"), ""))
    page = requests_page(work, request.args.get("before", ""), request.args.get("after", ""))
    here = url_for("privacy.request_list")
    return render(
        "core/privacy/requests.html",
        rows=[_row(row) for row in page.rows],
        page=page,
        older=f"{here}?before={page.older}" if page.older else None,
        newer=f"{here}?after={page.newer}" if page.newer else None,
        values=values,
        errors=errors,
        kinds=[(str(kind), str(label)) for kind, label in labels.KINDS.items()],
        locales=[(code, language_name(code)) for code in work.settings.locales],
        tabs=tabs("requests"),
    )


def _row(row: PrivacyRequest) -> dict[str, Any]:
    label, tone, glyph = labels.STATES[row.status]
    return {
        "row": row,
        "href": url_for("privacy.show", privacy_request_id=row.id),
        "kind": str(labels.KINDS[row.kind]),
        "state": str(label),
        "tone": tone,
        "glyph": glyph,
        "overdue": row.status is RequestStatus.OPEN and row.due_on < ctx().today,
    }


@bp.get("/requests/<typeid('prq'):privacy_request_id>")
@needs(Perm.PRIVACY_MANAGE)
def show(privacy_request_id: TypeID) -> str:
    return _show(privacy_request_id, {})


def _show(privacy_request_id: TypeID, errors: dict[str, str]) -> str:
    work = ctx()
    row = requests.request_for(work, privacy_request_id)
    crumbs((_("Requests of persons"), url_for("privacy.request_list")), (str(labels.KINDS[row.kind]), ""))
    is_open = row.status is RequestStatus.OPEN
    plan = requests.preview(work, row) if is_open else None
    counts = plan.counts() if plan else row.counts
    return render(
        "core/privacy/request.html",
        **_row(row),
        person=plan.person if plan else None,
        counts=[(labels.count_label(name), count) for name, count in sorted(counts.items())],
        second=row.needs_second and row.created_by == work.actor.user_id,
        asking=request.args.get("ask", ""),
        errors=errors,
        reason=request.form.get("reason", ""),
        tabs=tabs("requests"),
    )


@bp.post("/requests/<typeid('prq'):privacy_request_id>/copy")
@needs(Perm.PRIVACY_MANAGE)
def copy(privacy_request_id: TypeID) -> Any:
    requests.make_copy(ctx(), privacy_request_id)
    flash(_("The copy is ready. It can be downloaded once."), "positive")
    return redirect(url_for("privacy.show", privacy_request_id=privacy_request_id), 303)


@bp.post("/requests/<typeid('prq'):privacy_request_id>/download")
@needs(Perm.PRIVACY_MANAGE)
def download(privacy_request_id: TypeID) -> Response:
    answer = Response(requests.fetch_copy(ctx(), privacy_request_id), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="copy-{privacy_request_id}.zip"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/requests/<typeid('prq'):privacy_request_id>/erase")
@needs(Perm.PRIVACY_MANAGE)
def carry_out(privacy_request_id: TypeID) -> Any:
    if not request.form.get("sure"):
        return _show(privacy_request_id, {"sure": _("Confirm that you have read what will happen: it cannot be undone.")}), 422
    requests.carry_out(ctx(), privacy_request_id)
    flash(_("Erased. What the database still keeps of the old rows is wiped within minutes."), "positive")
    return redirect(url_for("privacy.show", privacy_request_id=privacy_request_id), 303)


@bp.post("/requests/<typeid('prq'):privacy_request_id>/refuse")
@needs(Perm.PRIVACY_MANAGE)
def refuse(privacy_request_id: TypeID) -> Any:
    try:
        requests.refuse_request(ctx(), privacy_request_id, request.form.get("reason", ""))
    except Invalid as refusal:
        return _show(privacy_request_id, refusal.errors), refusal.status
    flash(_("Refused, with the reason."), "positive")
    return redirect(url_for("privacy.show", privacy_request_id=privacy_request_id), 303)


@bp.post("/requests/<typeid('prq'):privacy_request_id>/files/<typeid:file_id>/remove")
@needs(Perm.PRIVACY_MANAGE)
def remove_file(privacy_request_id: TypeID, file_id: TypeID) -> Any:
    requests.remove_file(ctx(), privacy_request_id, file_id)
    flash(_("The file is removed. That it was there, and its fingerprint, is kept."), "positive")
    return redirect(url_for("privacy.show", privacy_request_id=privacy_request_id), 303)
