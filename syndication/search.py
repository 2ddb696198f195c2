"""What of this room can be found: assets in each language, placements, and partners, whose page is this room's. A partner finds what is published for it, no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.search import Document, Door, declare_index
from partners import Partner, PartnerStatusChanged
from syndication.delivery.content import SHOWN
from syndication.events import AssetEdited, AssetPublished, AssetWithdrawn, PlacementChanged
from syndication.importing.markdown import text_of
from syndication.models import Asset, CollectionItem, Localization, Placement
from syndication.permissions import Perm
from syndication.queries.collections import placeable_collections
from syndication.rules import AssetStatus

if TYPE_CHECKING:
    from core.ctx import Ctx


def _asset(ctx: Ctx, asset_id: TypeID) -> list[Document]:
    asset = ctx.session.get(Asset, asset_id, populate_existing=True)
    if asset is None:
        return []
    is_out = asset.status is AssetStatus.PUBLISHED
    return [
        Document(
            title=text.title,
            body=" ".join(part for part in (text.summary, text_of(text.body_html)) if part),
            words=" ".join((asset.external_key or "", asset.slug, *map(str, asset.tags))),
            recent_at=asset.published_at or asset.updated_at,
            locale=text.locale,
            desk=Door(f"/desk/publish/assets/{asset.id}", Perm.ASSET_READ),
            portal=Door(f"/portal/content/{asset.id}", Perm.CONTENT_READ) if is_out and text.status in SHOWN else None,
        )
        for text in asset.localizations
    ]


def _published_for_reader(ctx: Ctx) -> list[TypeID]:
    """Asked at each search: an audience that was narrowed a second ago holds already."""
    if ctx.actor.partner_id is None:
        return []
    received = [collection.id for collection in placeable_collections(ctx, ctx.actor.partner_id)]
    query = select(CollectionItem.asset_id).join(Asset, Asset.id == CollectionItem.asset_id)
    return list(ctx.session.scalars(query.where(CollectionItem.collection_id.in_(received), Asset.status == AssetStatus.PUBLISHED).distinct()))


def _placement(ctx: Ctx, placement_id: TypeID) -> Document | None:
    row = ctx.session.get(Placement, placement_id, populate_existing=True)
    if row is None:
        return None
    return Document(
        title=row.name,
        body=" · ".join((row.site, row.page_url)),
        recent_at=row.updated_at,
        partner_id=row.partner_id,
        desk=Door(f"/desk/partners/placements/{row.id}", Perm.PLACEMENT_READ),
        portal=Door(f"/portal/placements/{row.id}", Perm.PLACEMENT_READ),
    )


def _partner(ctx: Ctx, partner_id: TypeID) -> Document | None:
    row = ctx.session.get(Partner, partner_id, populate_existing=True)
    if row is None:
        return None
    return Document(
        title=row.display_name,
        body=" · ".join((row.legal_name, row.domain, row.country, row.region, row.tier)),
        recent_at=row.created_at,
        partner_id=row.id,
        desk=Door(f"/desk/partners/{row.id}", Perm.PLACEMENT_READ),
    )


declare_index(
    "assets",
    label=_l("Content"),
    icon="content",
    order=10,
    events=dict.fromkeys((AssetPublished, AssetEdited, AssetWithdrawn), "asset_id"),
    listing=select(Asset.id, Asset.status, Asset.updated_at, func.max(Localization.updated_at), func.count(Localization.id))
    .join(Localization, Localization.asset_id == Asset.id)
    .group_by(Asset.id, Asset.status, Asset.updated_at),
    document=_asset,
    entitled=_published_for_reader,
)
declare_index(
    "placements",
    label=_l("Placements"),
    icon="placements",
    order=30,
    events={PlacementChanged: "placement_id"},
    listing=select(Placement.id, Placement.status, Placement.updated_at, Placement.name),
    document=_placement,
)
declare_index(
    "partners",
    label=_l("Partners"),
    icon="partners",
    order=40,
    events={PartnerStatusChanged: "partner_id"},
    listing=select(Partner.id, Partner.status, Partner.display_name, Partner.legal_name, Partner.domain, Partner.tier, Partner.region),
    document=_partner,
)
