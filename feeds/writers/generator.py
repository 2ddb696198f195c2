"""feedgen, filled from a view: what RSS and Atom share, and the hooks through which both are repaired."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml.etree import _Element

from feeds.text import to_the_second
from feeds.writers.body import content_html
from syndication import SyndicatedItem, ViewModel

DC = "http://purl.org/dc/elements/1.1/"
MEDIA = "http://search.yahoo.com/mrss/"
ATOM = "http://www.w3.org/2005/Atom"
#: Our own fields in the XML formats: `asset` (TypeID), `revision`, `type`.
CHANNELPRESS = "urn:channelpress:feed:1"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

FeedRepair = Callable[[_Element, ViewModel], None]
EntryRepair = Callable[[_Element, SyndicatedItem], None]


class QuietGenerator(FeedGenerator):  # type: ignore[misc]
    """feedgen without its wish to say "now": the build date is written by the repair, from the view.

    feedgen would also format that date by switching the locale of the whole process for a moment, which is
    not safe with several threads; with nothing to format it does not.
    """

    def updated(self, updated: datetime | None = None) -> datetime:
        """Atom's `updated`; the build date of RSS, which feedgen ties to it and defaults to now, stays empty."""
        moment: datetime = super().updated(updated)
        self._FeedGenerator__rss_lastBuildDate = None
        return moment


class RepairFeed(BaseExtension):  # type: ignore[misc]
    """Hands the finished feed element to the format's repair, before the entries are put in."""

    def __init__(self) -> None:
        """feedgen builds extensions without arguments; view and repair are set right after."""
        self.view: ViewModel
        self.repair: FeedRepair
        self.namespaces: dict[str, str]

    def extend_ns(self) -> dict[str, str]:
        """Prefixes declared once, at the root."""
        return self.namespaces

    def extend_rss(self, feed: _Element) -> _Element:
        """feedgen's hook for RSS."""
        self.repair(feed, self.view)
        return feed

    def extend_atom(self, feed: _Element) -> _Element:
        """feedgen's hook for Atom."""
        self.repair(feed, self.view)
        return feed


class RepairEntry(BaseEntryExtension):  # type: ignore[misc]
    """Hands the finished item or entry element to the format's repair."""

    def __init__(self) -> None:
        """Set right after `add_entry`."""
        self.item: SyndicatedItem
        self.repair: EntryRepair

    def extend_rss(self, entry: _Element) -> _Element:
        """feedgen's hook for RSS."""
        self.repair(entry, self.item)
        return entry

    def extend_atom(self, entry: _Element) -> _Element:
        """feedgen's hook for Atom."""
        self.repair(entry, self.item)
        return entry


def generator_for(view: ViewModel, media_type: str, feed: FeedRepair, entry: EntryRepair) -> QuietGenerator:
    """A generator holding the sifted view, in the view's order.

    No version in the generator's name: a new release must not change the bytes of unchanged content.
    """
    made = QuietGenerator()
    made.register_extension("channelpress", RepairFeed, RepairEntry)
    made.channelpress.view, made.channelpress.repair = view, feed
    made.channelpress.namespaces = {"dc": DC, "media": MEDIA, "cp": CHANNELPRESS}
    made.id(feed_id(view))
    made.title(view.title)
    made.description(view.description)
    made.language(view.locale)
    made.generator("Channelpress")
    made.docs("https://www.rssboard.org/rss-specification")
    made.updated(to_the_second(view.updated_at))
    made.author({"name": view.slots.partner_name, "uri": view.home_url})
    made.link(href=view.self_url, rel="self", type=media_type)
    # The last link set becomes the channel's link in RSS, so the page comes last.
    made.link(href=view.home_url, rel="alternate", type="text/html", hreflang=view.locale)
    for item in view.items:
        _add(made, item, view, entry)
    return made


def feed_id(view: ViewModel) -> str:
    """Permanent id of a placement's feed in one language; independent of the address it is served at."""
    return f"urn:channelpress:feed:{view.slots.placement}:{view.locale}"


def _add(made: QuietGenerator, item: SyndicatedItem, view: ViewModel, repair: EntryRepair) -> None:
    entry = made.add_entry(order="append")  # the default prepends and would turn the list round
    entry.channelpress.item, entry.channelpress.repair = item, repair
    entry.id(item.guid)
    entry.title(item.title)
    entry.updated(to_the_second(item.updated_at))
    entry.link(href=item.link, rel="alternate")
    # Order matters: with a summary feedgen writes the HTML to content:encoded, without one to description.
    entry.summary(item.summary)
    entry.content(content_html(item, view), type="html")
    entry.category([{"term": tag, "label": tag} for tag in item.tags])
