"""What `channelpress addresses` prints: a stable handle for operators, tests and monitoring."""

from __future__ import annotations

from typing import Any

from core.ctx import SYSTEM, Ctx
from core.database import Database
from core.kv import read_value
from core.settings import Settings
from partners import active_partners
from syndication import Placement

#: Set by the demo loader: email → password, and the partner websites' folders.
DEMO_PEOPLE = "demo.people"
DEMO_SITES = "demo.sites"


def addresses(database: Database) -> dict[str, Any]:
    """Keys: hub, people, placements, landing_pages, partner_sites (see the README)."""
    settings = database.settings
    with database.reading(SYSTEM) as ctx:
        return {
            "hub": settings.url,
            "people": (read_value(ctx, DEMO_PEOPLE) or []) if settings.demo else [],
            "placements": _placements(ctx, settings),
            "landing_pages": _landing_pages(ctx, settings),
            "partner_sites": _sites(ctx, settings),
        }


def _placements(ctx: Ctx, settings: Settings) -> list[dict[str, Any]]:
    from embed_widget import snippet
    from feeds import FILE_NAMES, feed_path
    from syndication import collections_for, placements_for, title_for

    slugs = {partner.id: partner.slug for partner in active_partners(ctx)}
    collections = {collection.id: collection for collection in collections_for(ctx)}

    def label(placement: Placement) -> str:
        shown = collections[placement.collection_id]
        return title_for(shown.titles, shown.name, placement.locale)

    return [
        {
            "id": str(placement.id),
            "partner": slugs[placement.partner_id],
            "locale": placement.locale,
            "snippet": snippet(placement, settings.url, label(placement)),
            "feeds": {name: settings.url + feed_path(str(placement.id), name) for name in FILE_NAMES},
        }
        for placement in placements_for(ctx)
        if placement.partner_id in slugs
    ]


def _landing_pages(ctx: Ctx, settings: Settings) -> list[dict[str, Any]]:
    from cobranding import PageStatus, page_path, pages_for

    return [
        {"partner": partner.slug, "locale": page.locale, "title": page.headline, "url": settings.url + page_path(partner.slug, page)}
        for partner in active_partners(ctx)
        for page in pages_for(ctx, partner.id)
        if page.status is PageStatus.PUBLISHED
    ]


def _sites(ctx: Ctx, settings: Settings) -> list[dict[str, Any]]:
    base = f"http://localhost:{settings.partner_sites_port}"
    return [{"partner": row["partner"], "url": base + row["path"]} for row in read_value(ctx, DEMO_SITES) or []] if settings.demo else []
