"""The three formats as this room puts them on syndication's shelf."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from feeds.rules import Sifted, sift
from feeds.text import escape_json, escape_xml
from feeds.writers import atom, json_feed, rss
from syndication import ViewFormat, ViewModel

log = logging.getLogger("feeds")

#: File name in the public address, by format name.
FILE_NAMES: Final = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}


def _sifting(write: Callable[[ViewModel], bytes], *, reporting: bool = False) -> Callable[[ViewModel], bytes]:
    """A writer that gets only what can be written. All three sift alike, so one of them reports for all."""

    def render(view: ViewModel) -> bytes:
        sifted = sift(view)
        if reporting:
            _report(sifted)
        return write(sifted.view)

    return render


def _report(sifted: Sifted) -> None:
    """Name every item that had to be left out or repaired, so that an operator finds it."""
    view = sifted.view
    for problem in sifted.problems:
        level = logging.WARNING if problem.left_out else logging.INFO
        outcome = "left out" if problem.left_out else "repaired"
        log.log(level, "feed of %s (%s): item %s %s: %s", view.collection_id, view.locale, problem.asset_id, outcome, problem.flaw)


FORMATS: Final = (
    ViewFormat("rss", f"{rss.MEDIA_TYPE}; charset=utf-8", _sifting(rss.write_rss, reporting=True), escape_xml),
    ViewFormat("atom", f"{atom.MEDIA_TYPE}; charset=utf-8", _sifting(atom.write_atom), escape_xml),
    ViewFormat("json", f"{json_feed.MEDIA_TYPE}; charset=utf-8", _sifting(json_feed.write_json_feed), escape_json),
)
