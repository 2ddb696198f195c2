"""The three formats as this room puts them on syndication's shelf."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from feeds import writers
from feeds.rules import sift
from feeds.text import escape_json, escape_xml
from feeds.writers import atom, json_feed, rss
from syndication import ViewFormat, ViewModel

log = logging.getLogger("feeds")

#: File name in the public address, by format name.
FILE_NAMES: Final = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}


def _reporting(name: str, write: Callable[[ViewModel], bytes]) -> Callable[[ViewModel], bytes]:
    """The writer, naming every item that it had to leave out or repair."""

    def render(view: ViewModel) -> bytes:
        for problem in sift(view).problems:
            log.warning(
                "feed %s of %s (%s): item %s: %s%s",
                name,
                view.collection_id,
                view.locale,
                problem.asset_id,
                problem.flaw,
                ", left out" if problem.left_out else "",
            )
        return write(view)

    return render


FORMATS: Final = (
    ViewFormat("rss", f"{rss.MEDIA_TYPE}; charset=utf-8", _reporting("rss", writers.write_rss), escape_xml),
    ViewFormat("atom", f"{atom.MEDIA_TYPE}; charset=utf-8", _reporting("atom", writers.write_atom), escape_xml),
    ViewFormat("json", f"{json_feed.MEDIA_TYPE}; charset=utf-8", _reporting("json", writers.write_json_feed), escape_json),
)
