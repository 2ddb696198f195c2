"""A small hub to count in, and the message that a page view sends."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from core.accounts import OrganizationKind, add_organization
from core.ctx import SYSTEM
from core.database import Database
from core.ids import TypeID, new_id
from core.migrate import migrate
from core.settings import Settings
from hub.app import build_database
from partners import PartnerDraft, PartnerModel, admit_partner
from syndication import Asset, AssetStatus, Collection, CollectionItem, Localization, Placement, announce_public_change

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
ASSETS = 12


def make_world(settings: Settings, placements: int) -> tuple[Database, list[TypeID], list[TypeID]]:
    """A partner for every five placements; returns the database, the placements and the assets."""
    database = build_database(settings)
    migrate(database)
    with database.unit_of_work(SYSTEM) as ctx:
        add_organization(ctx, "Vendor", OrganizationKind.VENDOR)
        collection = Collection(id=new_id("col"), slug="bench", name="Bench", created_at=ctx.now)
        ctx.session.add(collection)
        assets = [_asset(ctx.now, number) for number in range(ASSETS)]
        ctx.session.add_all(assets)
        ctx.session.flush()
        ctx.session.add_all(CollectionItem(collection_id=collection.id, asset_id=asset.id, added_at=ctx.now) for asset in assets)
        made: list[TypeID] = []
        for number in range(placements):
            if number % 5 == 0:
                draft = PartnerDraft(
                    f"partner-{number}", f"Partner {number}", f"Partner {number}", f"p{number}.example", "DE", "dach", "gold",
                    PartnerModel.RESELLER, ("de",),
                )  # fmt: skip
                partner = admit_partner(ctx, draft)
            row = Placement(
                id=new_id("plc"), partner_id=partner.id, name=f"Placement {number}", site=partner.domain, page_url=f"https://{partner.domain}/",
                locale="de", collection_id=collection.id, allowed_domains=[partner.domain], created_at=ctx.now, updated_at=ctx.now,
            )  # fmt: skip
            ctx.session.add(row)
            made.append(row.id)
        announce_public_change(ctx)
    return database, made, [asset.id for asset in assets]


def _asset(now: object, number: int) -> Asset:
    asset = Asset(
        id=new_id("ast"), slug=f"item-{number}", content_type="article", status=AssetStatus.PUBLISHED, status_since=now, source_locale="de",
        published_at=now, created_at=now, updated_at=now,
    )  # fmt: skip
    text = Localization(id=new_id("loc"), locale="de", direction="ltr", slug=f"item-{number}", title=f"Item {number}", updated_at=now)
    asset.localizations.append(text)
    return asset


def message(placement: TypeID, assets: list[TypeID], page: str = "https://p0.example/news") -> bytes:
    """Ten events, as an ordinary page view sends them: loaded, four items rendered, four seen, one tapped."""
    shown = [str(asset) for asset in assets[:4]]
    events = [["loaded"], ["rendered", shown], *(["viewable", asset] for asset in shown), ["click", shown[0]]]
    told = {"v": 1, "p": str(placement), "l": "de", "u": page, "e": events}
    return urlencode({"d": json.dumps(told, separators=(",", ":"))}).encode()
