"""Desk, "Partners": who they are and where the programme's content stands on their sites."""

from __future__ import annotations

from flask import url_for

from core.i18n import gettext as _
from core.i18n import language_name
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, render
from partners import partner_for
from syndication import queries
from syndication.permissions import Perm
from syndication.rules import PlacementStatus
from syndication.views.page_parts import timeline_of, trail
from syndication.views.placement_page import placement_values

bp = PrivateBlueprint("partners", __name__, face="desk", url_prefix="/desk/partners")


@bp.get("/")
@needs(Perm.PLACEMENT_READ)
def index() -> str:
    """The register of placements, grouped by partner (requirement A-55)."""
    work = ctx()
    trail((_("Partners"), url_for("partners.index")))
    rows = [
        {
            "partner": one.partner,
            "open": one.open_count,
            "live": sum(queries.shown_status(work, placement) is PlacementStatus.LIVE for placement in one.placements),
            "last_seen": max((placement.last_seen_at for placement in one.placements if placement.last_seen_at), default=None),
            "languages": ", ".join(language_name(tag, work.locale) for tag in one.partner.locales),
        }
        for one in queries.partners_with_placements(work)
    ]
    return render("syndication/partners.html", rows=rows)


@bp.get('/<typeid("prt"):partner_id>')
@needs(Perm.PLACEMENT_READ)
def show(partner_id: TypeID) -> str:
    work = ctx()
    partner = partner_for(work, partner_id)
    trail((_("Partners"), url_for("partners.index")), (partner.display_name, ""))
    collections = {one.id: one for one in queries.collections_for(work)}
    received = queries.placeable_collections(work, partner_id)
    rows = [
        {
            "placement": placement,
            "status": str(queries.shown_status(work, placement)),
            "collection": collections.get(placement.collection_id),
            "language": language_name(placement.locale, work.locale),
        }
        for placement in queries.placements_for(work, partner_id)
    ]
    return render(
        "syndication/partner.html",
        partner=partner,
        rows=rows,
        received=received,
        languages=", ".join(language_name(tag, work.locale) for tag in partner.locales),
        events=timeline_of(work, partner.id),
    )


@bp.get('/placements/<typeid("plc"):placement_id>')
@needs(Perm.PLACEMENT_READ)
def placement(placement_id: TypeID) -> str:
    """The same page that the webmaster has, without the forms."""
    work = ctx()
    row = queries.placement_for(work, placement_id)
    partner = partner_for(work, row.partner_id)
    own_page = url_for("partners.show", partner_id=partner.id)
    trail((_("Partners"), url_for("partners.index")), (partner.display_name, own_page), (row.name, ""))
    return render("syndication/placement.html", may_edit=False, partner=partner, **placement_values(work, row))
