"""Broken feeds: each mutation makes one mistake that real feeds make, in a feed that was right before."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

Mutation = Callable[[bytes, Random], bytes]


def _swap(pattern: str, replacement: str) -> Mutation:
    """Replace one occurrence, chosen by the seed."""

    def mutate(document: bytes, random: Random) -> bytes:
        text = document.decode()
        found = random.choice(list(re.finditer(pattern, text, re.S)))
        return (text[: found.start()] + found.expand(replacement) + text[found.end() :]).encode()

    return mutate


def _twice(pattern: str) -> Mutation:
    """Let one value stand for a second item too."""

    def mutate(document: bytes, random: Random) -> bytes:
        text = document.decode()
        first, second = random.sample(list(re.finditer(pattern, text, re.S)), 2)
        return (text[: second.start()] + first[0] + text[second.end() :]).encode()

    return mutate


def _json(change: Callable[[dict[str, Any], dict[str, Any]], None]) -> Mutation:
    """Change the feed or one item, chosen by the seed."""

    def mutate(document: bytes, random: Random) -> bytes:
        feed = json.loads(document)
        change(feed, random.choice(feed["items"]))
        return json.dumps(feed, ensure_ascii=False).encode()

    return mutate


def _cut(document: bytes, random: Random) -> bytes:
    return document[: random.randrange(len(document) // 2, len(document) - 20)]


def _not_utf8(document: bytes, random: Random) -> bytes:
    at = document.index(b"<title>") + 7 if b"<title>" in document else document.index(b'"title":"') + 9
    return document[:at] + b"\xff\xfe" + document[at:]


def _repeat_title(feed: dict[str, Any], item: dict[str, Any]) -> None:
    feed["items"].append(dict(item))


def _set(key: str, value: Any) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    return lambda feed, item: item.__setitem__(key, value)


def _set_feed(key: str, value: Any) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    return lambda feed, item: feed.__setitem__(key, value)


RSS: dict[str, Mutation] = {
    "missing guid": _swap(r"<guid .*?</guid>", ""),
    "guid is a permalink": _swap(r'isPermaLink="false"', 'isPermaLink="true"'),
    "duplicate guid": _twice(r"<guid .*?</guid>"),
    "guid with utm": _swap(r">urn:uuid:[^<]*<", ">https://hub.example/a?utm_source=x<"),
    "bad date": _swap(r"<pubDate>.*?</pubDate>", "<pubDate>Mon, 31 Feb 2026 09:00:00 +0000</pubDate>"),
    "date in German": _swap(r"<pubDate>...", "<pubDate>Mo."),
    "wrong weekday": _swap(r"<pubDate>Mon", "<pubDate>Fri"),
    "relative link": _swap(r"(<item[^>]*><title>.*?</title><link>)https://[^/]+", r"\1"),
    "relative image in content": _swap(r'src="https://[^/]+', 'src="'),
    "relative enclosure": _swap(r'<enclosure url="https://[^/]+', '<enclosure url="'),
    "enclosure without length": _swap(r'(<enclosure [^>]*)length="\d+" ', r"\1"),
    "wrong content namespace": _swap(r"http://purl.org/rss/1.0/modules/content/", "http://purl.org/rss/1.0/modules/content"),
    "wrong media namespace": _swap(r"http://search.yahoo.com/mrss/", "http://search.yahoo.com/mrss"),
    "not well-formed": _swap(r"</item>", "</itm>"),
    "undeclared entity": _swap(r"</description>", "&nbsp;</description>"),
    "control character": _swap(r"</description>", "\x0b</description>"),
    "cut off": _cut,
    "not UTF-8": _not_utf8,
    "escaped twice": _swap(r"(<item[^>]*>.*?)<description>", r"\1<description>Fish &amp;amp; chips "),
    "markup in description": _swap(r"(<item[^>]*>.*?)<description>", r"\1<description>&lt;p&gt;x&lt;/p&gt;"),
    "two enclosed titles": _swap(r"(<item[^>]*><title>.*?</title>)", r"\1<title>Second</title>"),
    "mail author": _swap(r"</guid>", "</guid><author>Cleo</author>"),
    "no self link": _swap(r"<atom:link [^>]*/>", ""),
    "self link relative": _swap(r'<atom:link href="https://[^/]+', '<atom:link href="'),
    "language with underscore": _swap(r"<language>[^<]*", "<language>de_DE"),
    "no channel link": _swap(r"<link>https://[^<]*/feeds/[^<]*</link>", ""),
    "single media:group": _swap(r"(<media:content .*?</media:content>)", r"<media:group>\1</media:group>"),
    "unknown element": _swap(r"</guid>", "</guid><summary>x</summary>"),
    "wrong version": _swap(r'version="2.0"', 'version="2.1"'),
    "unfilled slot": _swap(r"plc_[a-z0-9]{26}", "cps0123456789abcdefplacementz"),
    "utm twice": _swap(r"(<item[^>]*><title>.*?</title><link>[^<]*)", r"\1&amp;utm_source=Other"),
}

ATOM: dict[str, Mutation] = {
    "missing id": _swap(r"(<entry[^>]*>)<id>.*?</id>", r"\1"),
    "duplicate id": _twice(r"<id>urn:uuid:.*?</id>"),
    "missing updated": _swap(r"<updated>.*?</updated>", ""),
    "date without zone": _swap(r"<updated>([^<]*)\+00:00", r"<updated>\1"),
    "impossible date": _swap(r"<published>\d{4}-\d\d", "<published>2026-13"),
    "illegal content type": _swap(r'<content type="html"', '<content type="CDATA"'),
    "second alternate": _swap(r'rel="enclosure" ', ""),
    "relative link": _swap(r'(<link rel="alternate"[^>]*href=")https://[^/]+', r"\1"),
    "wrong namespace": _swap(r"http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"),
    "not well-formed": _swap(r"</entry>", "</entri>"),
    "two titles": _swap(r"(<title>.*?</title>)", r"\1<title>Second</title>"),
    "unknown atom element": _swap(r"</entry>", "<description>x</description></entry>"),
    "nobody wrote it": _swap(r"(<feed.*?)<author>.*?</author>", r"\1"),
    "language with underscore": _swap(r'xml:lang="[^"]*"', 'xml:lang="de_DE"'),
    "no self link": _swap(r'<link [^>]*rel="self"[^>]*/>', ""),
    "script in content": _swap(r'(<content type="html">)', r"\1&lt;script&gt;1&lt;/script&gt;"),
    "relative image in content": _swap(r'src="https://[^/]+', 'src="'),
    "cut off": _cut,
}

JSON: dict[str, Mutation] = {
    "missing id": _json(lambda feed, item: item.pop("id") and None),
    "number as id": _json(_set("id", 7)),
    "duplicate item": _json(_repeat_title),
    "version 1": _json(_set_feed("version", "https://jsonfeed.org/version/1")),
    "version without scheme": _json(_set_feed("version", "1.1")),
    "no items": _json(lambda feed, item: feed.pop("items") and None),
    "relative url": _json(_set("url", "/c/plc/ast")),
    "date without zone": _json(_set("date_published", "2026-03-02T09:00:00")),
    "date that does not exist": _json(_set("date_modified", "2026-02-30T09:00:00Z")),
    "author as text": _json(_set("authors", "Cleo")),
    "tags as text": _json(_set("tags", "energy, meter")),
    "no content": _json(lambda feed, item: item.pop("content_html") and None),
    "content empty": _json(_set("content_html", "")),
    "unknown field": _json(_set("guid", "x")),
    "attachment without type": _json(_set("attachments", [{"url": "https://hub.example/a.jpg"}])),
    "language with underscore": _json(_set("language", "de_DE")),
    "markup in summary": _json(_set("summary", "<p>Text</p>")),
    "relative image in content": _json(_set("content_html", '<p><img src="/media/x.png" alt=""></p>')),
    "event handler in content": _json(_set("content_html", '<p onclick="x()">Text</p>')),
    "cut off": _cut,
    "not UTF-8": _not_utf8,
}
BY_FORMAT = {"rss": RSS, "atom": ATOM, "json": JSON}
