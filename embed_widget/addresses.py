"""The data addresses: `/embed/<plc>.json`, and `/embed/<plc>/<locale>.json` for another language of the placement."""

from __future__ import annotations

import re

from core.i18n import normalise_locale
from embed_widget.payload import FORMAT
from syndication import PublicAddress

PREFIX = "/embed/"
_ADDRESS = re.compile(r"/embed/(plc_[0-7][0-9a-hjkmnp-tv-z]{25})(?:/([A-Za-z0-9-]{2,35}))?\.json\Z")


def read_address(path: str) -> PublicAddress | None:
    """What a data address asks for; None for any other. `de-de` asks for `de-DE`: attributes are written by hand."""
    found = _ADDRESS.match(path)
    if found is None:
        return None
    placement, tag = found.groups()
    try:
        locale = normalise_locale(tag) if tag else None
    except ValueError:
        return None
    return PublicAddress(placement, FORMAT.name, locale, cors=True)
