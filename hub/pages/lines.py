"""Pages about the line: its definitions, and one page for each campaign (A-52); the same for vendor and partner, narrowed to the reader."""

from __future__ import annotations

from flask import g, url_for

from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, render
from engagement import Perm
from hub.labels import line_definitions
from hub.pages.campaign_page import campaign_for, campaign_values

desk = PrivateBlueprint("desk_lines", __name__, face="desk", url_prefix="/desk/results")
portal = PrivateBlueprint("lines", __name__, face="portal", url_prefix="/portal/results")


@desk.get("/line", endpoint="definitions")
@needs(Perm.RESULTS_READ)
def desk_definitions() -> str:
    return _definitions(url_for("desk_results.show"), url_for("desk_results.definitions"))


@portal.get("/line")
@needs(Perm.RESULTS_READ)
def definitions() -> str:
    return _definitions(url_for("results.show"), url_for("results.definitions"))


def _definitions(results_href: str, sights_href: str) -> str:
    g.breadcrumbs = [(_("Results"), results_href), (_("How the line is counted"), "")]
    return render("hub/line_definitions.html", definitions=line_definitions(), sights_href=sights_href)


@desk.get("/campaigns/<typeid('cmp'):campaign_id>", endpoint="campaign")
@needs(Perm.RESULTS_READ)
def desk_campaign(campaign_id: TypeID) -> str:
    return _campaign(campaign_id, url_for("desk_results.show"))


@portal.get("/campaigns/<typeid('cmp'):campaign_id>")
@needs(Perm.RESULTS_READ)
def campaign(campaign_id: TypeID) -> str:
    return _campaign(campaign_id, url_for("results.show"))


def _campaign(campaign_id: TypeID, results_href: str) -> str:
    work = ctx()
    found = campaign_for(work, campaign_id)
    g.breadcrumbs = [(_("Results"), results_href), (found.name, "")]
    return render("hub/campaign.html", campaign=found, **campaign_values(work, found))
