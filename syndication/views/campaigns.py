"""Desk, "Publish": campaigns and their codes."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import redirect, request, url_for

from core.errors import Invalid, NotFound
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, flash, render
from syndication import queries, services
from syndication.models import Campaign
from syndication.permissions import Perm
from syndication.views.page_parts import publish_trail

bp = PrivateBlueprint("campaigns", __name__, face="desk", url_prefix="/desk/publish/campaigns")


@bp.get("/")
@needs(Perm.CAMPAIGN_READ)
def index() -> str:
    publish_trail((_("Campaigns"), ""))
    return render("syndication/campaigns.html", campaigns=queries.campaigns_for(ctx()), may_edit=ctx().may(Perm.CAMPAIGN_EDIT), today=ctx().today)


@bp.get("/new")
@needs(Perm.CAMPAIGN_EDIT)
def new() -> str:
    return _form_page(None, {}, {})


@bp.post("/new")
@needs(Perm.CAMPAIGN_EDIT)
def create() -> Any:
    try:
        services.create_campaign(ctx(), _draft())
    except Invalid as refusal:
        return _form_page(None, request.form.to_dict(), refusal.errors), refusal.status
    flash(_("The campaign is there. Choose it for a placement, and its links carry the code."))
    return redirect(url_for("campaigns.index"), 303)


@bp.get('/<typeid("cmp"):campaign_id>/edit')
@needs(Perm.CAMPAIGN_EDIT)
def edit(campaign_id: TypeID) -> str:
    campaign = _campaign(campaign_id)
    values = {
        "code": campaign.code,
        "name": campaign.name,
        "starts_on": campaign.starts_on.isoformat(),
        "ends_on": campaign.ends_on.isoformat(),
    }
    return _form_page(campaign, values, {})


@bp.post('/<typeid("cmp"):campaign_id>/edit')
@needs(Perm.CAMPAIGN_EDIT)
def save(campaign_id: TypeID) -> Any:
    try:
        services.edit_campaign(ctx(), campaign_id, _draft())
    except Invalid as refusal:
        return _form_page(_campaign(campaign_id), request.form.to_dict(), refusal.errors), refusal.status
    flash(_("Saved. New links carry the code from now on."))
    return redirect(url_for("campaigns.index"), 303)


def _campaign(campaign_id: TypeID) -> Campaign:
    found = ctx().session.get(Campaign, campaign_id)
    if found is None:
        raise NotFound("campaign")
    return found


def _draft() -> services.CampaignDraft:
    form, errors, days = request.form, {}, {}
    for name in ("starts_on", "ends_on"):
        try:
            days[name] = date.fromisoformat(form.get(name, ""))
        except ValueError:
            errors[name] = _("Enter a day that exists, as year-month-day, such as 2026-03-31.")
    if errors:
        raise Invalid(errors)
    return services.CampaignDraft(form.get("code", "").strip(), form.get("name", ""), days["starts_on"], days["ends_on"])


def _form_page(campaign: Campaign | None, values: dict[str, Any], errors: dict[str, str]) -> str:
    publish_trail((_("Campaigns"), url_for("campaigns.index")), (campaign.name if campaign else _("New campaign"), ""))
    return render("syndication/campaign_form.html", campaign=campaign, values=values, errors=errors)
