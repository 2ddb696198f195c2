"""Portal, "Placements": where the partner shows the vendor's content, and how a webmaster gets it there."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for

from core.ctx import Ctx
from core.errors import Invalid, NotFound
from core.i18n import gettext as _
from core.i18n import language_name
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, flash, render
from partners import partner_for
from syndication import labels, queries, services
from syndication.models import Placement, PlacementKind, PlacementLayout
from syndication.permissions import Perm
from syndication.views.page_parts import trail
from syndication.views.placement_page import placement_values

bp = PrivateBlueprint("placements", __name__, face="portal", url_prefix="/portal/placements")


@bp.get("/")
@needs(Perm.PLACEMENT_READ)
def index() -> str:
    work = ctx()
    trail((_("Placements"), url_for("placements.index")))
    collections = {one.id: one for one in queries.collections_for(work)}
    rows = [
        {
            "placement": row,
            "status": str(queries.shown_status(work, row)),
            "collection": collections.get(row.collection_id),
            "language": language_name(row.locale, work.locale),
            "layout": labels.layout_label(str(row.layout)),
        }
        for row in queries.placements_for(work)
    ]
    return render("syndication/placements.html", rows=rows, may_edit=work.may(Perm.PLACEMENT_EDIT))


@bp.get('/<typeid("plc"):placement_id>')
@needs(Perm.PLACEMENT_READ)
def show(placement_id: TypeID) -> str:
    work = ctx()
    row = queries.placement_for(work, placement_id)
    trail((_("Placements"), url_for("placements.index")), (row.name, ""))
    return render("syndication/placement.html", may_edit=work.may(Perm.PLACEMENT_EDIT, row.partner_id), partner=None, **placement_values(work, row))


@bp.get("/new")
@needs(Perm.PLACEMENT_EDIT)
def new() -> str:
    partner = partner_for(ctx(), _partner_id())
    return _form_page(None, {"locale": partner.locale, "layout": PlacementLayout.CARDS.value}, {})


@bp.post("/new")
@needs(Perm.PLACEMENT_EDIT)
def create() -> Any:
    try:
        made = services.create_placement(ctx(), _partner_id(), _draft(None))
    except Invalid as refusal:
        return _form_page(None, request.form.to_dict(), refusal.errors), refusal.status
    flash(_("The placement is there. Copy its snippet into the page next."))
    return redirect(url_for("placements.show", placement_id=made.id), 303)


@bp.get('/<typeid("plc"):placement_id>/edit')
@needs(Perm.PLACEMENT_EDIT)
def edit(placement_id: TypeID) -> str:
    row = queries.placement_for(ctx(), placement_id)
    values = {
        "name": row.name,
        "page_url": row.page_url,
        "collection": str(row.collection_id),
        "layout": row.layout.value,
        "locale": row.locale,
        "campaign": str(row.campaign_id or ""),
        "allowed_domains": "\n".join(row.allowed_domains),
    }
    return _form_page(row, values, {})


@bp.post('/<typeid("plc"):placement_id>/edit')
@needs(Perm.PLACEMENT_EDIT)
def save(placement_id: TypeID) -> Any:
    row = queries.placement_for(ctx(), placement_id)
    try:
        services.edit_placement(ctx(), placement_id, _draft(row))
    except Invalid as refusal:
        return _form_page(row, request.form.to_dict(), refusal.errors), refusal.status
    flash(_("Saved. The page shows it within a minute; the snippet stays the same."))
    return redirect(url_for("placements.show", placement_id=placement_id), 303)


@bp.get('/<typeid("plc"):placement_id>/end')
@needs(Perm.PLACEMENT_EDIT)
def end_form(placement_id: TypeID) -> str:
    row = queries.placement_for(ctx(), placement_id)
    trail((_("Placements"), url_for("placements.index")), (row.name, url_for("placements.show", placement_id=row.id)), (_("End"), ""))
    return render("syndication/placement_end.html", placement=row)


@bp.post('/<typeid("plc"):placement_id>/end')
@needs(Perm.PLACEMENT_EDIT)
def end(placement_id: TypeID) -> Any:
    row = services.end_placement(ctx(), placement_id, request.form.get("reason", ""))
    flash(_("%(name)s has ended: its feeds and its widget are empty from now on.", name=row.name), "attention")
    return redirect(url_for("placements.index"), 303)


def _partner_id() -> TypeID:
    partner_id = ctx().actor.partner_id
    if partner_id is None:
        raise NotFound("partner")
    return partner_id


def _draft(row: Placement | None) -> services.PlacementDraft:
    """The form as a draft. The vendor makes campaigns; which one a placement belongs to, its partner says."""
    form = request.form
    errors: dict[str, str] = {}
    try:
        collection_id = TypeID.parse(form.get("collection", ""), "col")
    except ValueError:
        errors["collection"] = _("Choose a collection.")
        collection_id = TypeID("")
    if form.get("layout") not in set(PlacementLayout):
        errors["layout"] = _("Choose a layout.")
    campaign_id = row.campaign_id if row else None
    try:
        if "campaign" in form:
            campaign_id = TypeID.parse(form["campaign"], "cmp") if form["campaign"] else None
    except ValueError:
        errors["campaign"] = _("Choose a campaign, or none.")
    if errors:
        raise Invalid(errors)
    return services.PlacementDraft(
        name=form.get("name", ""),
        page_url=form.get("page_url", ""),
        collection_id=collection_id,
        locale=form.get("locale", ""),
        layout=PlacementLayout(form["layout"]),
        kind=row.kind if row else PlacementKind.WIDGET,
        campaign_id=campaign_id,
        allowed_domains=tuple(line.strip() for line in form.get("allowed_domains", "").replace(",", "\n").splitlines() if line.strip()),
    )


def _campaigns(work: Ctx, row: Placement | None) -> list[tuple[str, str]]:
    """Those that are not over, and the one it has."""
    chosen = row.campaign_id if row else None
    return [(str(one.id), one.name) for one in queries.campaigns_for(work) if one.ends_on >= work.today or one.id == chosen]


def _form_page(row: Placement | None, values: dict[str, Any], errors: dict[str, str]) -> str:
    work = ctx()
    partner = partner_for(work, _partner_id())
    step = (row.name, url_for("placements.show", placement_id=row.id)) if row else (_("New placement"), "")
    trail((_("Placements"), url_for("placements.index")), step)
    collections = queries.placeable_collections(work, partner.id)
    tags = sorted({*partner.locales, *queries.facets_of(work)[1], *([values["locale"]] if values.get("locale") else [])})
    return render(
        "syndication/placement_form.html",
        placement=row,
        values=values,
        errors=errors,
        collections=[(str(one.id), one.name) for one in collections],
        languages=[(tag, language_name(tag, work.locale)) for tag in tags],
        campaigns=_campaigns(work, row),
        layouts=[(one.value, labels.layout_label(one.value)) for one in PlacementLayout],
    )
