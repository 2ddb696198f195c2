"""Atom 1.0 (RFC 4287)."""

from __future__ import annotations

from lxml.etree import SubElement, _Element

from feeds.text import to_the_second
from feeds.writers.generator import CHANNELPRESS, XML_LANG, generator_for
from syndication import SyndicatedItem, ViewModel

MEDIA_TYPE = "application/atom+xml"


def write_atom(view: ViewModel) -> bytes:
    """The sifted view as Atom 1.0; equal views give equal bytes."""
    document: bytes = generator_for(view, MEDIA_TYPE, _repair_feed, _repair_entry).atom_str()
    return document


def _repair_feed(feed: _Element, view: ViewModel) -> None:
    feed.set(XML_LANG, view.locale)


def _repair_entry(entry: _Element, source: SyndicatedItem) -> None:
    entry.set(XML_LANG, source.locale)
    _repair_links(entry, source)
    if source.author:
        SubElement(SubElement(entry, "author"), "name").text = source.author
    SubElement(entry, "published").text = to_the_second(source.published_at).isoformat()
    for name, value in (("asset", source.asset_id), ("revision", str(source.revision)), ("type", source.content_type)):
        SubElement(entry, f"{{{CHANNELPRESS}}}{name}").text = value


def _repair_links(entry: _Element, source: SyndicatedItem) -> None:
    """feedgen writes entry links without rel, type and length, so each would be an alternate: write them anew."""
    for broken in entry.findall("link"):
        entry.remove(broken)
    SubElement(entry, "link", rel="alternate", type="text/html", hreflang=source.locale, href=source.link)
    if source.image and source.image.length > 0:
        link = SubElement(entry, "link", rel="enclosure", type=source.image.media_type, href=source.image.url)
        link.set("length", str(source.image.length))
        if source.image.alt:
            link.set("title", source.image.alt)
