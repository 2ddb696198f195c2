"""Portal: the form of a registration. It saves what is there, or saves and submits; nothing typed is lost by a refusal."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, request, url_for

from core.amounts import currency_choices
from core.decisions import Explained
from core.errors import Invalid, NotFound, Refused
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, flash, render
from deals import labels, services
from deals.decisions import criterion_words, way_out
from deals.models import Registration
from deals.permissions import Perm
from deals.queries import registration_for, sellable_lines
from deals.rules.stages import SalesStage
from deals.rules.states import DealStatus
from deals.views.form_values import in_order, read_draft, values_of
from deals.views.parts import country_choices
from enablement import CertificationMissing, GatedAction, gate_for
from partners import partner_for

bp = PrivateBlueprint("deal_form", __name__, face="portal", url_prefix="/portal/deals")
#: What a new registration starts with in the partner's country; the partner changes it with one choice.
_CURRENCY = {"GB": "GBP", "JP": "JPY", "CH": "CHF", "LI": "CHF", "US": "USD", "AE": "AED", "SA": "SAR", "SE": "SEK", "DK": "DKK", "NO": "NOK"}


@bp.get("/new")
@needs(Perm.REGISTRATION_EDIT)
def new() -> str:
    partner = partner_for(ctx(), _partner_id())
    return _form(None, {"amount_currency": _CURRENCY.get(partner.country, "EUR"), "customer_country": partner.country}, {})


@bp.post("/new")
@needs(Perm.REGISTRATION_EDIT)
def create() -> Any:
    return _save(None)


@bp.get('/<typeid("dlr"):registration_id>/edit')
@needs(Perm.REGISTRATION_EDIT)
def edit(registration_id: TypeID) -> Any:
    row = registration_for(ctx(), registration_id)
    if row.status not in (DealStatus.DRAFT, DealStatus.INFO_REQUESTED):
        return redirect(url_for("deals.show", registration_id=row.id), 303)
    return _form(row, values_of(row), {})


@bp.post('/<typeid("dlr"):registration_id>/edit')
@needs(Perm.REGISTRATION_EDIT)
def save(registration_id: TypeID) -> Any:
    return _save(registration_for(ctx(), registration_id))


@bp.post('/from-lead/<typeid("led"):lead_id>')
@needs(Perm.REGISTRATION_EDIT)
def from_lead(lead_id: TypeID) -> Any:
    row = services.draft_from_lead(ctx(), lead_id)
    if row.status is not DealStatus.DRAFT:
        return redirect(url_for("deals.show", registration_id=row.id), 303)
    flash(_("The draft is there, with what the lead told. Add the rest and submit it."))
    return redirect(url_for("deal_form.edit", registration_id=row.id), 303)


def _save(row: Registration | None) -> Any:
    work = ctx()
    submits = request.form.get("then") == "submit" and (row is None or row.status is DealStatus.DRAFT)
    try:
        draft, unread = read_draft(request.form)
        if unread:
            _refuse_all(draft, unread, complete=submits)
        kept = services.save_draft(work, _partner_id(), draft, row.id if row else None)
        if submits:
            services.submit_registration(work, kept.id)
    except services.NotAdmitted as refusal:
        return _form(row, request.form.to_dict(), refusal.errors, why=refusal.explained), refusal.status
    except Invalid as refusal:
        return _form(row, request.form.to_dict(), refusal.errors), refusal.status
    except CertificationMissing as refusal:
        return _form(row, request.form.to_dict(), {}, refused=True, why=refusal.explained), refusal.status
    except Refused as refusal:
        if row is None:
            raise
        flash(refusal.message, "attention")
        return redirect(url_for("deals.show", registration_id=row.id), 303)
    flash(_("Submitted. The channel manager decides next.") if submits else _("Saved."), "positive")
    return redirect(url_for("deals.show", registration_id=kept.id), 303)


def _refuse_all(draft: services.RegistrationDraft, unread: dict[str, str], *, complete: bool) -> None:
    """Everything that is wrong in one answer. What could not be read counts as missing for the service, and is said better here."""
    errors = dict(unread)
    try:
        services.check_draft(ctx(), draft, complete=complete)
    except Invalid as refusal:
        missing_too = {"amount"} if "amount_currency" in unread else set()
        errors = {**{name: text for name, text in refusal.errors.items() if name not in missing_too}, **unread}
    raise Invalid(errors)


def _partner_id() -> TypeID:
    partner_id = ctx().actor.partner_id
    if partner_id is None:
        raise NotFound("partner")
    return partner_id


def _why(explained: Explained) -> list[tuple[str, str]]:
    """What the rule was about: the refusal leaves nothing behind, and is explained like a kept decision."""
    told = dict(explained.verdict.values)
    criterion, given, needed = criterion_words(explained.verdict.reason_code, told)
    rows = [
        (criterion, given),
        (_("Needed"), needed),
        (_("What you can do"), way_out(explained.verdict.way_out, told)),
        (_("Rule"), explained.rule_words),
    ]
    return [row for row in rows if row[1]]


def _form(row: Registration | None, values: dict[str, str], errors: dict[str, str], *, refused: bool = False, why: Explained | None = None) -> str:
    """While the gate is closed its notice takes the place of an empty form; what somebody has begun stays and can be saved."""
    work, partner_id = ctx(), _partner_id()
    name = (row.customer_name if row else "") or _("New registration")
    g.breadcrumbs = [(_("Deals"), url_for("deals.index")), (name, url_for("deals.show", registration_id=row.id) if row else "")]
    if row:
        g.breadcrumbs.append((_("Edit"), ""))
    lines = [(line.code, labels.line_name(line, work.locale)) for line in sellable_lines(work, partner_id)]
    gate = gate_for(work, partner_id, GatedAction.DEAL_REGISTRATION)
    return render(
        "deals/deal_form.html",
        deal=row,
        values=values,
        errors=in_order(errors),
        gate=gate,
        why=_why(why) if why else [],
        show_form=gate.is_open or row is not None or refused or bool(errors),
        is_draft=row is None or row.status is DealStatus.DRAFT,
        lines=lines,
        countries=country_choices(),
        currencies=currency_choices(),
        stages=[(one.value, labels.stage_label(one)) for one in SalesStage],
    )
