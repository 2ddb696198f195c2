"""The verbs of the room, one module each: the only place that writes."""

from syndication.services.assets import change_state, publish_asset, remove_from_collection, withdraw_asset
from syndication.services.campaigns import CampaignDraft, create_campaign, edit_campaign
from syndication.services.collections import CollectionDraft, create_collection, edit_collection
from syndication.services.import_sources import import_path, perform_import, queue_import, read_path
from syndication.services.imports import import_batch
from syndication.services.placements import (
    PlacementDraft,
    create_placement,
    edit_placement,
    end_placement,
    note_placement_seen,
)
from syndication.services.texts import LocalizationEdit, edit_localization, restore_revision

__all__ = [
    "CampaignDraft",
    "CollectionDraft",
    "LocalizationEdit",
    "PlacementDraft",
    "change_state",
    "create_campaign",
    "create_collection",
    "create_placement",
    "edit_campaign",
    "edit_collection",
    "edit_localization",
    "edit_placement",
    "end_placement",
    "import_batch",
    "import_path",
    "note_placement_seen",
    "perform_import",
    "publish_asset",
    "queue_import",
    "read_path",
    "remove_from_collection",
    "restore_revision",
    "withdraw_asset",
]
