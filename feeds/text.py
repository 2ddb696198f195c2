"""Text and dates on their way into a feed: what must hold so that no reader stumbles."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime
from email.utils import format_datetime

from bs4 import BeautifulSoup

# Everything outside `Char` of XML 1.0 (section 2.2), lone surrogates included, plus the C1 controls: no text
# needs them, and one of them costs the whole feed (lxml refuses the string, strict parsers the document).
_NOT_SENDABLE = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_END = re.compile(r"\r\n?")


def sendable(text: str) -> str:
    """The text without characters that XML 1.0 or UTF-8 cannot carry, line ends as LF."""
    return _NOT_SENDABLE.sub("", _LINE_END.sub("\n", text))


def is_sendable(text: str) -> bool:
    """Whether `sendable` would have to remove something."""
    return _NOT_SENDABLE.search(_LINE_END.sub("\n", text)) is None


def one_line(text: str) -> str:
    """A title or a name: one line, single spaces."""
    return " ".join(sendable(text).split())


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
