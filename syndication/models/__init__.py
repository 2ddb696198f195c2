"""Tables of the syndication room. No decision lives here."""

from syndication.models.content import Asset, ImportRun, ImportStatus, Localization, LocalizationRevision, TranslationStatus
from syndication.models.delivery import (
    Campaign,
    Collection,
    CollectionItem,
    Placement,
    PlacementKind,
    PlacementLayout,
    RenderedView,
)

__all__ = [
    "Asset",
    "Campaign",
    "Collection",
    "CollectionItem",
    "ImportRun",
    "ImportStatus",
    "Localization",
    "LocalizationRevision",
    "Placement",
    "PlacementKind",
    "PlacementLayout",
    "RenderedView",
    "TranslationStatus",
]
