"""Personal data of this room: authors, who imported and saved, and whoever is mentioned in a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from core.ids import TypeID
from core.privacy import DataClass, Way, actor, declare_erasing, declare_impersonal, declare_personal, named, user
from syndication.delivery.building import touch_collections
from syndication.models import CollectionItem, Localization, RenderedView

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.privacy import Plan

_TEXTS = ("title", "summary", "body_html")

declare_personal(
    "syndication_asset", {"author": Way.EMPTY}, DataClass.ACTION_NAME, subject_by=named("author"), exports=("external_key", "published_at")
)
declare_personal("syndication_asset", ("author", "tags", "image_alt", "withdrawn_reason"), DataClass.FREE_TEXT)
declare_personal(
    "syndication_localization", {"author": Way.EMPTY}, DataClass.ACTION_NAME, subject_by=named("author"), exports=("locale", "updated_at")
)
declare_personal("syndication_localization", (*_TEXTS, "raw", "author", "image_alt"), DataClass.FREE_TEXT)
declare_personal("syndication_import", {"started_by": Way.EMPTY}, DataClass.ACTION_NAME, subject_by=user("started_by"), exports=("started_at",))
declare_personal(
    "syndication_revision", {"saved_by": Way.PSEUDONYM}, DataClass.ACTION_NAME, subject_by=actor("saved_by"), exports=("revision", "saved_at")
)
declare_personal("syndication_revision", _TEXTS, DataClass.FREE_TEXT)
declare_personal(
    "syndication_import",
    {"actor_name": Way.PSEUDONYM},
    DataClass.ACTION_NAME,
    subject_by=actor("actor_name"),
    exports=("source", "started_at", "finished_at"),
)
declare_personal("syndication_import", ("source", "report", "uploads"), DataClass.FREE_TEXT)

declare_impersonal("syndication_asset", ("source_locale",), "a language")
declare_impersonal("syndication_import", ("counts",), "numbers")
declare_impersonal("syndication_localization", ("source_path", "measured_language"), "where a file lay")
declare_impersonal("syndication_campaign", ("name",), "the vendor's campaign")
declare_impersonal("syndication_collection", ("name", "description", "titles", "audience"), "the vendor's collection")
declare_impersonal("syndication_view", ("segments", "guid_keys"), "rendered from published texts; built anew when they change")
declare_impersonal("syndication_placement", ("name", "site", "page_url", "allowed_domains"), "a company's website")


def _find_shown(ctx: Ctx, plan: Plan) -> list[str]:
    """Collections that show a text in which the person stood: their rendered views are built anew."""
    assets = {key[0] for key in plan.keys("syndication_asset")}
    texts = [key[0] for key in plan.keys("syndication_localization")]
    assets |= set(ctx.session.scalars(select(Localization.asset_id).where(Localization.id.in_(texts))))
    query = select(CollectionItem.collection_id).where(CollectionItem.asset_id.in_(assets)).distinct()
    return [str(collection_id) for collection_id in ctx.session.scalars(query)]


def _show_anew(ctx: Ctx, plan: Plan, collections: list[str]) -> None:
    ids = [TypeID.parse(one) for one in collections]
    ctx.session.execute(update(RenderedView).where(RenderedView.collection_id.in_(ids)).values(segments=b""))
    touch_collections(ctx, ids, recall=True)


declare_erasing("views", _find_shown, _show_anew)
