"""The values of a placement's page, the same for the webmaster and for the vendor."""

from __future__ import annotations

from typing import Any

from core.ctx import Ctx
from core.i18n import format_datetime, language_name
from core.i18n import gettext as _
from syndication import labels, queries
from syndication.models import Campaign, Placement
from syndication.rules import PlacementStatus
from syndication.views.page_parts import timeline_of


def placement_values(work: Ctx, row: Placement) -> dict[str, Any]:
    """Name, state, facts, what it shows now, and its history."""
    collection = next((one for one in queries.collections_for(work) if one.id == row.collection_id), None)
    campaign = work.session.get(Campaign, row.campaign_id) if row.campaign_id else None
    status = queries.shown_status(work, row)
    return {
        "placement": row,
        "status": str(status),
        "is_ended": status is PlacementStatus.ENDED,
        "is_received": collection is not None,
        "turn": seen_sentence(work, row),
        "facts": [
            (_("Page"), row.page_url),
            (_("Collection"), collection.name if collection else ""),
            (_("Language"), language_name(row.locale, work.locale)),
            (_("Layout"), labels.layout_label(str(row.layout))),
            (_("Campaign"), f"{campaign.name} ({campaign.code})" if campaign else ""),
            (_("Allowed domains"), ", ".join(row.allowed_domains)),
        ],
        "showing": shown_here(work, row),
        "events": timeline_of(work, row.id),
    }


def shown_here(work: Ctx, row: Placement, limit: int = 6) -> list[dict[str, Any]]:
    """The first items that a visitor sees, as cards without a link."""
    from syndication.delivery.content import content_of
    from syndication.models import Collection

    collection = work.session.get(Collection, row.collection_id)
    if collection is None or row.status is PlacementStatus.ENDED:
        return []
    showing = content_of(work, collection).showing(row.locale, limit)
    return [
        {
            "title": one.text.title,
            "lang": one.text.locale,
            "dir": one.text.direction,
            "type_label": labels.content_type_label(one.asset.content_type),
            "language": language_name(one.text.locale, work.locale),
            "is_fallback": one.text.locale != row.locale,
            "image": one.image.path if one.image else None,
        }
        for one in showing
    ]


def seen_sentence(work: Ctx, row: Placement) -> str:
    """When a visitor's browser last showed it."""
    if row.last_seen_at is None:
        return _("Never seen yet: put the snippet on the page")
    return _("Last seen %(moment)s", moment=format_datetime(row.last_seen_at, work.clock.zone, "short"))
