"""RSS 2.0, RSS 1.0 and Atom files, read by feedparser. No address in a feed is visited."""

from __future__ import annotations

import calendar
import hashlib
import io
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from html import escape
from typing import Any
from xml.sax import SAXParseException

import feedparser

from core.gates import safe_url
from core.i18n import gettext as _
from syndication.importing.dates import read_date
from syndication.importing.entries import Entry, FeedFacts
from syndication.importing.model import Report, Unusable

_START = re.compile(rb"<(?:[\w-]+:)?(item|entry)[\s>/]", re.IGNORECASE)
# What feedparser lets escape from impossible encoding names, dates and nests, found by trying.
_GIVES_UP = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
_FORBIDDEN = re.compile(rb"<!ENTITY", re.IGNORECASE)


def read_xml(data: bytes, report: Report) -> tuple[FeedFacts, list[Entry]]:
    """Facts and entries of one feed; raises Unusable when it is none."""
    entity = _FORBIDDEN.search(data)
    if entity:
        line = data.count(b"\n", 0, entity.start()) + 1
        raise Unusable("feed_unreadable", _("The feed declares XML entities, which are not read: remove them."), line)
    parsed = _parsed(data)
    if parsed.get("bozo"):
        _report_broken(parsed, report)
    if not parsed.get("version") and not parsed.entries:
        raise Unusable("not_a_feed", _("This is neither RSS nor Atom: choose the feed's own file."), 1)
    feed = parsed.feed
    facts = FeedFacts(
        language=feed.get("language") or feed.get("title_detail", {}).get("language"),
        base_url=safe_url(str(feed.get("link") or "")),
        author=feed.get("author"),
    )
    lines = [data.count(b"\n", 0, found.start()) + 1 for found in _START.finditer(data)]
    matching = len(lines) == len(parsed.entries)
    return facts, [_entry(raw, lines[index] if matching else None) for index, raw in enumerate(parsed.entries)]


def _parsed(data: bytes) -> Any:
    try:
        # A stream, never the bytes: feedparser would try them as an address or a file name.
        return feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=True)
    except _GIVES_UP:
        raise Unusable("feed_unreadable", _("The feed cannot be read: check its encoding and its first line."), 1) from None


def _report_broken(parsed: Mapping[str, Any], report: Report) -> None:
    error = parsed.get("bozo_exception")
    if isinstance(error, feedparser.CharacterEncodingOverride):
        return
    line = error.getLineNumber() if isinstance(error, SAXParseException) else None
    if not parsed["entries"]:
        raise Unusable("feed_unreadable", _("The feed is not well-formed XML: correct it at this line."), line)
    text = _("The feed is not well-formed XML; what could be read was taken. Correct it at this line.")
    report.add("warning", "feed_broken", text, line)


def _entry(raw: Any, line: int | None) -> Entry:
    contents = raw.get("content") or []
    best = next((part for part in contents if part.get("type") != "text/plain"), contents[0] if contents else None)
    summary = raw.get("summary_detail") or {}
    body = best or summary
    value = str(body.get("value") or "")
    pictures = [part.get("url") or part.get("href") for part in _pictures(raw)]
    return Entry(
        line=line,
        key=str(raw.get("id") or raw.get("link") or hashlib.sha256(value.encode()).hexdigest()),
        title=_as_html(raw.get("title_detail") or {}),
        summary=_as_html(summary) if best else "",
        body=_as_html(body),
        link=raw.get("link"),
        author=raw.get("author"),
        language=body.get("language") or (raw.get("title_detail") or {}).get("language"),
        published_on=_day(raw),
        tags=tuple(str(tag.term) for tag in raw.get("tags") or [] if tag.get("term")),
        image=next((str(picture) for picture in pictures if picture), None),
        raw=value,
    )


def _as_html(detail: Mapping[str, Any]) -> str:
    value = str(detail.get("value") or "")
    return escape(value, quote=False) if detail.get("type") == "text/plain" and "<p" not in value else value


def _pictures(raw: Any) -> list[Mapping[str, Any]]:
    linked = [part for part in raw.get("links") or [] if part.get("rel") == "enclosure"]
    pictured = [part for part in linked if str(part.get("type", "")).startswith("image/")]
    media = [part for part in raw.get("media_content") or [] if part.get("medium", "image") == "image"]
    return [*pictured, *media, *(raw.get("media_thumbnail") or [])]


def _day(raw: Any) -> date | str | None:
    """The day; the text itself when it is no date, for the report; None when there is none."""
    # dict.get: feedparser's own get answers "published" for a missing "updated", with a warning.
    written = dict.get(raw, "published") or dict.get(raw, "updated")
    if not written:
        return None
    try:
        return read_date(str(written))
    except (ValueError, TypeError):
        # Names of months in other languages and the like: feedparser knows more spellings.
        parsed = dict.get(raw, "published_parsed") or dict.get(raw, "updated_parsed")
        iso = re.match(r"\s*\d{4}-\d\d-\d\d", str(written))
        rfc = re.match(r"\s*(\w{3},\s*)?\d{1,2} [A-Z][a-z]{2} \d{4}", str(written))
        if parsed is None or iso or rfc:
            return str(written)
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC).date()
