"""Syndication: the vendor's content, made ready for its partners.

Owns assets and their localizations, collections, campaigns, placements, tracked links, the import of content and the
rendered views. Refuses to own how a feed or widget is written (feeds, embed_widget), what a partner adds in its own name
(cobranding) and what visitors do with it (engagement).
"""

from core.i18n import lazy_gettext as _l
from core.registry import Registry
from syndication.delivery import (
    GENERATION,
    VENDOR_HOSTS,
    PublicAddress,
    ShownPlacement,
    SnapshotReader,
    ViewSnapshot,
    announce_public_change,
    build_collection,
    follow_public_address,
    generation,
    provide_contacts,
    public_placement,
    public_view,
    register_addresses,
    shown_placements,
    snapshot_of,
    title_for,
)
from syndication.events import AssetEdited, AssetPublished, AssetWithdrawn, PlacementChanged
from syndication.links import item_link
from syndication.models import (
    Asset,
    Campaign,
    Collection,
    CollectionItem,
    ImportRun,
    Localization,
    Placement,
    PlacementKind,
    PlacementLayout,
    TranslationStatus,
)
from syndication.permissions import Perm
from syndication.queries import (
    asset_by_key,
    asset_for,
    assets_for_partner,
    campaigns_for,
    collection_for,
    collections_for,
    placeable_collections,
    placement_for,
    placements_for,
    receivers_of,
    text_for,
)
from syndication.rendering import (
    CompiledView,
    ItemImage,
    Slots,
    SyndicatedItem,
    ViewFormat,
    ViewModel,
    compile_view,
    fill_token,
    format_named,
    guid_of,
    register_format,
    registered_formats,
)
from syndication.rules import AssetStatus, Audience, PlacementStatus, choose_locale, is_allowed_domain
from syndication.services import (
    CampaignDraft,
    CollectionDraft,
    LocalizationEdit,
    PlacementDraft,
    change_state,
    create_campaign,
    create_collection,
    create_placement,
    edit_campaign,
    edit_collection,
    edit_localization,
    edit_placement,
    end_placement,
    import_batch,
    import_path,
    note_placement_seen,
    publish_asset,
    withdraw_asset,
)

__all__ = [
    "GENERATION",
    "VENDOR_HOSTS",
    "Asset",
    "AssetEdited",
    "AssetPublished",
    "AssetStatus",
    "AssetWithdrawn",
    "Audience",
    "Campaign",
    "CampaignDraft",
    "Collection",
    "CollectionDraft",
    "CollectionItem",
    "CompiledView",
    "ImportRun",
    "ItemImage",
    "Localization",
    "LocalizationEdit",
    "Perm",
    "Placement",
    "PlacementChanged",
    "PlacementDraft",
    "PlacementKind",
    "PlacementLayout",
    "PlacementStatus",
    "PublicAddress",
    "ShownPlacement",
    "Slots",
    "SnapshotReader",
    "SyndicatedItem",
    "TranslationStatus",
    "ViewFormat",
    "ViewModel",
    "ViewSnapshot",
    "announce_public_change",
    "asset_by_key",
    "asset_for",
    "assets_for_partner",
    "build_collection",
    "campaigns_for",
    "change_state",
    "choose_locale",
    "collection_for",
    "collections_for",
    "compile_view",
    "create_campaign",
    "create_collection",
    "create_placement",
    "edit_campaign",
    "edit_collection",
    "edit_localization",
    "edit_placement",
    "end_placement",
    "fill_token",
    "follow_public_address",
    "format_named",
    "generation",
    "guid_of",
    "import_batch",
    "import_path",
    "is_allowed_domain",
    "item_link",
    "note_placement_seen",
    "placeable_collections",
    "placement_for",
    "placements_for",
    "provide_contacts",
    "public_placement",
    "public_view",
    "publish_asset",
    "receivers_of",
    "register",
    "register_addresses",
    "register_format",
    "registered_formats",
    "shown_placements",
    "snapshot_of",
    "text_for",
    "title_for",
    "withdraw_asset",
]


def register(registry: Registry) -> None:
    """Hands the room's permissions, pages and jobs to the hub."""
    import syndication.notices
    import syndication.search
    import syndication.tasks  # noqa: F401 - declares the jobs and subscribers
    from syndication.views import BLUEPRINTS

    registry.declare(Perm)
    for blueprint in BLUEPRINTS:
        registry.blueprint(blueprint)
    registry.nav("desk", "publish", _l("Publish"), "library.show", Perm.ASSET_READ, 20, "publish")
    registry.nav("desk", "languages", _l("Languages"), "languages.show", Perm.ASSET_READ, 30, "languages")
    registry.nav("desk", "partners", _l("Partners"), "partners.index", Perm.PLACEMENT_READ, 40, "partners")
    registry.nav("portal", "placements", _l("Placements"), "placements.index", Perm.PLACEMENT_READ, 40, "placements")
