"""The decisions of this room, pure: no database, no clock, no Flask. Everything comes in as an argument."""

from syndication.rules.asset_states import (
    Action,
    AssetFacts,
    AssetStatus,
    Transition,
    actions_for,
    next_status,
    permission_for,
    steps_to,
    whose_turn,
)
from syndication.rules.audience import Audience, PartnerFacts, Reach, reach_of
from syndication.rules.locales import choose_locale, is_stale, translation_status
from syndication.rules.placements import (
    PlacementStatus,
    host_of,
    is_allowed_domain,
    is_visible,
    seen_status,
)
from syndication.rules.slugs import slug_of

__all__ = [
    "Action",
    "AssetFacts",
    "AssetStatus",
    "Audience",
    "PartnerFacts",
    "PlacementStatus",
    "Reach",
    "Transition",
    "actions_for",
    "choose_locale",
    "host_of",
    "is_allowed_domain",
    "is_stale",
    "is_visible",
    "next_status",
    "permission_for",
    "reach_of",
    "seen_status",
    "slug_of",
    "steps_to",
    "translation_status",
    "whose_turn",
]
