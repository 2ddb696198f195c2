"""RSS 2.0 as the RSS Advisory Board specifies it, with the best practices profile and our own findings on top."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from tests.feeds import content_rules as rule

NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "cp": "urn:channelpress:feed:1",
}
CHANNEL_ONCE = [
    "title",
    "link",
    "description",
    "language",
    "copyright",
    "managingEditor",
    "webMaster",
    "pubDate",
    "lastBuildDate",
    "generator",
    "docs",
    "ttl",
    "image",
]
CHANNEL_MANY = ["category", "item"]
ITEM_ONCE = ["title", "link", "description", "author", "comments", "enclosure", "guid", "pubDate", "source"]
ITEM_MANY = ["category"]
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def problems(root: etree._Element) -> Iterator[str]:
    """Everything that is wrong with this RSS document."""
    if root.tag != "rss" or root.get("version") != "2.0":
        yield f"root: <{root.tag} version={root.get('version')!r}> is not RSS 2.0"
        return
    yield from _namespaces(root)
    channels = root.findall("channel")
    if len(channels) != 1 or len(root) != 1:
        yield "rss: must hold exactly one channel and nothing else"
        return
    yield from rule.language("rss xml:lang", root.get(XML_LANG))
    yield from _channel(channels[0])
    items = channels[0].findall("item")
    yield from rule.unique("guid", [item.findtext("guid") for item in items])
    for number, item in enumerate(items):
        yield from _item(item, f"item {number}")


def _namespaces(root: etree._Element) -> Iterator[str]:
    for element in root.iter(etree.Element):
        for prefix, uri in element.nsmap.items():
            if prefix is not None and NAMESPACES.get(prefix) != uri:
                yield f"namespace: {prefix} is bound to {uri!r}"
        if element.tag.startswith("{") and etree.QName(element).namespace not in NAMESPACES.values():
            yield f"namespace: {element.tag} is in none that we know"


def _channel(channel: etree._Element) -> Iterator[str]:
    yield from _shape(channel, CHANNEL_ONCE, CHANNEL_MANY, "channel")
    yield from rule.plain("channel title", channel.findtext("title"), markup=False)
    yield from rule.plain("channel description", channel.findtext("description"), markup=False)
    yield from rule.address("channel link", channel.findtext("link"))
    yield from rule.language("channel language", channel.findtext("language"))
    yield from rule.rfc822_date("channel lastBuildDate", channel.findtext("lastBuildDate"))
    selfs = [link for link in channel.findall("atom:link", NAMESPACES) if link.get("rel") == "self"]
    if len(selfs) != 1:
        yield f"channel: {len(selfs)} atom:link rel=self instead of one"
    for link in selfs:
        yield from rule.address("channel atom:link self", link.get("href"))
        if link.get("type") != "application/rss+xml":
            yield f"channel atom:link self: type is {link.get('type')!r}"


def _shape(element: etree._Element, once: list[str], many: list[str], name: str) -> Iterator[str]:
    for child in element.iterchildren(etree.Element):
        if not child.tag.startswith("{") and child.tag not in (*once, *many):
            yield f"{name}: <{child.tag}> is not an element of RSS 2.0"
    for tag in once:
        if len(element.findall(tag)) > 1:
            yield f"{name}: <{tag}> stands more than once"


def _item(item: etree._Element, name: str) -> Iterator[str]:
    yield from _shape(item, ITEM_ONCE, ITEM_MANY, name)
    yield from rule.plain(f"{name} title", item.findtext("title"), markup=False)
    yield from rule.plain(f"{name} description", item.findtext("description"), markup=True)
    yield from rule.address(f"{name} link", item.findtext("link"))
    yield from rule.tracked(f"{name} link", item.findtext("link") or "")
    yield from rule.rfc822_date(f"{name} pubDate", item.findtext("pubDate"))
    yield from rule.language(f"{name} xml:lang", item.get(XML_LANG))
    yield from _guid(item, name)
    contents = item.findall("content:encoded", NAMESPACES)
    if len(contents) != 1:
        yield f"{name}: {len(contents)} content:encoded instead of one"
    for content in contents:
        yield from rule.html(f"{name} content:encoded", content.text)
    if item.find("author") is not None:
        yield f"{name}: <author> holds a mail address; names belong into dc:creator"
    if not rule.TYPE_ID.fullmatch(item.findtext("cp:asset", None, NAMESPACES) or ""):
        yield f"{name}: cp:asset is not the TypeID of an asset"
    yield from _pictures(item, name)


def _guid(item: etree._Element, name: str) -> Iterator[str]:
    guid = item.find("guid")
    yield from rule.permanent_id(f"{name} guid", None if guid is None else guid.text)
    if guid is not None and guid.get("isPermaLink") != "false":
        yield f"{name} guid: isPermaLink is {guid.get('isPermaLink')!r}; it is no address"


def _pictures(item: etree._Element, name: str) -> Iterator[str]:
    for enclosure in item.findall("enclosure"):
        yield from rule.address(f"{name} enclosure", enclosure.get("url"))
        if not (enclosure.get("length") or "").isdigit() or enclosure.get("length") == "0":
            yield f"{name} enclosure: length is {enclosure.get('length')!r}"
        if "/" not in (enclosure.get("type") or ""):
            yield f"{name} enclosure: type is {enclosure.get('type')!r}"
    for group in item.findall("media:group", NAMESPACES):
        if len(group.findall("media:content", NAMESPACES)) < 2:
            yield f"{name}: media:group with a single media:content"
    for picture in item.iter(f"{{{NAMESPACES['media']}}}content"):
        yield from rule.address(f"{name} media:content", picture.get("url"))
        if picture.get("medium") not in ("image", "video", "audio", "document", "executable"):
            yield f"{name} media:content: medium is {picture.get('medium')!r}"
