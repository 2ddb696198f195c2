"""The findings about feeds, each by name: what feedgen or real readers get wrong and ours must get right."""

from __future__ import annotations

import json
import locale as process_locale
import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from lxml import etree

from feeds import FORMATS
from feeds.text import escape_json, escape_xml, excerpt, one_line, rfc822, rfc3339, sendable
from syndication import compile_view
from tests.feeds.making import CHANGED_AT, HUB, SLOTS, a_view, an_image, an_item, filled, format_of, values_for
from tests.feeds.rss_rules import NAMESPACES

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def _xml(name: str, **changes: object) -> etree._Element:
    return etree.fromstring(filled(replace(a_view("de", 4), **changes), format_of(name)))


def _json(**changes: object) -> dict:
    return json.loads(filled(replace(a_view("de", 4), **changes), format_of("json")))


def test_an_entry_link_keeps_rel_type_and_length() -> None:
    links = _xml("atom").find(f"{ATOM}entry").findall(f"{ATOM}link")
    assert [(link.get("rel"), link.get("type"), link.get("length")) for link in links] == [
        ("alternate", "text/html", None),
        ("enclosure", "image/jpeg", "48213"),
    ]


def test_the_content_type_is_html_and_no_cdata_is_written() -> None:
    assert {content.get("type") for content in _xml("atom").iter(f"{ATOM}content")} == {"html"}
    assert b"CDATA" not in filled(a_view("de"), format_of("rss")) + filled(a_view("de"), format_of("atom"))


def test_no_date_says_now() -> None:
    past = datetime(2001, 2, 3, tzinfo=UTC)
    view = replace(a_view("de", 0), updated_at=past, items=(an_item("de", 0, published_at=past, updated_at=past),))
    for fmt in FORMATS:
        dates = re.findall(r"\d{4}-\d\d-\d\dT[^<\"]+|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [^<]+", filled(view, fmt).decode())
        assert len(dates) >= 3
        assert all(date.startswith(("2001-02-03T00:00:00", "Sat, 03 Feb 2001 00:00:00")) for date in dates)


def test_the_build_date_is_the_last_change_of_the_view_also_when_something_was_removed() -> None:
    removed_at = CHANGED_AT + timedelta(days=3)
    assert _xml("rss", items=(), updated_at=removed_at).findtext("channel/lastBuildDate") == "Thu, 05 Mar 2026 09:00:00 +0000"
    assert _xml("atom", items=(), updated_at=removed_at).findtext(f"{ATOM}updated") == "2026-03-05T09:00:00+00:00"


@pytest.mark.parametrize("name", ["rss", "atom", "json"])
def test_items_keep_the_order_of_the_view(name: str) -> None:
    document = filled(a_view("de", 4), format_of(name)).decode()
    places = [document.index(f"ast_01h45ytscbebyvny4gc8cr000{number}") for number in range(4)]
    assert places == sorted(places)


def test_html_goes_to_content_encoded_and_the_description_stays_plain() -> None:
    item = _xml("rss", items=(an_item("de", 0, summary="", body_html="<p>Ein <b>Zähler</b> &amp; mehr</p>"),)).find("channel/item")
    assert item.findtext("description") == "Ein Zähler & mehr"
    assert item.findtext("content:encoded", None, NAMESPACES).startswith("<p>Ein <b>Zähler</b> &amp; mehr</p>")


def test_one_enclosure_with_its_true_length() -> None:
    items = _xml("rss").findall("channel/item")
    assert [[enclosure.get("length") for enclosure in item.findall("enclosure")] for item in items] == [["48213"], [], ["48213"], []]


def test_a_picture_stands_as_media_content_with_its_words_and_in_no_group() -> None:
    item = _xml("rss").find("channel/item")
    picture = item.find("media:content", NAMESPACES)
    assert (picture.get("medium"), picture.get("width"), picture.get("height"), picture.get("fileSize")) == ("image", "1200", "628", "48213")
    assert picture.findtext("media:description", None, NAMESPACES) == an_image().alt
    assert item.find("media:group", NAMESPACES) is None


def test_the_channel_link_is_the_page_and_self_is_the_slot() -> None:
    channel = _xml("rss").find("channel")
    assert channel.findtext("link").startswith(f"{HUB}/feeds/plc_")
    assert [(link.get("rel"), link.get("href")) for link in channel.findall("atom:link", NAMESPACES)] == [
        ("self", channel.findtext("link") + "x.rss")
    ]
    assert _json()["feed_url"] == channel.findtext("link") + "x.json"


def test_every_entry_names_its_own_language() -> None:
    items = (an_item("de", 0), an_item("en", 1), an_item("ar", 2))
    assert [entry.get(LANG) for entry in _xml("atom", items=items).findall(f"{ATOM}entry")] == ["de", "en", "ar"]
    assert [item.get(LANG) for item in _xml("rss", items=items).iter("item")] == ["de", "en", "ar"]
    assert [item["language"] for item in _json(items=items)["items"]] == ["de", "en", "ar"]


def test_right_to_left_content_says_so_in_its_html() -> None:
    content = _json(items=(an_item("ar", 0),))["items"][0]["content_html"]
    assert content.startswith('<div dir="rtl" lang="ar">')
    assert content.endswith("</div>")


