"""What the loader fetches: one view of a collection as JSON, with the placement's slots left open.

Labels are in the item's own language, because an item may fall back to another language than the view's.
"""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

from core.i18n import format_date, use_locale
from core.i18n import gettext as _
from syndication import SyndicatedItem, ViewFormat, ViewModel

#: More would never be shown: the loader draws at most this many, and the list page has the rest.
MAX_ITEMS = 12
PROGRAMME_ZONE = ZoneInfo("Europe/Berlin")


def render(view: ViewModel) -> bytes:
    """The widget data of one view; same view, same bytes (save for the slots' random names)."""
    with use_locale(view.locale):
        document = {
            "v": 1,
            "placement": view.slots.placement,
            "locale": view.locale,
            "dir": view.direction,
            "layout": view.slots.layout,
            "title": view.title,
            "more": {"href": view.home_url, "label": _("Show everything")},
            "brand": {"name": view.slots.partner_name},
            "items": [_item(item, view.locale) for item in view.items[:MAX_ITEMS]],
            "labels": {},
        }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def escape(text: str) -> str:
    """A partner's own words inside a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


FORMAT = ViewFormat("widget", "application/json; charset=utf-8", render, escape)


def type_label(content_type: str) -> str:
    """What kind of content it is, in words, in the active locale; empty for a kind that needs no word."""
    labels = {
        "product_page": _("Product"),
        "white_paper": _("White paper"),
        "article": _("Article"),
        # TRANSLATORS: kind of content, above the title of an item in a list for visitors
        "campaign_asset": _("Campaign"),
        "release_note": _("Release note"),
        "event": _("Event"),
        "customer_reference": _("Customer story"),
    }
    return labels.get(content_type, "")


def _item(item: SyndicatedItem, view_locale: str) -> dict[str, Any]:
    with use_locale(item.locale):
        day = item.published_at.astimezone(PROGRAMME_ZONE).date()
        fields: dict[str, Any] = {
            "id": item.asset_id,
            "title": item.title,
            "summary": item.summary,
            "href": item.link,
            "type": item.content_type,
            "type_label": type_label(item.content_type),
            "date": day.isoformat(),
            "date_label": format_date(day, "medium"),
            "image": _image(item),
        }
    if item.locale != view_locale:
        fields |= {"lang": item.locale, "dir": item.direction}
    return fields


def _image(item: SyndicatedItem) -> dict[str, Any] | None:
    image = item.image
    if image is None:
        return None
    # The title stands right beside the picture: as its alternative text it would only be read twice.
    alt = "" if image.alt == item.title else image.alt
    return {"src": image.url, "w": image.width, "h": image.height, "alt": alt}
