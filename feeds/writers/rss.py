"""RSS 2.0 (rssboard.org specification and best practices profile)."""

from __future__ import annotations

from lxml.etree import SubElement, _Element

from feeds.text import rfc822, rfc3339
from feeds.writers.generator import ATOM, CHANNELPRESS, DC, MEDIA, XML_LANG, generator_for
from syndication import ItemImage, SyndicatedItem, ViewModel

MEDIA_TYPE = "application/rss+xml"


def write_rss(view: ViewModel) -> bytes:
    """The sifted view as RSS 2.0; equal views give equal bytes."""
    document: bytes = generator_for(view, MEDIA_TYPE, _repair_channel, _repair_item).rss_str()
    return document


def _repair_channel(rss: _Element, view: ViewModel) -> None:
    rss.set(XML_LANG, view.locale)
    channel = rss[0]
    _text(channel, "lastBuildDate", rfc822(view.updated_at))
    _text(channel, f"{{{DC}}}publisher", view.slots.partner_name)


def _repair_item(item: _Element, source: SyndicatedItem) -> None:
    item.set(XML_LANG, source.locale)
    if source.author:
        _text(item, f"{{{DC}}}creator", source.author)  # <author> would have to be a mail address
    _text(item, f"{{{DC}}}language", source.locale)
    _text(item, "pubDate", rfc822(source.published_at))
    _text(item, f"{{{ATOM}}}updated", rfc3339(source.updated_at))
    if source.image:
        _put_image(item, source.image)
    _text(item, f"{{{CHANNELPRESS}}}asset", source.asset_id)
    _text(item, f"{{{CHANNELPRESS}}}revision", str(source.revision))
    _text(item, f"{{{CHANNELPRESS}}}type", source.content_type)


def _put_image(item: _Element, image: ItemImage) -> None:
    """One enclosure (readers take one) with its true length (required, so none without it), and the same picture as Media RSS with its words.

    media:content stands alone: a media:group with a single member is not valid.
    """
    if image.length > 0:
        SubElement(item, "enclosure", url=image.url, length=str(image.length), type=image.media_type)
    picture = SubElement(item, f"{{{MEDIA}}}content", url=image.url, type=image.media_type, medium="image")
    for name, size in (("fileSize", image.length), ("width", image.width), ("height", image.height)):
        if size > 0:
            picture.set(name, str(size))
    if image.alt:
        _text(picture, f"{{{MEDIA}}}description", image.alt).set("type", "plain")


def _text(parent: _Element, name: str, value: str) -> _Element:
    element = SubElement(parent, name)
    element.text = value
    return element