def test_a_guid_is_no_permalink_and_free_of_title_and_utm() -> None:
    before, after = (_xml("rss", items=(an_item("de", 0, title=title),)).find(".//guid") for title in ("Vorher", "Nachher"))
    assert before.get("isPermaLink") == "false"
    assert before.text == after.text
    assert before.text.startswith("urn:uuid:")


def test_guids_differ_by_asset_language_and_partner() -> None:
    fmt = format_of("rss")
    items = (an_item("de", 0), an_item("en", 0, guid=SLOTS.guid(7)), an_item("de", 1))
    view = replace(a_view("de"), items=items)
    compiled = compile_view(fmt.render(view), view.slots)
    guids = [
        guid.text
        for partner in ("prt_01h45ytscbebyvny4gc8cr8ma2", "prt_01h45ytscbebyvny4gc8cr8ma3")
        for guid in etree.fromstring(compiled.fill(values_for(view, fmt, "Kestrel", partner_id=partner))).iter("guid")
    ]
    assert len(set(guids)) == len(guids) == 6


def test_authors_are_names_not_mail_addresses() -> None:
    item = _xml("rss").findall("channel/item")[1]
    assert item.findtext("dc:creator", None, NAMESPACES) == "Cleo Marchetti"
    assert item.find("author") is None


def test_a_title_is_escaped_once() -> None:
    item = an_item("de", 0, title="Strom & Wärme <neu>")
    assert b"<title>Strom &amp; W\xc3\xa4rme &lt;neu&gt;</title>" in filled(replace(a_view("de"), items=(item,)), format_of("rss"))
    assert _json(items=(item,))["items"][0]["title"] == "Strom & Wärme <neu>"


def test_the_asset_rides_along_under_its_own_name() -> None:
    asset = "ast_01h45ytscbebyvny4gc8cr0000"
    assert _xml("rss").find("channel/item").findtext("cp:asset", None, NAMESPACES) == asset
    assert _xml("atom").find(f"{ATOM}entry").findtext("cp:asset", None, NAMESPACES) == asset
    assert _json()["items"][0]["_channelpress"]["asset"] == asset


def test_the_partners_name_and_contact_stand_in_every_format() -> None:
    for fmt in FORMATS:
        document = filled(a_view("de"), fmt, "Kestrel & Söhne", "<p>Rufen Sie an</p>")
        assert "Söhne".encode() in document
        assert b"Rufen Sie an" in document


@pytest.mark.parametrize("name", ["C", "de_DE.UTF-8", ""])
def test_dates_never_ask_the_locale_of_the_process(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> str:
        raise AssertionError("the locale of the process was touched")

    monkeypatch.setattr(process_locale, "setlocale", forbidden)
    for fmt in FORMATS:
        fmt.render(a_view("de"))
    east = timezone(timedelta(hours=9))
    assert rfc822(datetime(2026, 3, 2, 18, 0, tzinfo=east)) == "Mon, 02 Mar 2026 09:00:00 +0000"
    assert rfc3339(datetime(2026, 3, 2, 18, 0, 0, 999, tzinfo=east)) == "2026-03-02T09:00:00Z"


def test_the_bytes_do_not_depend_on_the_random_slots() -> None:
    from syndication import Slots

    for fmt in FORMATS:
        prints = set()
        for nonce in ("0" * 16, "f" * 16):
            document = fmt.render(a_view("de")).replace(b"0123456789abcdef", nonce.encode())
            prints.add(compile_view(document, Slots(nonce)).fingerprint)
        assert len(prints) == 1


def test_a_new_release_changes_no_byte_of_unchanged_content() -> None:
    """The generator is named without a version."""
    assert _xml("atom").findtext(f"{ATOM}generator") == "Channelpress"
    assert _xml("atom").find(f"{ATOM}generator").attrib == {}


@pytest.mark.parametrize("seed", range(5))
def test_random_garbage_never_costs_the_feed(seed: int) -> None:
    from tests.feeds.checks import CHECKS

    dice = random.Random(seed)
    alphabet = [*map(chr, range(0x100)), "\ud800", "\udfff", "\ufffe", "\uffff", "\U0010ffff", "]]>", "<![CDATA[", "&amp;", "<b>", "‮", "😀"]
    words = ["".join(dice.choices(alphabet, k=dice.randrange(80))) for _ in range(4 * 12)]
    items = tuple(
        an_item(
            "en",
            n,
            title=words[4 * n],
            body_html=f"<p>{sendable(words[4 * n + 1]).replace('<', '')}</p>",
            author=words[4 * n + 2],
            tags=(words[4 * n + 3],),
        )
        for n in range(12)
    )
    for name, check in CHECKS.items():
        assert check(filled(a_view("en", 0, items), format_of(name), "Kestrel")) == []


def test_words_are_escaped_for_where_they_will_stand() -> None:
    assert escape_xml('A & "B" <C> \x00\'') == "A &amp; &quot;B&quot; &lt;C&gt; &#x27;"
    assert escape_json('A "B" \\ \n \x00ü') == 'A \\"B\\" \\\\ \\n ü'


def test_an_excerpt_ends_at_a_word() -> None:
    assert excerpt("<p>Ein  <b>Zähler</b></p>") == "Ein Zähler"
    long = excerpt("<p>" + "Wort " * 200 + "</p>")
    assert long.endswith("Wort…")
    assert len(long) <= 281
    assert one_line(" a\r\n\tb ") == "a b"
