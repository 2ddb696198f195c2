"""What a partner may show: its entitled assets as cards, and one asset behind a public address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from core.errors import Gone, NotFound
from core.ids import TypeID
from core.storage import StoredObject
from syndication import (
    Asset,
    AssetStatus,
    CollectionItem,
    Localization,
    TranslationStatus,
    assets_for_partner,
    placeable_collections,
    text_for,
)

if TYPE_CHECKING:
    from core.ctx import Ctx
    from partners import Partner

_SHOWN = (TranslationStatus.CURRENT, TranslationStatus.STALE)
_ONCE_PUBLIC = (AssetStatus.PUBLISHED, AssetStatus.WITHDRAWN, AssetStatus.EXPIRED)


@dataclass(frozen=True)
class ContentFilter:
    """The filter of the content page as it stands in the address; empty means any."""

    text: str = ""
    content_type: str = ""
    locale: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.content_type or self.locale)


@dataclass(frozen=True)
class Shown:
    """One asset in one language, with its picture."""

    asset: Asset
    text: Localization
    image: StoredObject | None

    @property
    def image_alt(self) -> str:
        return (self.text.image_alt if self.text.image_key else "") or self.asset.image_alt

    @property
    def locales(self) -> list[str]:
        """Languages in which the asset can be shown."""
        return sorted(text.locale for text in self.asset.localizations if text.status in _SHOWN)


def content_for(ctx: Ctx, partner: Partner, wanted: ContentFilter) -> tuple[list[Shown], list[str], list[str]]:
    """The partner's cards, newest first, and the types and languages that occur among all of them."""
    everything = assets_for_partner(ctx, partner.id, wanted.locale or None)
    types = sorted({one.asset.content_type for one in everything})
    locales = sorted({text.locale for one in everything for text in one.asset.localizations if text.status in _SHOWN})
    cards = [Shown(one.asset, one.text, one.image) for one in everything]
    return [card for card in cards if _matches(card, wanted)], types, locales


def _matches(card: Shown, wanted: ContentFilter) -> bool:
    if wanted.content_type and card.asset.content_type != wanted.content_type:
        return False
    if wanted.locale and card.text.locale != wanted.locale:
        return False
    haystack = f"{card.text.title} {card.text.summary} {' '.join(map(str, card.asset.tags))}".casefold()
    return all(word in haystack for word in wanted.text.casefold().split())


def entitled_asset(ctx: Ctx, partner: Partner, asset_id: TypeID, locale: str | None = None) -> Shown:
    """A published asset that the partner receives, in the wanted language or the nearest. NotFound for any other."""
    asset = ctx.session.scalar(select(Asset).where(Asset.id == asset_id, Asset.status == AssetStatus.PUBLISHED))
    if asset is None or not _receives(ctx, partner, [asset.id]):
        raise NotFound("asset")
    return _shown(ctx, asset, locale or partner.locale)


def public_asset(ctx: Ctx, partner: Partner, locale: str, slug: str) -> Shown:
    """The asset behind `/p/<partner>/a/<locale>/<slug>`. Gone when it was withdrawn, NotFound when it never was there.

    The slug is that of the text or of the asset; of several the newest published one is meant.
    """
    query = (
        select(Asset)
        .join(Localization, Localization.asset_id == Asset.id)
        .where(Asset.status.in_(_ONCE_PUBLIC), or_(Localization.slug == slug, Asset.slug == slug))
        .order_by(Asset.published_at.desc(), Asset.id.desc())
    )
    found = list(ctx.session.scalars(query).unique())
    received = _receives(ctx, partner, [asset.id for asset in found])
    entitled = [asset for asset in found if asset.id in received]
    published = next((asset for asset in entitled if asset.status is AssetStatus.PUBLISHED), None)
    if published is not None:
        return _shown(ctx, published, locale)
    if entitled:
        raise Gone()
    raise NotFound("asset")


def shown_by_id(ctx: Ctx, partner: Partner, asset_id: TypeID, locale: str) -> Shown:
    """The asset of a landing page; Gone when it has been withdrawn or is no longer meant for this partner."""
    asset = ctx.session.get(Asset, asset_id)
    if asset is None or asset.status is not AssetStatus.PUBLISHED or not _receives(ctx, partner, [asset.id]):
        raise Gone()
    return _shown(ctx, asset, locale)


def _receives(ctx: Ctx, partner: Partner, asset_ids: Sequence[TypeID]) -> set[TypeID]:
    """Those of the assets that are in a collection the partner receives."""
    collections = [collection.id for collection in placeable_collections(ctx, partner.id)]
    if not asset_ids or not collections:
        return set()
    query = select(CollectionItem.asset_id).where(CollectionItem.asset_id.in_(asset_ids), CollectionItem.collection_id.in_(collections))
    return set(ctx.session.scalars(query))


def _shown(ctx: Ctx, asset: Asset, locale: str) -> Shown:
    text = text_for(asset, locale)
    if text is None:
        raise NotFound("localization")
    key = text.image_key or asset.image_key
    return Shown(asset, text, ctx.session.get(StoredObject, key) if key else None)
