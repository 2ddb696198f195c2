"""RSS, Atom and JSON Feed files, as other programmes write them and as they break."""

from __future__ import annotations

import json
from datetime import date

import pytest

from syndication.importing import ImportBatch, read_feed
from tests.syndication.importing.making import ARABIC, ENGLISH, GERMAN, codes

RSS = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Velorin</title><link>https://velorin.example/</link><description>d</description><language>de</language>
<item><title>Zähler &amp; Gateways</title><link>https://velorin.example/a</link><guid isPermaLink="false">urn:a</guid>
<description>Kurz &lt;b&gt;gesagt&lt;/b&gt;.</description><dc:creator>Ann Bell</dc:creator><category>energy</category>
<pubDate>Sat, 31 Jan 2026 08:00:00 GMT</pubDate>
<content:encoded><![CDATA[<p>{GERMAN} <a href="/b">b</a></p><script>alert(1)</script><img src="https://x.example/t.png">
{{{{< figure >}}}}]]></content:encoded>
<enclosure url="https://velorin.example/a.jpg" type="image/jpeg" length="1"/></item>
<item><title>Ohne Datum</title><guid>urn:b</guid><description>&lt;p&gt;{GERMAN}&lt;/p&gt;</description></item>
<item><title>Falsches Datum</title><guid>urn:c</guid><description>{GERMAN}</description><pubDate>Mon, 30 Feb 2026 08:00:00 GMT</pubDate></item>
</channel></rss>
"""
ATOM = f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Velorin</title><id>urn:f</id><updated>2026-02-01T00:00:00Z</updated>
<author><name>Velorin Energy</name></author><link href="https://velorin.example/"/>
<entry><title type="html">The &lt;em&gt;gateway&lt;/em&gt;</title><id>urn:a</id><updated>2026-02-01T00:00:00Z</updated>
<published>2026-01-31T23:00:00+01:00</published><link href="https://velorin.example/a"/><summary>Short</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{ENGLISH}</p></div></content></entry>
<entry xml:lang="ar"><title type="text">if a &lt; b</title><id>urn:b</id><updated>2026-02-01T00:00:00Z</updated>
<content type="html">&lt;p&gt;{ARABIC}&lt;/p&gt;</content></entry>
<entry><title>x</title><id>urn:c</id><updated>2026-02-30T00:00:00Z</updated><content type="text">{ENGLISH}</content></entry>
</feed>
"""
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Velorin",
    "home_page_url": "https://velorin.example/",
    "language": "en",
    "authors": [{"name": "Velorin Energy"}],
    "items": [
        {
            "id": "a",
            "title": "A < B",
            "content_html": f"<p>{ENGLISH}<script>1</script> <a href='/x'>x</a></p>",
            "date_published": "2026-01-31T08:00:00Z",
        },
        {"id": 7, "content_text": f"{ENGLISH}\n\nif a < b", "tags": ["energy", 1], "image": "/a.png", "language": "en-GB"},
        {"title": "no id", "content_text": "x"},
        {"id": "d", "title": "D", "content_text": ENGLISH, "date_published": "2026-02-30T08:00:00Z"},
        "no object",
    ],
}


def errors(batch: ImportBatch) -> list[tuple[str, int | None]]:
    return [(issue.code, issue.line) for issue in batch.issues if issue.severity == "error"]


def test_rss_entries_become_items() -> None:
    batch = read_feed(RSS.encode(), "news.xml")
    first, second = batch.items
    assert (first.title, first.group, first.external_key, first.locale) == ("Zähler & Gateways", "urn:a", "urn:a/de", "de")
    assert (first.summary, first.author, first.tags, first.published_on) == ("Kurz gesagt.", "Ann Bell", ("energy",), date(2026, 1, 31))
    assert first.body_html == f'<p>{GERMAN} <a href="https://velorin.example/b">b</a></p>'
    assert first.remote_images == ("https://velorin.example/a.jpg", "https://x.example/t.png")
    assert (first.measured_language, first.direction, first.source_url) == ("de", "ltr", "https://velorin.example/a")
    assert second.body_html == f"<p>{GERMAN}</p>"
    assert (second.published_on, second.summary_derived) == (None, True)
    assert "date_missing" in codes(batch.issues)


