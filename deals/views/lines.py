"""Desk: the product lines that deals are registered for, and the customers the vendor talks to itself."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, request, url_for

from core.errors import Invalid
from core.gates import clean_text
from core.i18n import format_list
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import needs
from core.programme import programme_of
from core.web import PrivateBlueprint, ctx, flash, render
from deals import labels, services
from deals.permissions import Perm
from deals.programme import DealTerms
from deals.queries import direct_engagements, product_lines
from deals.views.form_values import days_in

bp = PrivateBlueprint("deal_lines", __name__, face="desk", url_prefix="/desk/deals/lines")


@bp.get("/")
@needs(Perm.REGISTRATION_DECIDE)
def index() -> str:
    return _page({}, {})


@bp.post("/")
@needs(Perm.REGISTRATION_DECIDE)
def add() -> Any:
    form = request.form
    tiers = [clean_text(tier).lower() for tier in form.get("tiers", "").replace(",", "\n").splitlines() if clean_text(tier)]
    names = {"en": clean_text(form.get("name", "")), "de": clean_text(form.get("name_de", ""))}
    try:
        services.add_product_line(ctx(), form.get("code", "").strip(), names, tiers)
    except Invalid as refusal:
        return _page(form.to_dict(), refusal.errors), refusal.status
    flash(_("Partners can register deals for it now."))
    return redirect(url_for("deal_lines.index"), 303)


@bp.post('/<typeid("pdl"):line_id>/switch')
@needs(Perm.REGISTRATION_DECIDE)
def switch(line_id: TypeID) -> Any:
    is_active = request.form.get("active") == "1"
    services.set_product_line_active(ctx(), line_id, is_active)
    flash(_("The product line takes registrations again.") if is_active else _("The product line takes no new registrations."))
    return redirect(url_for("deal_lines.index"), 303)


@bp.post("/direct")
@needs(Perm.REGISTRATION_DECIDE)
def note_direct() -> Any:
    form = request.form
    errors: dict[str, str] = {}
    day = days_in(form, ("last_contact_on",), errors)["last_contact_on"]
    if day is None:
        errors.setdefault("last_contact_on", _("Enter the day of the last contact."))
    try:
        if errors or day is None:
            raise Invalid(errors)
        services.note_direct_engagement(ctx(), clean_text(form.get("customer_name", "")), form.get("customer_domain", ""), day)
    except Invalid as refusal:
        return _page(form.to_dict(), refusal.errors), refusal.status
    flash(_("Noted. Nobody registers this customer while the contact is recent."))
    return redirect(url_for("deal_lines.index"), 303)


def _page(values: dict[str, str], errors: dict[str, str]) -> str:
    work = ctx()
    g.breadcrumbs = [(_("Deals"), url_for("desk_deals.index")), (_("Product lines"), "")]
    return render(
        "deals/lines.html",
        lines=[(line, labels.line_name(line, work.locale), format_list([str(tier) for tier in line.tiers])) for line in product_lines(work)],
        direct=direct_engagements(work),
        values=values,
        errors=errors,
        direct_days=programme_of(work).section(DealTerms).direct_engagement_days,
    )
