"""Everything a collection's views are made of, read with few statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.ids import TypeID
from core.storage import StoredObject
from syndication.models import Asset, Collection, CollectionItem, Localization, Placement, TranslationStatus
from syndication.rules import AssetStatus, PlacementStatus, choose_locale

if TYPE_CHECKING:
    from core.ctx import Ctx

SHOWN = (TranslationStatus.CURRENT, TranslationStatus.STALE)


@dataclass(frozen=True)
class Showing:
    """One asset in the localization chosen for a view."""

    asset: Asset
    text: Localization
    image: StoredObject | None
    image_alt: str

    @property
    def published_at(self) -> datetime:
        """The date the text itself carries, else the moment it was published here."""
        if self.text.published_on is not None:
            return datetime.combine(self.text.published_on, time(), UTC)
        return self.asset.published_at or self.asset.created_at

    @property
    def updated_at(self) -> datetime:
        """The last change a reader could see: of the text, or of the asset's coming out."""
        return max(self.text.updated_at, self.asset.published_at or self.text.updated_at)


@dataclass(frozen=True)
class CollectionContent:
    """A collection with its published assets and their pictures."""

    collection: Collection
    assets: tuple[Asset, ...]
    images: dict[str, StoredObject]

    def showing(self, locale: str, limit: int) -> tuple[Showing, ...]:
        """What a reader of this locale sees, newest first; assets without a text for them are left out."""
        chosen = [found for asset in self.assets if (found := self._chosen(asset, locale)) is not None]
        chosen.sort(key=lambda one: (one.published_at, one.asset.id), reverse=True)
        return tuple(chosen[:limit])

    def _chosen(self, asset: Asset, locale: str) -> Showing | None:
        texts = {text.locale: text for text in asset.localizations if text.status in SHOWN}
        wanted = choose_locale(locale, texts)
        if wanted is None:
            return None
        text = texts[wanted]
        key, alt = (text.image_key, text.image_alt) if text.image_key else (asset.image_key, asset.image_alt)
        return Showing(asset, text, self.images.get(key or ""), alt)

    def locales(self) -> set[str]:
        """Every locale in which something is said here."""
        return {text.locale for asset in self.assets for text in asset.localizations if text.status in SHOWN}


def content_of(ctx: Ctx, collection: Collection) -> CollectionContent:
    """The published content of a collection."""
    query = (
        select(Asset)
        .join(CollectionItem, CollectionItem.asset_id == Asset.id)
        .where(CollectionItem.collection_id == collection.id, Asset.status == AssetStatus.PUBLISHED)
        .order_by(Asset.id)
    )
    assets = tuple(ctx.session.scalars(query).unique())
    return CollectionContent(collection, assets, images_of(ctx, assets))


def images_of(ctx: Ctx, assets: Iterable[Asset]) -> dict[str, StoredObject]:
    """Stored pictures of these assets and their texts, by key."""
    keys = {key for asset in assets for key in (asset.image_key, *(text.image_key for text in asset.localizations)) if key}
    if not keys:
        return {}
    return {row.key: row for row in ctx.session.scalars(select(StoredObject).where(StoredObject.key.in_(keys)))}


def wanted_locales(ctx: Ctx, collection_id: TypeID, content: CollectionContent) -> list[str]:
    """The locales to build: those that something is said in and those that a placement asks for."""
    asked = ctx.session.scalars(
        select(Placement.locale).where(Placement.collection_id == collection_id, Placement.status != PlacementStatus.ENDED).distinct()
    )
    return sorted(content.locales() | set(asked))
