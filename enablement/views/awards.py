"""Desk: who holds which certificate over all partners; issue by hand, confirm, revoke."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, redirect, request, url_for

from core.ctx import Ctx
from core.errors import Invalid, Refused
from core.gates import clean_text, write_csv
from core.i18n import format_date
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, flash, render
from enablement import labels, queries, services
from enablement.models import Award, AwardStatus
from enablement.permissions import Perm
from enablement.rules import AWARD_STATES, AwardAction
from enablement.services.awards import status_of
from enablement.views.certifications import tabs
from enablement.views.page_parts import award_row, chip_of, timeline_of, title_of, trail
from partners import active_partners, partner_for

bp = PrivateBlueprint("desk_awards", __name__, face="desk", url_prefix="/desk/learning/awards")


@bp.get("/")
@needs(Perm.LEARNING_READ)
def index() -> str:
    work, wanted = ctx(), _wanted()
    trail("desk_learning", (_("Certificates"), ""))
    page = queries.awards_page(work, wanted)
    partners = {partner.id: partner.display_name for partner in active_partners(work)}
    kept = {"q": wanted.text, "certification": wanted.certification_id, "partner": wanted.partner_id, "status": wanted.status}
    return render(
        "enablement/awards.html",
        rows=[_row(work, award, partners) for award in page.awards],
        total=page.total,
        wanted=wanted,
        tabs=tabs("awards"),
        certifications=[(str(one.id), title_of(work, one).text) for one in queries.certifications(work)],
        partners=[(str(partner_id), name) for partner_id, name in partners.items()],
        states=[(status.value, labels.status_label(status)) for status in AwardStatus],
        filtered=any(kept.values()),
        older=_address("index", **kept, before=page.older) if page.older else None,
        newest=_address("index", **kept) if wanted.before else None,
        export_href=_address("export", **kept),
        may_grant=work.may(Perm.AWARD_MANAGE),
    )


@bp.get("/certificates.csv")
@needs(Perm.LEARNING_READ)
def export() -> Response:
    work = ctx()
    page = queries.awards_page(work, _wanted(), rows=None)
    rows: list[list[Any]] = [
        ["id", "certification", "partner", "name", "email", "status", "valid_from", "valid_until", "revoked_on", "revoked_reason"]
    ]
    names: dict[TypeID, str] = {}
    for award in page.awards:
        if award.partner_id not in names:
            names[award.partner_id] = _partner_name(work, award.partner_id)
        person = [award.certification.code, names[award.partner_id], award.holder.name, award.holder.email, status_of(work, award).value]
        rows.append([str(award.id), *person, award.valid_from, award.valid_until, award.revoked_on, award.revoked_reason])
    answer = Response(write_csv(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="certificates.csv"'
    return answer


@bp.get('/<typeid("awd"):award_id>')
@needs(Perm.LEARNING_READ)
def show(award_id: TypeID) -> str:
    return _show(award_id, {}, asking="revoke" in request.args)


@bp.get("/new")
@needs(Perm.AWARD_MANAGE)
def new() -> str:
    values = {"certification": request.args.get("certification", ""), "passed_on": ctx().today.isoformat()}
    return _form(values, {})


@bp.post("/new")
@needs(Perm.AWARD_MANAGE)
def create() -> Any:
    try:
        award = _granted(ctx())
    except Invalid as refusal:
        return _form(request.form.to_dict(), refusal.errors), refusal.status
    except Refused as refusal:
        return _form(request.form.to_dict(), {"person": refusal.message}), refusal.status
    flash(_("%(name)s holds the certificate now.", name=award.holder.name))
    return redirect(url_for("desk_awards.show", award_id=award.id), 303)


@bp.post('/<typeid("awd"):award_id>/confirm')
@needs(Perm.AWARD_MANAGE)
def confirm(award_id: TypeID) -> Any:
    award = services.confirm_award(ctx(), award_id)
    flash(_("%(name)s holds the certificate now.", name=award.holder.name))
    return redirect(url_for("desk_awards.show", award_id=award_id), 303)


@bp.post('/<typeid("awd"):award_id>/revoke')
@needs(Perm.AWARD_MANAGE)
def revoke(award_id: TypeID) -> Any:
    try:
        award = services.revoke_award(ctx(), award_id, request.form.get("reason", ""))
    except Invalid as refusal:
        return _show(award_id, refusal.errors, asking=True), refusal.status
    flash(_("The certificate of %(name)s counts no more.", name=award.holder.name))
    return redirect(url_for("desk_awards.show", award_id=award_id), 303)


def _granted(work: Ctx) -> Award:
    """Every field is looked at, so that all errors are told at once."""
    form, errors = request.form, {}
    certification_id = _id(form.get("certification", ""), "crt")
    if not certification_id or TypeID.parse(certification_id, "crt") not in {one.id for one in queries.certifications(work)}:
        errors["certification"] = _("Choose a certification.")
    person = queries.person_by_email(work, clean_text(form.get("person", "")))
    if person is None:
        errors["person"] = _("Nobody signs in with this address. Check it, or invite the person first.")
    passed_on = _day(form.get("passed_on", ""))
    if passed_on is None:
        errors["passed_on"] = _("Enter the day as year-month-day, such as 2026-03-31.")
    if person is None or passed_on is None or errors:
        raise Invalid(errors)
    return services.grant_award(work, TypeID.parse(certification_id, "crt"), person.id, passed_on=passed_on)


def _wanted() -> queries.AwardFilter:
    told = request.args
    status = told.get("status", "")
    return queries.AwardFilter(
        text=clean_text(told.get("q", "")[:200]),
        certification_id=_id(told.get("certification", ""), "crt"),
        partner_id=_id(told.get("partner", ""), "prt"),
        status=status if status in list(AwardStatus) else "",
        before=_id(told.get("before", ""), "awd"),
    )


def _id(text: str, prefix: str) -> str:
    try:
        return str(TypeID.parse(text, prefix))
    except ValueError:
        return ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _address(page: str, **parameters: str | None) -> str:
    told: dict[str, Any] = {key: value for key, value in parameters.items() if value}
    return url_for(f"desk_awards.{page}", **told)


def _partner_name(work: Ctx, partner_id: TypeID) -> str:
    return partner_for(work, partner_id).display_name


def _row(work: Ctx, award: Award, partners: dict[TypeID, str]) -> dict[str, Any]:
    partner = partners.get(award.partner_id) or _partner_name(work, award.partner_id)
    return {**award_row(work, award), "href": url_for("desk_awards.show", award_id=award.id), "partner": partner}


def _show(award_id: TypeID, errors: dict[str, str], *, asking: bool) -> str:
    work = ctx()
    award = queries.award_for(work, award_id)
    status, title = status_of(work, award), title_of(work, award.certification)
    trail("desk_learning", (_("Certificates"), url_for("desk_awards.index")), (award.holder.name, ""))
    possible = {step.action for step in AWARD_STATES.offered(status, work.actor.permissions)}
    return render(
        "enablement/award.html",
        award=award,
        title=title,
        partner=_partner_name(work, award.partner_id),
        chip_values=chip_of(status),
        facts=_facts(award, title.text),
        may_confirm=AwardAction.ISSUE in possible,
        may_revoke=AwardAction.REVOKE in possible,
        asking=asking,
        reason=request.form.get("reason", ""),
        errors=errors,
        events=timeline_of(work, award.id),
    )


def _facts(award: Award, title: str) -> list[tuple[str, str]]:
    days = {
        _("Passed"): award.passed_on,
        _("Valid from"): award.valid_from,
        _("Valid until"): award.valid_until,
        _("Can be renewed from"): award.renewal_from,
        _("Revoked on"): award.revoked_on,
    }
    told = [(name, format_date(day)) for name, day in days.items() if day is not None]
    return [(_("Certification"), title), (_("E-mail"), award.holder.email), *told, (_("Record"), str(award.id))]


def _form(values: dict[str, str], errors: dict[str, str]) -> str:
    work = ctx()
    trail("desk_learning", (_("Certificates"), url_for("desk_awards.index")), (_("Issue a certificate"), ""))
    choices = [(str(one.id), title_of(work, one).text) for one in queries.certifications(work)]
    return render("enablement/award_form.html", values=values, errors=errors, certifications=choices, today=work.today.isoformat())
