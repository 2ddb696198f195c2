"""Collections and campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, or_, select

from core.errors import NotFound
from core.ids import TypeID
from partners import partner_for
from syndication.delivery import facts_of
from syndication.models import Asset, Campaign, Collection, CollectionItem
from syndication.rules import AssetStatus, Audience, reach_of

if TYPE_CHECKING:
    from core.ctx import Ctx


def collections_for(ctx: Ctx) -> list[Collection]:
    """The collections the actor may know of, by name: all for the vendor, the received ones for a partner."""
    rows = list(ctx.session.scalars(select(Collection).order_by(Collection.name)))
    return rows if ctx.actor.partner_id is None else _received(ctx, rows, ctx.actor.partner_id)


def placeable_collections(ctx: Ctx, partner_id: TypeID) -> list[Collection]:
    """The collections a partner receives and may therefore place."""
    return _received(ctx, list(ctx.session.scalars(select(Collection).order_by(Collection.name))), partner_id)


def _received(ctx: Ctx, rows: list[Collection], partner_id: TypeID) -> list[Collection]:
    facts = facts_of(partner_for(ctx, partner_id))
    return [row for row in rows if reach_of(Audience.from_json(row.audience), facts).receives]


def collection_for(ctx: Ctx, key: TypeID | str) -> Collection:
    """A collection by TypeID or slug; NotFound when the actor may not know of it."""
    row = ctx.session.scalar(select(Collection).where(or_(Collection.slug == key, _id_is(key))))
    if row is None or row not in collections_for(ctx):
        raise NotFound("collection")
    return row


def _id_is(key: str) -> ColumnElement[bool]:
    try:
        return Collection.id == TypeID.parse(key, "col")
    except ValueError:
        return Collection.slug == key


def item_counts(ctx: Ctx) -> dict[TypeID, tuple[int, int]]:
    """Per collection: published assets, and all of them."""
    published = func.count(Asset.id).filter(Asset.status == AssetStatus.PUBLISHED)
    query = (
        select(CollectionItem.collection_id, published, func.count(Asset.id))
        .join(Asset, Asset.id == CollectionItem.asset_id)
        .group_by(CollectionItem.collection_id)
    )
    return {collection_id: (shown, total) for collection_id, shown, total in ctx.session.execute(query)}


def campaigns_for(ctx: Ctx) -> list[Campaign]:
    """Every campaign, the latest first."""
    return list(ctx.session.scalars(select(Campaign).order_by(Campaign.starts_on.desc(), Campaign.code)))
