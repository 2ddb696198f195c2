"""From stored content to what the public side answers: building views, filling them, the snapshot of everything public."""

from syndication.delivery.addresses import PublicAddress, read_address, register_addresses
from syndication.delivery.building import (
    GENERATION,
    VENDOR_HOSTS,
    Built,
    announce_public_change,
    build_collection,
    follow_public_address,
    generation,
    touch_collections,
    vendor_hosts,
)
from syndication.delivery.placements import ShownPlacement, facts_of, shown_placements
from syndication.delivery.snapshot import SnapshotReader, ViewSnapshot, public_placement, public_view, snapshot_of
from syndication.delivery.view_models import title_for
from syndication.delivery.words import PlacementWords, provide_contacts

__all__ = [
    "GENERATION",
    "VENDOR_HOSTS",
    "Built",
    "PlacementWords",
    "PublicAddress",
    "ShownPlacement",
    "SnapshotReader",
    "ViewSnapshot",
    "announce_public_change",
    "build_collection",
    "facts_of",
    "follow_public_address",
    "generation",
    "provide_contacts",
    "public_placement",
    "public_view",
    "read_address",
    "register_addresses",
    "shown_placements",
    "snapshot_of",
    "title_for",
    "touch_collections",
    "vendor_hosts",
]
