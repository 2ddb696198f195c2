"""Text and dates on their way into a feed: what must hold so that no reader stumbles."""

from __future__ import annotations

import html
import json
from datetime import UTC, datetime
from email.utils import format_datetime

from bs4 import BeautifulSoup

from core.gates.characters import FORBIDDEN, clean_text, legal

sendable = legal
"""The text without characters that XML 1.0 or UTF-8 cannot carry, line ends as LF: one of them costs the whole feed."""

one_line = clean_text
"""A title or a name: one line, single spaces."""


def is_sendable(text: str) -> bool:
    """Whether nothing would have to be removed."""
    return FORBIDDEN.search(text) is None


def excerpt(body_html: str, limit: int = 280) -> str:
    """The first words of a body as plain text, for a summary that nobody wrote."""
    start = sendable(body_html[: limit * 40])  # enough for any markup; a megabyte need not be parsed for a sentence
    words = one_line(BeautifulSoup(start, "html.parser").get_text(" "))
    if len(words) <= limit:
        return words
    return words[:limit].rsplit(" ", 1)[0] + "…"


def escape_xml(text: str) -> str:
    """How a word slot's text is written into an XML feed: right in text and in attribute values alike."""
    return html.escape(sendable(text), quote=True)


def escape_json(text: str) -> str:
    """How a word slot's text is written inside a JSON string."""
    return json.dumps(sendable(text), ensure_ascii=False)[1:-1]


def to_the_second(moment: datetime) -> datetime:
    """UTC without fractions: all three formats carry the same moment, and readers compare them as text."""
    return moment.astimezone(UTC).replace(microsecond=0)


def rfc822(moment: datetime) -> str:
    """`Mon, 02 Mar 2026 09:00:00 +0000` (RFC 822 with a four-digit year), never through the process's locale."""
    return format_datetime(to_the_second(moment))


def rfc3339(moment: datetime) -> str:
    """`2026-03-02T09:00:00Z`."""
    return to_the_second(moment).isoformat().replace("+00:00", "Z")
