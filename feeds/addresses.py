"""The feed addresses: `/feeds/<plc>/rss.xml`, and `/feeds/<plc>/<locale>/rss.xml` for another language of the placement."""

from __future__ import annotations

import re

from core.i18n import normalise_locale
from feeds.formats import FILE_NAMES
from syndication import PublicAddress

PREFIX = "/feeds/"
_FORMATS = {file_name: name for name, file_name in FILE_NAMES.items()}
_ADDRESS = re.compile(r"/feeds/(plc_[0-7][0-9a-hjkmnp-tv-z]{25})(?:/([A-Za-z0-9-]{2,35}))?/(rss\.xml|atom\.xml|feed\.json)\Z")


def read_address(path: str) -> PublicAddress | None:
    """What a feed address asks for; None for any other.

    A language tag counts only in its usual case (`de-AT`): a reader stores the address for years, so there is one for each feed.
    """
    found = _ADDRESS.match(path)
    if found is None:
        return None
    placement, tag, file_name = found.groups()
    if tag is not None and not _is_usual(tag):
        return None
    name = _FORMATS[file_name]
    return PublicAddress(placement, name, tag, cors=name == "json")


def feed_path(placement_id: str, name: str, locale: str | None = None) -> str:
    """The path of a format of a placement, `locale` None for the placement's own language."""
    return page_path(placement_id, locale) + FILE_NAMES[name]


def page_path(placement_id: str, locale: str | None = None) -> str:
    """The path of the HTML preview, which is also where the feeds of this language lie."""
    return f"{PREFIX}{placement_id}/{locale}/" if locale else f"{PREFIX}{placement_id}/"


def _is_usual(tag: str) -> bool:
    try:
        return normalise_locale(tag) == tag
    except ValueError:
        return False
