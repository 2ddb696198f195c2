"""Taking a consent back: by the person with a signed link, by staff on the lead's page; and the report of who has not confirmed yet."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from core.ctx import SYSTEM
from core.errors import Invalid
from core.i18n import format_datetime, set_locale, use_locale
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import Perm as Core
from core.permissions import needs
from core.privacy.views import crumbs, tabs
from core.web import PrivateBlueprint, PublicBlueprint, ctx, render
from core.web import flash as tell
from core.web.edge import database, unit_of_work
from engagement.permissions import Perm
from engagement.queries.names import partner_names
from engagement.services import consents
from engagement.views.leads import desk, portal, show_lead

public = PublicBlueprint("consent", __name__, url_prefix="/s/consent")
report = PrivateBlueprint("withdrawals", __name__, face="desk", url_prefix="/desk/governance/privacy/withdrawals")


@public.after_request
def _private(answer: Response) -> Response:
    answer.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"})
    return answer


@public.get("/<token>")
def show(token: str) -> str:
    """Says what would happen. Mail scanners follow every link, so this changes nothing."""
    return _page(token)


@public.post("/<token>")
def withdraw(token: str) -> str:
    with unit_of_work(SYSTEM) as work:
        consents.withdraw_by_link(work, token)
    return _page(token)


def _page(token: str) -> str:
    """In the language of the form, with the words that were agreed to and nothing about who agreed."""
    with database().reading(SYSTEM) as read:
        consent = consents.consent_of_token(read, token)
        partner = partner_names(read, [str(consent.partner_id)])[str(consent.partner_id)].text
        set_locale(consent.locale)
        with use_locale(consent.locale):
            return render("engagement/consent.html", consent=consent, partner=partner, token=token)


@portal.post("/<typeid('led'):lead_id>/consent/withdraw", endpoint="withdraw")
@needs(Perm.CONSENT_WITHDRAW)
def withdraw_in_portal(lead_id: TypeID) -> Any:
    return _withdraw(lead_id, "leads")


@desk.post("/<typeid('led'):lead_id>/consent/withdraw", endpoint="withdraw")
@needs(Perm.CONSENT_WITHDRAW)
def withdraw_on_desk(lead_id: TypeID) -> Any:
    return _withdraw(lead_id, "desk_leads")


def _withdraw(lead_id: TypeID, blueprint: str) -> Any:
    try:
        consents.withdraw_for_person(ctx(), lead_id, request.form.get("consent_reason", ""))
    except Invalid as refusal:
        return show_lead(lead_id, blueprint, asking="withdraw", errors=refusal.errors), refusal.status
    tell(_("Consent withdrawn. Everybody who got the contact is told."), "positive")
    return redirect(url_for(f"{blueprint}.show", lead_id=lead_id), 303)


@portal.post("/<typeid('led'):lead_id>/consent/acknowledge", endpoint="acknowledge")
@needs(Perm.LEAD_EDIT)
def acknowledge(lead_id: TypeID) -> BaseResponse:
    consents.acknowledge(ctx(), lead_id)
    tell(_("Thank you. It is on record that the data is deleted at your side."), "positive")
    return redirect(url_for("leads.show", lead_id=lead_id), 303)


@report.get("/")
@needs(Core.PRIVACY_READ)
def index() -> str:
    """Who has been told and has not confirmed yet."""
    work = ctx()
    crumbs((_("Withdrawn consents"), ""))
    found = consents.open_notices(work)
    names = partner_names(work, [str(row.partner_id) for row in found])
    rows = [
        {
            "lead": str(row.lead_id),
            "href": url_for("desk_leads.show", lead_id=row.lead_id) if work.may(Perm.LEAD_READ) else "",
            "partner": names[str(row.partner_id)].text,
            "receiver": str(consents.RECEIVERS[row.receiver].label) if row.receiver in consents.RECEIVERS else row.receiver,
            "since": format_datetime(row.created_at, work.clock.zone, "short"),
            "days": (work.now - row.created_at).days,
        }
        for row in found
    ]
    return render("engagement/withdrawals.html", rows=rows, tabs=tabs("withdrawals"))
