"""Who receives an asset, in which language, and why or why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.ids import TypeID
from partners import Partner, partner_for
from syndication.delivery import facts_of
from syndication.delivery.content import SHOWN, Showing, content_of
from syndication.models import Asset, Collection, CollectionItem, Localization, Placement
from syndication.queries.collections import placeable_collections
from syndication.rules import AssetStatus, Audience, PlacementStatus, choose_locale, reach_of

if TYPE_CHECKING:
    from core.ctx import Ctx

#: Reasons in the order of how near they are to receiving: the best one is shown.
_ORDER = ("in_audience", "no_language", "no_placement", "other_region", "other_tier", "not_named", "not_active", "no_collection", "not_published")


@dataclass(frozen=True)
class Receiver:
    """One partner and what becomes of the asset there. `locale` is the language shown, None when nothing is."""

    partner: Partner
    receives: bool
    reason: str
    locale: str | None
    wanted_locale: str
    collection: Collection | None
    placement: Placement | None

    @property
    def is_fallback(self) -> bool:
        """Shown in another language than the placement asked for."""
        return self.locale is not None and self.locale != self.wanted_locale


def receivers_of(ctx: Ctx, asset: Asset) -> list[Receiver]:
    """Every partner × placement that shows the asset; a partner that does not show it once, with the reason."""
    collections = list(
        ctx.session.scalars(
            select(Collection).join(CollectionItem, CollectionItem.collection_id == Collection.id).where(CollectionItem.asset_id == asset.id)
        )
    )
    placements = list(ctx.session.scalars(select(Placement).where(Placement.status != PlacementStatus.ENDED).order_by(Placement.name)))
    partners = list(ctx.session.scalars(select(Partner).order_by(Partner.display_name)))
    found: list[Receiver] = []
    for partner in partners:
        own = [placement for placement in placements if placement.partner_id == partner.id]
        found += _at_partner(asset, partner, collections, own)
    return found


def _at_partner(asset: Asset, partner: Partner, collections: list[Collection], placements: list[Placement]) -> list[Receiver]:
    if asset.status is not AssetStatus.PUBLISHED:
        return [Receiver(partner, False, "not_published", None, partner.locale, None, None)]
    answers = [one for collection in collections for one in _in_collection(asset, partner, collection, placements)]
    if not answers:
        return [Receiver(partner, False, "no_collection", None, partner.locale, None, None)]
    receiving = [one for one in answers if one.receives]
    return receiving or [min(answers, key=lambda one: _ORDER.index(one.reason))]


def _in_collection(asset: Asset, partner: Partner, collection: Collection, placements: list[Placement]) -> list[Receiver]:
    reach = reach_of(Audience.from_json(collection.audience), facts_of(partner))
    if not reach.receives:
        return [Receiver(partner, False, reach.reason, None, partner.locale, collection, None)]
    shown = [placement for placement in placements if placement.collection_id == collection.id]
    if not shown:
        return [Receiver(partner, False, "no_placement", None, partner.locale, collection, None)]
    texts = [text.locale for text in asset.localizations if text.status in SHOWN]
    answers = []
    for placement in shown:
        locale = choose_locale(placement.locale, texts)
        reason = "in_audience" if locale else "no_language"
        answers.append(Receiver(partner, locale is not None, reason, locale, placement.locale, collection, placement))
    return answers


def assets_for_partner(ctx: Ctx, partner_id: TypeID, locale: str | None = None) -> list[Showing]:
    """What a partner is entitled to: published assets of the collections it receives, each once, in its language or the nearest."""
    partner = partner_for(ctx, partner_id)
    shown: dict[TypeID, Showing] = {}
    for collection in placeable_collections(ctx, partner_id):
        for one in content_of(ctx, collection).showing(locale or partner.locale, 1000):
            shown.setdefault(one.asset.id, one)
    return sorted(shown.values(), key=lambda one: (one.published_at, one.asset.id), reverse=True)


def text_for(asset: Asset, locale: str) -> Localization | None:
    """The localization a reader of this locale gets, or None."""
    texts = {text.locale: text for text in asset.localizations if text.status in SHOWN}
    chosen = choose_locale(locale, texts)
    return texts[chosen] if chosen else None
