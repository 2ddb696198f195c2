"""Three writers of one neutral view: RSS 2.0 and Atom through feedgen with repairs, JSON Feed 1.1 by ourselves."""

from feeds.writers.atom import write_atom
from feeds.writers.json_feed import write_json_feed
from feeds.writers.rss import write_rss

__all__ = ["write_atom", "write_json_feed", "write_rss"]
