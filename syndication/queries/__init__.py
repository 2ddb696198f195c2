"""Reads for pages and for other rooms. Never writes."""

from syndication.queries.collections import (
    campaigns_for,
    collection_for,
    collections_for,
    item_counts,
    placeable_collections,
)
from syndication.queries.imports import import_for, recent_imports
from syndication.queries.library import LibraryFilter, LibraryPage, asset_by_key, asset_for, facets_of, lately_published, library_page
from syndication.queries.placements import (
    PartnerPlacements,
    partners_with_placements,
    placement_for,
    placements_for,
    shown_status,
)
from syndication.queries.receivers import Receiver, assets_for_partner, receivers_of, text_for
from syndication.queries.revisions import revisions_of

__all__ = [
    "LibraryFilter",
    "LibraryPage",
    "PartnerPlacements",
    "Receiver",
    "asset_by_key",
    "asset_for",
    "assets_for_partner",
    "campaigns_for",
    "collection_for",
    "collections_for",
    "facets_of",
    "import_for",
    "item_counts",
    "lately_published",
    "library_page",
    "partners_with_placements",
    "placeable_collections",
    "placement_for",
    "placements_for",
    "receivers_of",
    "recent_imports",
    "revisions_of",
    "shown_status",
    "text_for",
]
