"""Facts about content and placements that other rooms may hear."""

from __future__ import annotations

from dataclasses import dataclass

from core.events import event


@event("syndication.asset_published.v1")
@dataclass(frozen=True)
class AssetPublished:
    """An asset came out, or came out in one more collection."""

    asset_id: str
    collection_ids: list[str]


@event("syndication.asset_edited.v1")
@dataclass(frozen=True)
class AssetEdited:
    """The text of one localization changed; `revision` is the localization's."""

    asset_id: str
    localization_id: str
    locale: str
    revision: int


@event("syndication.asset_withdrawn.v1")
@dataclass(frozen=True)
class AssetWithdrawn:
    """An asset was taken back; `collection_ids` are those that showed it."""

    asset_id: str
    reason: str
    collection_ids: list[str]


@event("syndication.placement_changed.v1")
@dataclass(frozen=True)
class PlacementChanged:
    """A placement was made, changed or ended."""

    placement_id: str
    partner_id: str
    status: str
