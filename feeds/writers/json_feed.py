"""JSON Feed 1.1 (jsonfeed.org/version/1.1), written by ourselves: feedgen has none."""

from __future__ import annotations

import json
from typing import Any

from feeds.text import rfc3339
from feeds.writers.body import content_html
from syndication import ItemImage, SyndicatedItem, ViewModel

MEDIA_TYPE = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"


def write_json_feed(view: ViewModel) -> bytes:
    """The sifted view as JSON Feed 1.1; equal views give equal bytes."""
    document = {
        "version": VERSION,
        "title": view.title,
        "home_page_url": view.home_url,
        "feed_url": view.self_url,
        "description": view.description,
        "language": view.locale,
        "authors": [{"name": view.slots.partner_name, "url": view.home_url}],
        "_channelpress": {"placement": view.slots.placement, "updated": rfc3339(view.updated_at)},
        "items": [_item(item, view) for item in view.items],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"


def _item(item: SyndicatedItem, view: ViewModel) -> dict[str, Any]:
    written: dict[str, Any] = {
        "id": item.guid,
        "url": item.link,
        "title": item.title,
        "summary": item.summary,
        "content_html": content_html(item, view),
        "date_published": rfc3339(item.published_at),
        "date_modified": rfc3339(item.updated_at),
        "language": item.locale,
    }
    if item.author:
        written["authors"] = [{"name": item.author}]
    if item.tags:
        written["tags"] = list(item.tags)
    if item.image:
        written["image"] = item.image.url
        if item.image.length > 0:
            written["attachments"] = [_attachment(item.image)]
    written["_channelpress"] = {"asset": item.asset_id, "revision": item.revision, "type": item.content_type}
    return written


def _attachment(image: ItemImage) -> dict[str, Any]:
    attachment: dict[str, Any] = {"url": image.url, "mime_type": image.media_type}
    if image.alt:
        attachment["title"] = image.alt
    return attachment | {"size_in_bytes": image.length}
