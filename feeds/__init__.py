"""Feeds: the way out for feed readers, content management systems and people without JavaScript.

Owns the writers of RSS 2.0, Atom and JSON Feed, the public addresses below `/feeds/` and the HTML preview of
a placement. Refuses to own what stands in a feed (syndication decides) and how bytes are cached and compressed
(`core.public_reads`).
"""

from feeds.formats import FILE_NAMES, FORMATS
from feeds.rules import Problem, sift
from feeds.writers import write_atom, write_json_feed, write_rss

__all__ = ["FILE_NAMES", "FORMATS", "Problem", "sift", "write_atom", "write_json_feed", "write_rss"]
