"""Desk, "Publish": collections, what is in them and who receives them."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for

from core.errors import Invalid
from core.i18n import gettext as _
from core.i18n import language_name
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, flash, render
from syndication import labels, queries, services
from syndication.delivery import facts_of
from syndication.delivery.content import images_of
from syndication.models import Asset, Collection, CollectionItem
from syndication.permissions import Perm
from syndication.rules import Audience, reach_of
from syndication.views.library import library_card
from syndication.views.page_parts import publish_trail, timeline_of

bp = PrivateBlueprint("collections", __name__, face="desk", url_prefix="/desk/publish/collections")


@bp.get("/")
@needs(Perm.COLLECTION_READ)
def index() -> str:
    work = ctx()
    publish_trail((_("Collections"), ""))
    names = _partner_names()
    counts = queries.item_counts(work)
    rows = [
        {
            "collection": one,
            "shown": counts.get(one.id, (0, 0))[0],
            "total": counts.get(one.id, (0, 0))[1],
            "audience": labels.audience_sentence(one.audience, names),
        }
        for one in queries.collections_for(work)
    ]
    return render("syndication/collections.html", rows=rows, may_edit=work.may(Perm.COLLECTION_EDIT))


@bp.get('/<typeid("col"):collection_id>')
@needs(Perm.COLLECTION_READ)
def show(collection_id: TypeID) -> str:
    work = ctx()
    collection = queries.collection_for(work, collection_id)
    publish_trail((_("Collections"), url_for("collections.index")), (collection.name, ""))
    assets = (
        work.session.query(Asset)
        .join(CollectionItem, CollectionItem.asset_id == Asset.id)
        .filter(CollectionItem.collection_id == collection_id)
        .order_by(CollectionItem.added_at.desc(), Asset.id.desc())
        .all()
    )
    images = images_of(work, assets)
    partners = [_partner_row(collection, one) for one in queries.partners_with_placements(work)]
    return render(
        "syndication/collection.html",
        collection=collection,
        cards=[{**library_card(work, asset, images), "id": asset.id} for asset in assets],
        partners=partners,
        receiving=sum(row["reach"].receives for row in partners),
        audience=labels.audience_sentence(collection.audience, _partner_names()),
        titles=[(language_name(tag, work.locale), title) for tag, title in collection.titles.items()],
        events=timeline_of(work, collection.id),
        may_edit=work.may(Perm.COLLECTION_EDIT),
    )


def _partner_row(collection: Collection, one: queries.PartnerPlacements) -> dict[str, Any]:
    reach = reach_of(Audience.from_json(collection.audience), facts_of(one.partner))
    return {
        "partner": one.partner,
        "reach": reach,
        "reason": labels.reason_label(reach.reason),
        "placements": [placement for placement in one.placements if placement.collection_id == collection.id],
    }


@bp.get("/new")
@needs(Perm.COLLECTION_EDIT)
def new() -> str:
    return _form_page(None, {}, {})


@bp.post("/new")
@needs(Perm.COLLECTION_EDIT)
def create() -> Any:
    try:
        made = services.create_collection(ctx(), _draft())
    except Invalid as refusal:
        return _form_page(None, request.form.to_dict(), refusal.errors), refusal.status
    flash(_("The collection %(name)s is there. Publish assets to it next.", name=made.name))
    return redirect(url_for("collections.show", collection_id=made.id), 303)


@bp.get('/<typeid("col"):collection_id>/edit')
@needs(Perm.COLLECTION_EDIT)
def edit(collection_id: TypeID) -> str:
    collection = queries.collection_for(ctx(), collection_id)
    titles = {f"title_{tag}": title for tag, title in collection.titles.items()}
    return _form_page(collection, {"name": collection.name, "description": collection.description, **titles}, {})


@bp.post('/<typeid("col"):collection_id>/edit')
@needs(Perm.COLLECTION_EDIT)
def save(collection_id: TypeID) -> Any:
    try:
        services.edit_collection(ctx(), collection_id, _draft())
    except Invalid as refusal:
        collection = queries.collection_for(ctx(), collection_id)
        return _form_page(collection, request.form.to_dict(), refusal.errors), refusal.status
    flash(_("Saved. A changed audience takes effect within seconds."))
    return redirect(url_for("collections.show", collection_id=collection_id), 303)


def _draft() -> services.CollectionDraft:
    form = request.form
    audience = Audience(frozenset(form.getlist("tiers")), frozenset(form.getlist("regions")), frozenset(form.getlist("partners")))
    titles = {name.removeprefix("title_"): text for name, text in form.items() if name.startswith("title_") and text.strip()}
    return services.CollectionDraft(form.get("name", ""), form.get("description", ""), titles=titles, audience=audience)


def _form_page(collection: Collection | None, values: dict[str, Any], errors: dict[str, str]) -> str:
    work = ctx()
    step = (collection.name, url_for("collections.show", collection_id=collection.id)) if collection else (_("New collection"), "")
    publish_trail((_("Collections"), url_for("collections.index")), step)
    partners = [one.partner for one in queries.partners_with_placements(work)]
    audience = Audience.from_json(collection.audience) if collection else Audience()
    if request.method == "POST":
        audience = _draft().audience
    tags = sorted({*(collection.titles if collection else {}), *(tag for partner in partners for tag in partner.locales), "en"})
    return render(
        "syndication/collection_form.html",
        collection=collection,
        values=values,
        errors=errors,
        languages=[(tag, language_name(tag, work.locale)) for tag in tags],
        tiers=[(tier, tier.capitalize()) for tier in sorted({partner.tier for partner in partners})],
        regions=[(region, region.upper()) for region in sorted({partner.region for partner in partners})],
        partners=[(str(partner.id), partner.display_name) for partner in partners],
        audience=audience,
    )


def _partner_names() -> dict[str, str]:
    return {str(one.partner.id): one.partner.display_name for one in queries.partners_with_placements(ctx())}
