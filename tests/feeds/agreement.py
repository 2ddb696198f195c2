"""The three formats of one feed, read by an independent parser, must say the same."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import feedparser


@dataclass(frozen=True)
class Seen:
    """What a reader takes from one item, whatever the format."""

    identity: str
    title: str
    link: str
    published: datetime
    updated: datetime
    language: str
    summary: str
    enclosure: str | None
    tags: tuple[str, ...]


def check_agreement(rss: bytes, atom: bytes, json_feed: bytes) -> list[str]:
    """Where the formats of one feed differ in ids, titles, links, dates, languages, summaries, enclosures or tags."""
    views = {"rss": _by_feedparser(rss), "atom": _by_feedparser(atom), "json": _by_json(json_feed)}
    found = []
    for name in ("rss", "atom"):
        if len(views[name]) != len(views["json"]):
            found.append(f"{name} has {len(views[name])} items, json {len(views['json'])}")
        for number, (one, other) in enumerate(zip(views[name], views["json"], strict=False)):
            found += [
                f"item {number}: {field} is {getattr(one, field)!r} in {name}, {getattr(other, field)!r} in json"
                for field in Seen.__dataclass_fields__
                if getattr(one, field) != getattr(other, field)
            ]
    return found


def _by_feedparser(document: bytes) -> list[Seen]:
    # The summaries are plain text: without resolving and sanitising, feedparser gives them as they stand.
    entries = feedparser.parse(document, sanitize_html=False, resolve_relative_uris=False).entries
    return [
        Seen(
            identity=entry.id,
            title=entry.title,
            link=entry.link,
            published=_moment(entry.published_parsed),
            updated=_moment(entry.updated_parsed),
            language=entry.title_detail.language,
            summary=entry.summary,
            enclosure=next((link.href for link in entry.get("enclosures", [])), None),
            tags=tuple(tag.term for tag in entry.get("tags", [])),
        )
        for entry in entries
    ]


def _moment(parsed: Any) -> datetime:
    return datetime(*parsed[:6], tzinfo=UTC)


def _by_json(document: bytes) -> list[Seen]:
    return [
        Seen(
            identity=item["id"],
            title=item["title"],
            link=item["url"],
            published=datetime.fromisoformat(item["date_published"]),
            updated=datetime.fromisoformat(item["date_modified"]),
            language=item["language"],
            summary=item["summary"],
            enclosure=next((attachment["url"] for attachment in item.get("attachments", [])), None),
            tags=tuple(item.get("tags", [])),
        )
        for item in json.loads(document)["items"]
    ]
