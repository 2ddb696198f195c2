"""Compiled views: cut at placeholders, filled by one join, equal for equal content."""

from __future__ import annotations

import json
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndication.rendering import Slots, compile_view, fill_token, guid_of, pack, unpack
from syndication.rendering.body import outgoing_body

_pieces = st.lists(st.one_of(st.binary(max_size=20), st.sampled_from(["placement", "source", "guid7", "contact"])), max_size=12)


def _rendered(slots: Slots, pieces: list[bytes | str]) -> bytes:
    return b"".join(slots.named(piece).encode() if isinstance(piece, str) else piece for piece in pieces)


@given(_pieces)
def test_filling_equals_replacing(pieces: list[bytes | str]) -> None:
    values = {"placement": b"P" * 30, "source": b"kestrel", "guid7": b"urn:uuid:7", "contact": "Grüße".encode()}
    view = compile_view(_rendered(Slots.fresh(), pieces), Slots.fresh())
    assert view.names == ()
    slots = Slots.fresh()
    view = compile_view(_rendered(slots, pieces), slots)
    expected = b"".join(values[piece] if isinstance(piece, str) else piece for piece in pieces)
    assert view.fill(values) == expected
    assert unpack(pack(view)) == view


def test_two_renders_of_the_same_content_are_equal() -> None:
    views = [compile_view(f"<a href='{slots.placement}'>".encode(), slots) for slots in (Slots.fresh(), Slots.fresh())]
    assert views[0] == views[1]
    assert views[0].etag("t") == views[1].etag("t")


def test_placeholders_survive_quoting_xml_and_json() -> None:
    slots = Slots.fresh()
    for name in (slots.placement, slots.partner_id, slots.self_url, slots.guid(12), slots.layout, slots.contact):
        assert quote(name, safe="") == escape(name) == json.dumps(name)[1:-1] == name


def test_a_slot_without_a_value_is_no_document() -> None:
    slots = Slots.fresh()
    with pytest.raises(KeyError):
        compile_view(slots.source.encode(), slots).fill({})


def test_the_token_differs_with_every_value() -> None:
    assert fill_token({"source": b"a", "contact": b""}) != fill_token({"source": b"", "contact": b"a"})


def test_a_guid_differs_by_asset_language_and_partner_and_stays() -> None:
    base = guid_of("ast_1", "de", "prt_1")
    assert base == guid_of("ast_1", "de", "prt_1") and base.startswith("urn:uuid:")
    assert len({base, guid_of("ast_2", "de", "prt_1"), guid_of("ast_1", "ar", "prt_1"), guid_of("ast_1", "de", "prt_2")}) == 4


def test_a_body_leaves_with_absolute_addresses_and_tagged_links() -> None:
    links = '<a href="/p/x">x</a> <a href="#n">n</a> <a href="mailto:a@b.example">m</a>'
    body = f'<p dir="rtl">A &amp; B {links}<img src="/media/1.png" srcset="/media/1.png 1x, /media/2.png 2x"/></p>'
    out = outgoing_body(body, "https://hub.example", lambda link: link + "?t" if link.startswith("https:") else link)
    assert 'href="https://hub.example/p/x?t"' in out
    assert 'href="#n"' in out and 'href="mailto:a@b.example"' in out
    assert 'src="https://hub.example/media/1.png"' in out
    assert 'srcset="https://hub.example/media/1.png 1x, https://hub.example/media/2.png 2x"' in out
    assert "A &amp; B" in out
