"""A small published world for tests of the public addresses: one collection in four languages, a placement at Kestrel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from core.ctx import SYSTEM, Ctx
from core.database import Database
from core.i18n import direction
from core.ids import TypeID, new_id
from core.public_reads import PublicReads
from partners import Partner
from syndication import (
    Asset,
    AssetStatus,
    Collection,
    CollectionItem,
    Localization,
    Placement,
    SnapshotReader,
    build_collection,
    generation,
)
from syndication.rules import PlacementStatus
from tests.feeds.making import LOCALES, WORDS


@dataclass(frozen=True)
class Stage:
    """Ids of what was published."""

    collection_id: TypeID
    placement_id: TypeID
    rival_placement_id: TypeID
    asset_ids: tuple[TypeID, ...]


def publish_stage(database: Database) -> Stage:
    """Three assets in four languages, shown by Kestrel in German and by Brightwater in English. Views are not built yet."""
    with database.unit_of_work(SYSTEM) as ctx:
        collection = Collection(id=new_id("col"), slug="news", name="News", titles={tag: WORDS[tag][0] for tag in LOCALES}, created_at=ctx.now)
        ctx.session.add(collection)
        ctx.session.flush()
        assets = tuple(_asset(ctx, collection.id, number) for number in range(3))
        kestrel, rival = (_placement(ctx, slug, collection.id, locale) for slug, locale in (("kestrel", "de"), ("brightwater", "en")))
        return Stage(collection.id, kestrel, rival, assets)


def _asset(ctx: Ctx, collection_id: TypeID, number: int) -> TypeID:
    at = ctx.now - timedelta(days=number + 1)
    common: dict[str, Any] = {"status": AssetStatus.PUBLISHED, "status_since": at, "created_at": at, "published_at": at, "updated_at": at}
    asset = Asset(id=new_id("ast"), slug=f"asset-{number}", content_type="article", source_locale="en", tags=["energy"], **common)
    asset.localizations = [
        Localization(
            id=new_id("loc"),
            locale=tag,
            direction=direction(tag),
            slug=f"asset-{number}",
            title=f"{WORDS[tag][0]} {number} \x07<b>",
            summary=WORDS[tag][1],
            body_html=f'<p>{WORDS[tag][2]} <a href="https://velorin.example/meter#data">Velorin</a> <img src="/media/x.png" alt=""></p>',
            published_on=date(2026, 2, 20 + number),
            updated_at=at,
        )
        for tag in LOCALES
    ]
    ctx.session.add(asset)
    ctx.session.flush()
    ctx.session.add(CollectionItem(collection_id=collection_id, asset_id=asset.id, added_at=at))
    return asset.id


def _placement(ctx: Ctx, slug: str, collection_id: TypeID, locale: str) -> TypeID:
    partner = ctx.session.scalars(select(Partner).where(Partner.slug == slug)).one()
    placement = Placement(
        id=new_id("plc"),
        partner_id=partner.id,
        name="News",
        site=f"www.{partner.domain}",
        page_url=f"https://www.{partner.domain}/news",
        locale=locale,
        collection_id=collection_id,
        allowed_domains=[partner.domain],
        status=PlacementStatus.LIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    ctx.session.add(placement)
    ctx.session.flush()
    return placement.id


def build_views(database: Database, stage: Stage) -> None:
    """What the job does after a change."""
    with database.unit_of_work(SYSTEM) as ctx:
        build_collection(ctx, stage.collection_id)


def reads_before(app: Any, database: Database, **options: Any) -> PublicReads:
    """The fast path in front of this application, as `hub` puts it there."""
    reader = SnapshotReader()

    def snapshot() -> Any:
        with database.reading(SYSTEM) as ctx:
            return reader.read(ctx)

    def number() -> int:
        with database.reading(SYSTEM) as ctx:
            return generation(ctx)

    return PublicReads(app, snapshot=snapshot, generation=number, **options)
