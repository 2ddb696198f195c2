"""What the HTML preview shows: read back from the JSON feed, so that page and feeds can never differ."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.i18n import direction


@dataclass(frozen=True, slots=True)
class PreviewItem:
    """One card of the page."""

    title: str
    summary: str
    href: str
    image: str | None
    alt: str
    lang: str
    dir: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Preview:
    """The whole page; `partner` is the name the feed is published under."""

    title: str
    description: str
    partner: str
    lang: str
    dir: str
    items: tuple[PreviewItem, ...]


def preview_of(json_feed: bytes) -> Preview:
    """The page for a feed of ours; trusts its form, because this room wrote it."""
    feed = json.loads(json_feed)
    description = feed["description"] if feed["description"] != feed["title"] else ""
    items = tuple(_item(item) for item in feed["items"])
    return Preview(feed["title"], description, feed["authors"][0]["name"], feed["language"], direction(feed["language"]), items)


def _item(item: dict[str, Any]) -> PreviewItem:
    pictures = [part.get("title", "") for part in item.get("attachments", []) if part["url"] == item.get("image")]
    alt = pictures[0] if pictures else ""
    return PreviewItem(
        title=item["title"],
        summary=item["summary"] if item["summary"] != item["title"] else "",
        href=item["url"],
        image=item.get("image"),
        alt="" if alt == item["title"] else alt,  # the title stands right below: it would only be read twice
        lang=item["language"],
        dir=direction(item["language"]),
        published_at=datetime.fromisoformat(item["date_published"]),
    )
