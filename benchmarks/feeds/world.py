"""A hub with one collection of 50 assets in four languages and any number of partners with one placement each."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from core.accounts import Organization, OrganizationKind
from core.ctx import SYSTEM, Ctx
from core.database import Base, Database
from core.ids import TypeID, new_id
from core.kv import write_value
from core.settings import Settings
from partners import Partner, PartnerModel, PartnerStatus
from syndication import VENDOR_HOSTS, Asset, AssetStatus, Collection, CollectionItem, Localization, Placement, build_collection
from syndication.rules import PlacementStatus

LOCALES = ("de", "en", "ar", "ja")
ITEMS = 50
#: Tracked links of one feed: one of each item and these in the bodies, 120 in all.
LINKS_IN_BODIES = 70
WORDS = (
    "Strom",
    "Zähler",
    "Wärme",
    "Gebäude",
    "Messung",
    "Lastgang",
    "Etage",
    "Gateway",
    "Bericht",
    "Kosten",
    "Ableser",
    "Protokoll",
    "Schrank",
    "Monat",
    "Spitze",
)


def make_world(settings: Settings, placements: int) -> tuple[Database, TypeID, list[TypeID]]:
    """An empty database filled and its views built; the collection and the placements."""
    from hub.rooms import registry

    registry()
    database = Database(settings)
    Base.metadata.create_all(database.engine)
    with database.unit_of_work(SYSTEM) as ctx:
        write_value(ctx, VENDOR_HOSTS, ["velorin.example"])
        collection_id = _collection(ctx)
        ids = _placements(ctx, collection_id, placements)
        build_collection(ctx, collection_id)
    return database, collection_id, ids


def _collection(ctx: Ctx) -> TypeID:
    collection = Collection(id=new_id("col"), slug="news", name="News", created_at=ctx.now)
    ctx.session.add(collection)
    ctx.session.flush()
    for number in range(ITEMS):
        asset = _asset(ctx, number)
        ctx.session.add(asset)
        ctx.session.flush()
        ctx.session.add(CollectionItem(collection_id=collection.id, asset_id=asset.id, added_at=ctx.now))
    return collection.id


def _asset(ctx: Ctx, number: int) -> Asset:
    at = ctx.now - timedelta(hours=number + 1)
    times: dict[str, Any] = {"status_since": at, "created_at": at, "published_at": at, "updated_at": at}
    asset = Asset(id=new_id("ast"), slug=f"a-{number}", content_type="article", source_locale="en", status=AssetStatus.PUBLISHED, **times)
    asset.localizations = [
        Localization(
            id=new_id("loc"),
            locale=locale,
            direction="rtl" if locale == "ar" else "ltr",
            slug=f"a-{number}",
            title=f"Strom & Wärme {number}",
            summary=" ".join(WORDS),
            body_html=_body(number),
            updated_at=at,
        )
        for locale in LOCALES
    ]
    return asset


def _body(number: int) -> str:
    dice = random.Random(number)
    links = LINKS_IN_BODIES // ITEMS + (number < LINKS_IN_BODIES % ITEMS)
    text = "".join(f"<p>{' '.join(dice.choices(WORDS, k=20))}.</p>" for _ in range(2))
    return text + "".join(f'<p><a href="https://velorin.example/products/{number}/{link}">Velorin</a></p>' for link in range(links))


def _placements(ctx: Ctx, collection_id: TypeID, count: int) -> list[TypeID]:
    partners = [new_id("prt") for _ in range(count)]
    placements = [new_id("plc") for _ in range(count)]
    session, now = ctx.session, ctx.now
    if not count:
        return []
    organizations = [{"id": partner.replace("prt_", "org_"), "name": "P", "kind": OrganizationKind.PARTNER, "locale": "de"} for partner in partners]
    session.execute(insert(Organization), organizations)
    session.execute(insert(Partner), [_partner(partner, number, now) for number, partner in enumerate(partners)])
    rows = zip(placements, partners, range(count), strict=True)
    session.execute(insert(Placement), [_placement(*row, collection_id, now) for row in rows])
    return placements


def _partner(partner: TypeID, number: int, now: Any) -> dict[str, Any]:
    name = f"Partner {number:05d} GmbH & Co. KG"
    return {
        "id": partner,
        "slug": f"partner-{number:05d}",
        "legal_name": name,
        "display_name": name,
        "domain": f"p{number:05d}.example",
        "country": "DE",
        "region": "dach",
        "tier": "gold",
        "partner_model": PartnerModel.RESELLER,
        "locales": ["de"],
        "status": PartnerStatus.ACTIVE,
        "created_at": now,
    }


def _placement(placement: TypeID, partner: TypeID, number: int, collection_id: TypeID, now: Any) -> dict[str, Any]:
    return {
        "id": placement,
        "partner_id": partner,
        "name": "News",
        "site": f"www.p{number:05d}.example",
        "page_url": f"https://www.p{number:05d}.example/news",
        "locale": LOCALES[number % len(LOCALES)],
        "collection_id": collection_id,
        "allowed_domains": [f"p{number:05d}.example"],
        "status": PlacementStatus.LIVE,
        "created_at": now,
        "updated_at": now,
    }
