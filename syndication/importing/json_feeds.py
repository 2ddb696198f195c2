"""JSON Feed 1.0 and 1.1 (jsonfeed.org), read as it stands in the specification."""

from __future__ import annotations

import json
from datetime import date
from html import escape
from typing import Any

from core.gates import safe_url
from core.i18n import gettext as _
from syndication.importing.dates import read_date
from syndication.importing.decoding import decode
from syndication.importing.entries import Entry, FeedFacts
from syndication.importing.model import Report, Unusable

VERSION = "https://jsonfeed.org/version/1"


def is_json_feed(data: bytes) -> bool:
    """A JSON file that says so itself; other JSON in a folder is no content."""
    return b"jsonfeed.org/version/" in data[:2000].replace(b"\\/", b"/")


def read_json(data: bytes, report: Report) -> tuple[FeedFacts, list[Entry]]:
    """Facts and entries of one feed; raises Unusable when it is none."""
    text = decode(data, report)
    try:
        feed = json.loads(text)
    except json.JSONDecodeError as error:
        raise Unusable("feed_unreadable", _("The file is not valid JSON: correct it at this line."), error.lineno) from None
    except RecursionError:
        raise Unusable("feed_unreadable", _("The file is not valid JSON: it is nested too deeply."), 1) from None
    if not isinstance(feed, dict) or not str(feed.get("version", "")).startswith(VERSION):
        raise Unusable("not_a_feed", _("This is not a JSON Feed: “version” has to name jsonfeed.org/version/1.1."), 1)
    items = feed.get("items")
    if not isinstance(items, list):
        raise Unusable("feed_unreadable", _("items: the feed has no list of items."), 1)
    facts = FeedFacts(_text(feed, "language"), safe_url(_text(feed, "home_page_url") or ""), _author(feed))
    entries = []
    for number, item in enumerate(items, start=1):
        key = _key(item)
        if key is None:
            report.add("error", "id_missing", _("items: entry %(number)s has no id: give it one.", number=number))
            continue
        entries.append(_entry(item, key, _line_of(text, key)))
    return facts, entries


def _key(item: object) -> str | None:
    """JSON Feed: ids are strings, but a number has to be read as one."""
    found = item.get("id") if isinstance(item, dict) else None
    usable = isinstance(found, str | int | float) and not isinstance(found, bool)
    return str(found).strip() or None if usable else None


def _line_of(text: str, key: str) -> int | None:
    position = max(text.find(json.dumps(key)), text.find(json.dumps(key, ensure_ascii=False)))
    return text.count("\n", 0, position) + 1 if position >= 0 else None


def _entry(item: dict[str, Any], key: str, line: int | None) -> Entry:
    html = _text(item, "content_html")
    plain = _text(item, "content_text") or ""
    paragraphs = "".join(f"<p>{escape(part, quote=False)}</p>" for part in plain.split("\n\n") if part.strip())
    tags = item.get("tags")
    return Entry(
        line=line,
        key=key,
        title=escape(_text(item, "title") or "", quote=False),
        summary=escape(_text(item, "summary") or "", quote=False),
        body=html or paragraphs,
        link=_text(item, "url") or _text(item, "external_url"),
        author=_author(item),
        language=_text(item, "language"),
        published_on=_day(_text(item, "date_published")),
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        image=_text(item, "image") or _text(item, "banner_image"),
        raw=html or plain,
    )


def _text(holder: dict[str, Any], name: str) -> str | None:
    found = holder.get(name)
    return found if isinstance(found, str) and found.strip() else None


def _author(holder: dict[str, Any]) -> str | None:
    authors = holder.get("authors")
    listed = authors if isinstance(authors, list) else [holder.get("author")]
    names = [name for author in listed if isinstance(author, dict) and (name := _text(author, "name"))]
    return ", ".join(names) or None


def _day(written: str | None) -> date | str | None:
    if written is None:
        return None
    try:
        return read_date(written)
    except (ValueError, TypeError):
        return written
