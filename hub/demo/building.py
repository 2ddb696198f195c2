"""The standing part of the demo: organizations, people, brand kits, content, collections, campaign, placements.

Everything goes through the rooms' own services and importer, in one transaction: an interrupted build leaves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from cobranding import save_kit, set_vendor_look, upload_logo
from core.accounts import Organization, OrganizationKind, add_organization
from core.ctx import Actor, Ctx
from core.gates import AcceptedImage
from core.ids import TypeID
from core.kv import write_value
from hub.demo.budgets import open_budgets
from hub.demo.cast import Cast, invite_all
from hub.demo.dealing import open_product_lines
from hub.demo.learning import open_courses
from hub.demo.material import logo_png
from hub.demo.world import (
    CAMPAIGN_DAYS,
    CAMPAIGN_NAME,
    COLLECTIONS,
    FEED_CLICKS,
    MEASURED,
    MEASURED_DAYS,
    MEASURED_NAME,
    PARTNERS,
    RETROFIT,
    VENDOR,
    VENDOR_LOOK,
    DemoPartner,
    campaign_code,
    moved,
)
from partners import admit_partner
from syndication import (
    VENDOR_HOSTS,
    Asset,
    Audience,
    CampaignDraft,
    CollectionDraft,
    PlacementDraft,
    PlacementKind,
    PlacementLayout,
    create_campaign,
    create_collection,
    create_placement,
    import_batch,
)
from syndication.importing import ImportBatch

CARDS, LIST, FEED = "cards", "list", "feed"


@dataclass
class Built:
    """Ids of what was made, as the simulation needs them; kept in the database so that a load can go on later."""

    last_day: str
    days: int
    partners: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    assets: dict[str, str] = field(default_factory=dict)
    languages: dict[str, list[str]] = field(default_factory=dict)
    collections: dict[str, str] = field(default_factory=dict)
    #: By key: the campaign's id, and under `<key>/code` its code.
    campaigns: dict[str, str] = field(default_factory=dict)
    placements: dict[str, dict[str, str]] = field(default_factory=dict)
    budgets: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Built:
        return cls(**kept)


def build(ctx: Ctx, batch: ImportBatch, pictures: Mapping[str, AcceptedImage], last_day: date, days: int) -> tuple[Built, Cast]:
    """`ctx` belongs to the hub itself; each part is then done by the person whose work it is."""
    built = Built(last_day.isoformat(), days)
    cast = _people(ctx, built)
    _channels(_as(ctx, cast["nora"]), built, last_day)
    open_courses(_as(ctx, cast["ebba"]), built.people, last_day)
    open_product_lines(_as(ctx, cast["nora"]))
    built.budgets = open_budgets(_as(ctx, cast["rita"]), last_day)
    _import(_as(ctx, cast["cleo"]), batch, pictures, built)
    for partner in PARTNERS:
        acting = _as(ctx, cast[partner.marketer])
        _dress(acting, partner, built)
        _place(acting, partner, built)
    return built, cast


def _as(ctx: Ctx, actor: Actor) -> Ctx:
    """The same transaction in another person's name; its doorbells ring with the first one's."""
    return Ctx(ctx.database, ctx.session, actor, ctx.clock, actor.locale, ctx._bells)


def _people(ctx: Ctx, built: Built) -> Cast:
    organizations = {"velorin": add_organization(ctx, VENDOR, OrganizationKind.VENDOR)}
    for partner in PARTNERS:
        row = admit_partner(ctx, partner.draft)
        built.partners[partner.draft.slug] = str(row.id)
        organizations[partner.draft.slug] = ctx.session.get_one(Organization, TypeID.of("org", row.id.uuid))
    set_vendor_look(ctx, logo=logo_png("velorin"), **VENDOR_LOOK)
    write_value(ctx, VENDOR_HOSTS, ["velorin.example"])
    cast = invite_all(ctx, organizations)
    built.people = {name: str(actor.user_id) for name, actor in cast.actors.items()}
    return cast


def _import(ctx: Ctx, batch: ImportBatch, pictures: Mapping[str, AcceptedImage], built: Built) -> None:
    accepted = {address: pictures[image.path] for address, image in batch.images.items()}
    run = import_batch(ctx, batch, "demo content", accepted=accepted)
    if run.counts["failed"]:
        raise RuntimeError(f"the demo's own content was refused: {run.report}")
    for asset in ctx.session.scalars(select(Asset).where(Asset.import_id == run.id)).unique():
        key = str(asset.external_key)
        built.assets[key] = str(asset.id)
        built.languages[key] = [text.locale for text in asset.localizations]


def _channels(ctx: Ctx, built: Built, last_day: date) -> None:
    for one in COLLECTIONS:
        draft = CollectionDraft(one.name, one.description, one.slug, one.titles, Audience(regions=frozenset(one.regions)))
        built.collections[one.slug] = str(create_collection(ctx, draft).id)
    for key, name, region, days in ((RETROFIT, CAMPAIGN_NAME, "dach", CAMPAIGN_DAYS), (MEASURED, MEASURED_NAME, "japac", MEASURED_DAYS)):
        starts_on, ends_on = (moved(day, last_day) for day in days)
        campaign = create_campaign(ctx, CampaignDraft(campaign_code(starts_on, region, key), name, starts_on, ends_on))
        built.campaigns |= {key: str(campaign.id), f"{key}/code": campaign.code}


def _dress(ctx: Ctx, partner: DemoPartner, built: Built) -> None:
    partner_id = TypeID.parse(built.partners[partner.draft.slug], "prt")
    save_kit(ctx, partner_id, partner.kit)
    upload_logo(ctx, partner_id, logo_png(partner.draft.slug))


def _place(ctx: Ctx, partner: DemoPartner, built: Built) -> None:
    """Cards on the page for reading, a list on the home page, for two partners a feed for their newsletter."""
    slug = partner.draft.slug
    site = f"http://localhost:{ctx.settings.partner_sites_port}/{slug}/"
    rows = [(CARDS, partner.places[0], site + partner.news_page, "energy-knowledge"), (LIST, partner.places[1], site, partner.list_collection)]
    if slug in FEED_CLICKS:
        rows.append((FEED, partner.places[2], site, "product-news"))
    for form, name, page, collection in rows:
        campaign = partner.campaign if form == partner.campaign_on else ""
        draft = PlacementDraft(
            name=name,
            page_url=page,
            collection_id=TypeID.parse(built.collections[collection], "col"),
            locale=partner.draft.locales[0],
            layout=PlacementLayout.CARDS if form == CARDS else PlacementLayout.LIST,
            kind=PlacementKind.FEED if form == FEED else PlacementKind.WIDGET,
            campaign_id=TypeID.parse(built.campaigns[campaign], "cmp") if campaign else None,
            allowed_domains=(site, "localhost", partner.draft.domain),
        )
        placement = create_placement(ctx, TypeID.parse(built.partners[slug], "prt"), draft)
        code = built.campaigns[f"{campaign}/code"] if campaign else "evergreen"
        built.placements[f"{slug}/{form}"] = {"id": str(placement.id), "collection": collection, "page": page, "campaign": code}