def test_a_date_that_does_not_exist_stops_only_its_entry_and_names_its_line() -> None:
    assert errors(read_feed(RSS.encode(), "news.xml")) == [("date_invalid", 11)]
    assert errors(read_feed(ATOM.encode(), "news.atom")) == [("date_invalid", 9)]


def test_atom_entries_become_items() -> None:
    batch = read_feed(ATOM.encode(), "news.atom")
    first, second = batch.items
    assert (first.title, first.summary, first.author, first.published_on) == ("The gateway", "Short", "Velorin Energy", date(2026, 1, 31))
    assert ENGLISH in first.body_html
    assert (second.title, second.locale, second.direction, second.measured_language) == ("if a < b", "ar", "rtl", "ar")


def test_json_feed_entries_become_items() -> None:
    data = json.dumps(JSON_FEED, indent=1).encode()
    batch = read_feed(data, "feed.json")
    first, second = batch.items
    assert (first.title, first.author, first.published_on) == ("A < B", "Velorin Energy", date(2026, 1, 31))
    assert first.body_html == f'<p>{ENGLISH} <a href="https://velorin.example/x">x</a></p>'
    assert (second.group, second.locale, second.tags) == ("7", "en-GB", ("energy",))
    assert second.body_html == f"<p>{ENGLISH}</p><p>if a &lt; b</p>"
    assert second.title == "The gateway collects the readings of every meter in the building and sends…"
    assert second.remote_images == ("https://velorin.example/a.png",)
    found = errors(batch)
    assert [code for code, _line in found] == ["id_missing", "id_missing", "date_invalid"]
    assert '"id": "d"' in data.decode().splitlines()[(found[2][1] or 0) - 1]


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", "not_a_feed", 1),
        (b"<html><body>x</body></html>", "not_a_feed", 1),
        (b"plain text", "feed_unreadable", None),
        (b'<?xml version="1.0"?>\n<rss version="2.0"><channel>\n<item></rss>', "empty", 3),
        (b'<!DOCTYPE rss [\n<!ENTITY a "b">]><rss version="2.0"><channel/></rss>', "feed_unreadable", 2),
        (b'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss version="2.0"/>', "feed_unreadable", 1),
        (b'<?xml version="1.0" encoding="u\xc5"?><rss version="2.0"/>', "feed_unreadable", 1),
        (b'<?xml version="1.0" encoding="a\x00b"?><rss version="2.0"/>', "feed_unreadable", 1),
        (b'{\n"version": x}', "feed_unreadable", 2),
        (b'{"version": "2"}', "not_a_feed", 1),
        (b"[1, 2]", "not_a_feed", 1),
        (b'{"version": "https://jsonfeed.org/version/1"}', "feed_unreadable", 1),
        (b"[" * 100_000, "feed_unreadable", 1),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [\xff]}', "feed_unreadable", 1),
    ],
)
def test_what_is_no_feed_is_refused_with_its_line(data: bytes, code: str, line: int | None) -> None:
    batch = read_feed(data, "feed")
    assert batch.items == []
    (found,) = errors(batch)
    assert found[0] in (code, "not_a_feed")
    assert line is None or found[1] == line


def test_of_a_feed_that_is_cut_off_the_rest_is_taken_and_the_line_reported() -> None:
    cut = RSS[: RSS.index("<item><title>Falsches")] + "<item><title>Half"
    batch = read_feed(cut.encode(), "news.xml")
    assert {item.group for item in batch.items} >= {"urn:a", "urn:b"}
    assert any(issue.code == "feed_broken" and issue.line for issue in batch.issues)


def test_other_encodings_are_read_as_the_feed_declares_them() -> None:
    latin = RSS.replace("UTF-8", "ISO-8859-1").encode("latin-1")
    assert read_feed(latin, "news.xml").items[0].title == "Zähler & Gateways"


def test_a_feed_is_never_taken_for_a_file_name() -> None:
    assert read_feed(b"/etc/passwd", "x").items == []
    assert read_feed(b"https://velorin.example/", "x").items == []
