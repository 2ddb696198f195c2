"""Feeds: the way out for feed readers, content management systems and people without JavaScript.

Owns the writers of RSS 2.0, Atom and JSON Feed, the public addresses below `/feeds/` and the HTML preview of
a placement. Refuses to own what stands in a feed (syndication decides) and how bytes are cached and compressed
(`core.public_reads`).
"""

from core.registry import Registry
from feeds.addresses import feed_path, page_path
from feeds.formats import FILE_NAMES, FORMATS
from feeds.rules import Problem, sift

__all__ = ["FILE_NAMES", "FORMATS", "Problem", "feed_path", "page_path", "register", "sift"]


def register(registry: Registry) -> None:
    """Puts the formats on syndication's shelf, says how to read the addresses below /feeds/, adds the public views."""
    from feeds.addresses import PREFIX, read_address
    from feeds.views import bp
    from syndication import register_addresses, register_format

    for fmt in FORMATS:
        register_format(fmt)
    register_addresses(PREFIX, read_address)
    registry.blueprint(bp)
