"""One imported item into its asset and localization."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from core.gates import CLEAN_VERSION
from core.i18n import DEFAULT_LOCALE
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from core.storage import StoredObject
from syndication.importing import ImportedItem, place_images
from syndication.models import Asset, Campaign, Collection, CollectionItem, Localization, TranslationStatus
from syndication.rules import AssetStatus, slug_of
from syndication.services.texts import keep_revision, mark_stale, text_changed

if TYPE_CHECKING:
    from core.ctx import Ctx

Pictures = Mapping[str, StoredObject]


@dataclass(frozen=True)
class Stored:
    """`what` is created, updated or unchanged; warnings are (code, sentence)."""

    what: str
    warnings: tuple[tuple[str, str], ...] = ()


def store_item(ctx: Ctx, item: ImportedItem, sha256: str, import_id: TypeID, pictures: Pictures) -> Stored:
    """Creates, updates, or leaves as it is, judged by the hash of the source."""
    asset = ctx.session.scalar(select(Asset).where(Asset.external_key == item.group).with_for_update())
    if asset is None:
        asset = _new_asset(ctx, item, import_id)
    text = next((one for one in asset.localizations if one.locale == item.locale), None)
    if text is not None and text.source_sha256 == sha256:
        return Stored("unchanged")
    asset.import_id = import_id
    if text is None:
        _new_text(ctx, asset, item, sha256, pictures)
        _prefer_source(ctx, asset, item)
        return Stored("created")
    warnings: tuple[tuple[str, str], ...] = ()
    if text.revision > text.imported_revision:
        warnings = (("own_edit_replaced", _("The text was edited here since its last import. The edit is kept as an earlier revision.")),)
    keep_revision(ctx, text)
    _fill(text, item, sha256, pictures)
    text.status = _status_of(item)
    _fill_asset(ctx, asset, item)
    text_changed(ctx, text)
    text.imported_revision = text.revision
    return Stored("updated", warnings)


def _new_asset(ctx: Ctx, item: ImportedItem, import_id: TypeID) -> Asset:
    asset = Asset(
        id=new_id("ast"),
        external_key=item.group,
        slug=_free_slug(ctx, slug_of(item.title, slug_of(item.group, "content"))),
        content_type=item.content_type,
        status=AssetStatus.DRAFT,
        status_since=ctx.now,
        source_locale=item.locale,
        revision=1,
        created_at=ctx.now,
        updated_at=ctx.now,
        import_id=import_id,
        tags=[],
        image_alt="",
        localizations=[],
    )
    _fill_asset(ctx, asset, item)
    ctx.session.add(asset)
    ctx.session.flush()
    _into_collection(ctx, asset, item)
    ctx.audit("syndication.asset.imported", asset, after={"source": item.source_path, "locale": item.locale})
    return asset


def _new_text(ctx: Ctx, asset: Asset, item: ImportedItem, sha256: str, pictures: Pictures) -> Localization:
    text = Localization(
        id=new_id("loc"),
        locale=item.locale,
        revision=1,
        imported_revision=1,
        source_revision=asset.revision,
        status=_status_of(item),
        updated_at=ctx.now,
        slug=slug_of(item.title, asset.slug),
    )
    _fill(text, item, sha256, pictures)
    asset.localizations.append(text)
    asset.updated_at = ctx.now
    ctx.session.flush()
    return text


def _fill(text: Localization, item: ImportedItem, sha256: str, pictures: Pictures) -> None:
    text.direction, text.title, text.summary = item.direction, item.title[:500], item.summary
    places = {address: pictures[address].path if address in pictures else None for address in item.images}
    text.body_html = str(place_images(item.body_html, places))
    text.raw, text.raw_format, text.clean_version = item.raw, "source", CLEAN_VERSION
    text.measured_language = item.measured_language
    text.author = item.author[:300] if item.author else None
    picture = pictures.get(item.image or "")
    text.image_key, text.image_alt = (picture.key, item.image_alt[:500]) if picture else (None, "")
    text.published_on = item.published_on
    text.source_sha256, text.source_path = sha256, item.source_path[:500]


def _fill_asset(ctx: Ctx, asset: Asset, item: ImportedItem) -> None:
    """Facts that belong to the asset, taken from its source language's file only."""
    if item.locale != asset.source_locale:
        return
    asset.content_type, asset.tags = item.content_type, list(item.tags)
    asset.author = item.author[:300] if item.author else None
    if item.campaign:
        asset.campaign_id = ctx.session.scalar(select(Campaign.id).where(Campaign.code == item.campaign))


def _prefer_source(ctx: Ctx, asset: Asset, item: ImportedItem) -> None:
    """English, when it is there, is what the others were translated from, even if it comes in a later import."""
    if item.locale == DEFAULT_LOCALE != asset.source_locale and asset.revision == 1:
        asset.source_locale = DEFAULT_LOCALE
        _fill_asset(ctx, asset, item)
    source = next((one for one in asset.localizations if one.locale == asset.source_locale), None)
    if source is not None and source.image_key and asset.image_key is None:
        asset.image_key, asset.image_alt = source.image_key, source.image_alt
    mark_stale(asset)


def _status_of(item: ImportedItem) -> TranslationStatus:
    """A text that is not in the language it is filed under is not shown: readers fall back to one that is."""
    return TranslationStatus.CURRENT if item.language_agrees else TranslationStatus.DRAFT


def _into_collection(ctx: Ctx, asset: Asset, item: ImportedItem) -> None:
    """The collection that the file names, when there is one; the asset shows up there once it is published."""
    if not item.collection:
        return
    collection_id = ctx.session.scalar(select(Collection.id).where(Collection.slug == item.collection))
    if collection_id is not None:
        ctx.session.add(CollectionItem(collection_id=collection_id, asset_id=asset.id, added_at=ctx.now))


def _free_slug(ctx: Ctx, wanted: str) -> str:
    taken = ctx.session.scalar(select(func.count()).select_from(Asset).where(Asset.slug == wanted))
    return f"{wanted}-{new_id('ast')[-6:]}" if taken else wanted
