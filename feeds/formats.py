"""The three formats as this room puts them on syndication's shelf."""

from __future__ import annotations

import logging
from typing import Final

from feeds import writers
from feeds.rules import sift
from feeds.text import escape_json, escape_xml
from feeds.writers import atom, json_feed, rss
from syndication import ViewFormat, ViewModel

log = logging.getLogger("feeds")

#: File name in the public address, by format name.
FILE_NAMES: Final = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}


def _report(view: ViewModel) -> None:
    """Name every item that had to be left out or repaired, so that an operator finds it."""
    for problem in sift(view).problems:
        level = logging.WARNING if problem.left_out else logging.INFO
        outcome = "left out" if problem.left_out else "repaired"
        log.log(level, "feed of %s (%s): item %s %s: %s", view.collection_id, view.locale, problem.asset_id, outcome, problem.flaw)


def _reporting_rss(view: ViewModel) -> bytes:
    """RSS, with the report: all three formats sift alike, so one of them says it for all."""
    _report(view)
    return writers.write_rss(view)


FORMATS: Final = (
    ViewFormat("rss", f"{rss.MEDIA_TYPE}; charset=utf-8", _reporting_rss, escape_xml),
    ViewFormat("atom", f"{atom.MEDIA_TYPE}; charset=utf-8", writers.write_atom, escape_xml),
    ViewFormat("json", f"{json_feed.MEDIA_TYPE}; charset=utf-8", writers.write_json_feed, escape_json),
)
