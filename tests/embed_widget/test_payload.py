"""The data a widget fetches: every key the loader reads, in the right language, filled for one placement."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from embed_widget.payload import FORMAT, MAX_ITEMS, escape, render
from syndication import ItemImage, Slots, SyndicatedItem, ViewModel, compile_view
from tests.embed_widget.stage import PLACEMENT
from tests.embed_widget.stories import stories

PICTURE = ItemImage("https://hub.example/media/ab.jpg", "image/jpeg", 4711, 1200, 628, "A plant room")


def an_item(slots: Slots, **changes: Any) -> SyndicatedItem:
    item = SyndicatedItem(
        asset_id="ast_01kgqc3tvde9h8x9qjq2c6n000",
        revision=3,
        content_type="white_paper",
        locale="en",
        direction="ltr",
        title="Night load",
        summary="A third of the bill",
        body_html="<p>…</p>",
        link=f"https://hub.example/c/{slots.placement}/ast_01kgqc3tvde9h8x9qjq2c6n000/en?utm_source={slots.source}",
        guid=slots.guid(0),
        image=PICTURE,
        author=None,
        tags=(),
        published_at=datetime(2026, 2, 28, 23, 30, tzinfo=UTC),
        updated_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    return replace(item, **changes)


def a_view(*changes: dict[str, Any], **view: Any) -> ViewModel:
    slots = Slots.fresh()
    model = ViewModel(
        collection_id="col_1",
        title="From Velorin Energy",
        description="",
        locale="en",
        direction="ltr",
        hub_url="https://hub.example",
        home_url=f"https://hub.example/feeds/{slots.placement}/",
        self_url=slots.self_url,
        updated_at=datetime(2026, 3, 1, tzinfo=UTC),
        items=tuple(an_item(slots, **change) for change in changes or ({},)),
        slots=slots,
    )
    return replace(model, **view)


def filled(view: ViewModel, **words: str) -> dict[str, Any]:
    """As a visitor of Kestrel's placement gets it."""
    values = {"placement": PLACEMENT, "source": "kestrel", "layout": "cards", "partnername": escape(words.get("partner", "Kestrel GmbH"))}
    compiled = compile_view(render(view), view.slots)
    found: dict[str, Any] = json.loads(compiled.fill({name: value.encode() for name, value in values.items()}))
    return found


def test_the_imitated_hub_of_the_browser_tests_speaks_the_same_language() -> None:
    ours, imitated = filled(a_view()), stories("https://hub.example", PLACEMENT, "en")
    assert ours.keys() == imitated.keys()
    assert ours["items"][0].keys() == imitated["items"][0].keys()
    assert ours["items"][0]["image"].keys() == imitated["items"][0]["image"].keys()


def test_a_placement_finds_its_own_words() -> None:
    data = filled(a_view())
    assert (data["placement"], data["layout"], data["brand"]) == (PLACEMENT, "cards", {"name": "Kestrel GmbH"})
    assert data["more"]["href"] == f"https://hub.example/feeds/{PLACEMENT}/"
    assert data["items"][0]["href"].startswith(f"https://hub.example/c/{PLACEMENT}/ast_")
    assert data["items"][0]["href"].endswith("utm_source=kestrel")


def test_the_day_is_the_day_of_the_programme() -> None:
    """23:30 UTC on 28 February is already March in Berlin."""
    item = filled(a_view())["items"][0]
    assert (item["date"], item["date_label"]) == ("2026-03-01", "Mar 1, 2026")


def test_labels_are_in_the_language_of_the_item() -> None:
    german = {"locale": "de", "direction": "ltr"}
    items = filled(a_view({}, german, locale="de"))["items"]
    assert items[0]["date_label"] == "Mar 1, 2026"
    assert items[1]["date_label"] == "01.03.2026"


def test_an_item_says_its_language_only_where_it_differs() -> None:
    items = filled(a_view({}, {"locale": "ar", "direction": "rtl"}, locale="ar", direction="rtl"))["items"]
    assert (items[0]["lang"], items[0]["dir"]) == ("en", "ltr")
    assert "lang" not in items[1]


def test_a_picture_is_not_read_out_twice() -> None:
    named, titled = a_view(), a_view({"image": replace(PICTURE, alt="Night load")})
    assert filled(named)["items"][0]["image"] == {"src": PICTURE.url, "w": 1200, "h": 628, "alt": "A plant room"}
    assert filled(titled)["items"][0]["image"]["alt"] == ""
    assert filled(a_view({"image": None}))["items"][0]["image"] is None


def test_an_unknown_kind_has_no_label() -> None:
    assert filled(a_view({"content_type": "hologram"}))["items"][0]["type_label"] == ""


def test_long_collections_are_cut() -> None:
    assert len(filled(a_view(*[{"title": str(at)} for at in range(40)]))["items"]) == MAX_ITEMS


def test_equal_views_are_equal_bytes() -> None:
    """ETags survive a restart: only the slots' nonce may differ between two renders."""
    assert compile_view(render(one := a_view()), one.slots) == compile_view(render(two := a_view()), two.slots)


@given(st.text())
def test_no_word_breaks_out_of_its_string(word: str) -> None:
    encodable = word.encode("utf-8", "ignore").decode("utf-8")
    view = a_view({"title": encodable, "summary": encodable})
    data = filled(view, partner=encodable)
    assert data["items"][0]["title"] == encodable
    assert data["brand"]["name"] == encodable


def test_the_format_on_the_shelf() -> None:
    assert (FORMAT.name, FORMAT.media_type) == ("widget", "application/json; charset=utf-8")
