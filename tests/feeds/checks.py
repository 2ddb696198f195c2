"""The checks every public feed must pass, one function for each format: a list of what is wrong, empty when nothing is.

They stand on feedparser, the RELAX NG schema of RFC 4287, a JSON Feed 1.1 schema, the rules of RSS 2.0 and the findings of
this project, and know nothing of the code that writes the feeds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
from lxml import etree

from tests.feeds import content_rules as rule
from tests.feeds import rss_rules

SCHEMAS = Path(__file__).parent / "schemas"
ATOM = "{http://www.w3.org/2005/Atom}"
CP = "{urn:channelpress:feed:1}"
XML_LANG = rss_rules.XML_LANG


def check_rss(document: bytes) -> list[str]:
    """What is wrong with this RSS 2.0 document."""
    found = list(rule.whole(document))
    root = _parsed(document)
    if isinstance(root, str):
        return [*found, root]
    found += rss_rules.problems(root)
    return found + list(_feedparser(document, "rss20", len(root.findall(".//item"))))


def check_atom(document: bytes) -> list[str]:
    """What is wrong with this Atom document."""
    found = list(rule.whole(document))
    root = _parsed(document)
    if isinstance(root, str):
        return [*found, root]
    schema = _atom_schema()
    if not schema.validate(root):
        found += [f"RFC 4287, line {error.line}: {error.message}" for error in schema.error_log]
    found += _atom_feed(root)
    return found + list(_feedparser(document, "atom10", len(root.findall(f"{ATOM}entry"))))


def check_json(document: bytes) -> list[str]:
    """What is wrong with this JSON Feed."""
    found = list(rule.whole(document))
    try:
        feed = json.loads(document)
    except ValueError as problem:
        return [*found, f"not JSON: {problem}"]
    errors = sorted(_json_schema().iter_errors(feed), key=lambda error: list(map(str, error.path)))
    found += [f"JSON Feed 1.1, {error.json_path}: {error.message[:200]}" for error in errors]
    return found if errors else found + list(_json_feed(feed))


CHECKS = {"rss": check_rss, "atom": check_atom, "json": check_json}


def _parsed(document: bytes) -> Any:
    """The root element, or the words of the parser that refused."""
    try:
        return etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError as problem:
        return f"not well-formed: {problem}"


@lru_cache(maxsize=1)
def _atom_schema() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(SCHEMAS / "atom.rng"))


@lru_cache(maxsize=1)
def _json_schema() -> jsonschema.Draft202012Validator:
    schema = json.loads((SCHEMAS / "jsonfeed-1.1.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def _feedparser(document: bytes, version: str, count: int) -> Iterator[str]:
    """An independent reader must see the same feed without stumbling."""
    feed = feedparser.parse(document)
    if feed.bozo:
        yield f"feedparser: {feed.get('bozo_exception')}"
    if feed.version != version:
        yield f"feedparser: takes it for {feed.version!r}"
    if len(feed.entries) != count:
        yield f"feedparser: sees {len(feed.entries)} of {count} items"


def _atom_feed(root: etree._Element) -> Iterator[str]:
    if root.tag != f"{ATOM}feed":
        yield f"root: {root.tag} is not an Atom feed"
        return
    yield from rule.language("feed xml:lang", root.get(XML_LANG))
    yield from rule.plain("feed title", root.findtext(f"{ATOM}title"), markup=False)
    yield from rule.rfc3339_date("feed updated", root.findtext(f"{ATOM}updated"))
    identity = root.findtext(f"{ATOM}id") or ""
    if not identity.startswith("urn:") or "utm_" in identity:
        yield f"feed id: {identity!r} is not a permanent name"
    yield from _atom_feed_links(root)
    entries = root.findall(f"{ATOM}entry")
    yield from rule.unique("entry id", [entry.findtext(f"{ATOM}id") for entry in entries])
    named = root.find(f"{ATOM}author") is not None
    for number, entry in enumerate(entries):
        # The second Schematron rule of RFC 4287; the first follows from it, the third is in _atom_entry.
        if not named and entry.find(f"{ATOM}author") is None:
            yield f"entry {number}: neither it nor the feed has an author"
        yield from _atom_entry(entry, f"entry {number}")


def _atom_feed_links(root: etree._Element) -> Iterator[str]:
    links = root.findall(f"{ATOM}link")
    for wanted, media_type in (("self", "application/atom+xml"), ("alternate", "text/html")):
        found = [link for link in links if link.get("rel", "alternate") == wanted]
        if len(found) != 1:
            yield f"feed: {len(found)} links rel={wanted} instead of one"
        for link in found:
            yield from rule.address(f"feed link {wanted}", link.get("href"))
            if link.get("type") != media_type:
                yield f"feed link {wanted}: type is {link.get('type')!r}"


def _atom_entry(entry: etree._Element, name: str) -> Iterator[str]:
    yield from rule.permanent_id(f"{name} id", entry.findtext(f"{ATOM}id"))
    yield from rule.plain(f"{name} title", entry.findtext(f"{ATOM}title"), markup=False)
    yield from rule.plain(f"{name} summary", entry.findtext(f"{ATOM}summary"))
    yield from rule.language(f"{name} xml:lang", entry.get(XML_LANG))
    for part in ("updated", "published"):
        yield from rule.rfc3339_date(f"{name} {part}", entry.findtext(f"{ATOM}{part}"))
    alternates = [link for link in entry.findall(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"]
    if len(alternates) != 1:
        yield f"{name}: {len(alternates)} alternate links instead of one"
    for link in entry.findall(f"{ATOM}link"):
        yield from rule.address(f"{name} link", link.get("href"))
    for link in alternates:
        yield from rule.tracked(f"{name} link", link.get("href") or "")
    content = entry.find(f"{ATOM}content")
    if content is None or content.get("type") != "html":
        yield f"{name}: has no content of type html"
    else:
        yield from rule.html(f"{name} content", content.text)
    if not rule.TYPE_ID.fullmatch(entry.findtext(f"{CP}asset") or ""):
        yield f"{name}: cp:asset is not the TypeID of an asset"


def _json_feed(feed: dict[str, Any]) -> Iterator[str]:
    for key in ("home_page_url", "feed_url"):
        yield from rule.address(key, feed.get(key))
    yield from rule.language("language", feed.get("language"))
    yield from rule.plain("title", feed["title"], markup=False)
    yield from rule.unique("item id", [item["id"] for item in feed["items"]])
    for number, item in enumerate(feed["items"]):
        yield from _json_item(item, f"item {number}")


def _json_item(item: dict[str, Any], name: str) -> Iterator[str]:
    yield from rule.permanent_id(f"{name} id", item["id"])
    yield from rule.plain(f"{name} title", item.get("title"), markup=False)
    yield from rule.plain(f"{name} summary", item.get("summary"))
    yield from rule.language(f"{name} language", item.get("language"))
    yield from rule.address(f"{name} url", item.get("url"))
    yield from rule.tracked(f"{name} url", item.get("url") or "")
    yield from rule.html(f"{name} content_html", item.get("content_html"))
    for key in ("date_published", "date_modified"):
        yield from rule.rfc3339_date(f"{name} {key}", item.get(key))
    if not rule.TYPE_ID.fullmatch(str(item.get("_channelpress", {}).get("asset"))):
        yield f"{name}: _channelpress.asset is not the TypeID of an asset"
