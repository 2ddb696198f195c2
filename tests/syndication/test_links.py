"""Links: the worked case of measures.md and the laws that hold for every link."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndication.links import belongs_to, item_link, tag_link, utm_parameters, utm_value

UTM = utm_parameters(source="Kestrel", campaign="2026-Q1_dach_retrofit", content="ast_1:plc_1:a", term="de")
_word = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_characters="#?&=/\\[]@:%"), min_size=1, max_size=12)
_pairs = st.lists(st.tuples(_word, _word), max_size=5)
_fragment = st.one_of(st.just(""), _word.map(lambda word: "#" + word))


def _link(pairs: list[tuple[str, str]], fragment: str) -> str:
    query = "&".join(f"{key}={value}" for key, value in pairs)
    return "https://partner.example/p%C3%A4ge" + ("?" + query if query else "") + fragment


def test_the_case_utm_01_of_the_measures() -> None:
    given_utm = {
        "utm_source": "partner-nordwind",
        "utm_medium": "syndication",
        "utm_campaign": "2026-q2_launch",
        "utm_content": "widget:hero",
        "utm_id": "c-17",
        "utm_source_platform": "channelpress",
    }
    tagged = tag_link("https://partner.example/p%C3%A4ge?x=1&utm_source=old#sec", given_utm)
    parts = urlsplit(tagged)
    assert parts.path == "/p%C3%A4ge" and parts.fragment == "sec"
    assert parse_qsl(parts.query) == [("x", "1"), *given_utm.items()]


@pytest.mark.parametrize(
    "link", ["mailto:pia@kestrel.example", "tel:+49401234", "#kapitel-2", "", "/relative", "javascript:1", "//host/path", "http://[bad"]
)
def test_what_is_no_web_link_stays_untouched(link: str) -> None:
    assert tag_link(link, UTM) == link


@given(_pairs, _fragment)
def test_tagging_twice_is_tagging_once(pairs: list[tuple[str, str]], fragment: str) -> None:
    once = tag_link(_link(pairs, fragment), UTM)
    assert tag_link(once, UTM) == once


@given(_pairs, _fragment)
def test_foreign_parameters_path_and_fragment_survive(pairs: list[tuple[str, str]], fragment: str) -> None:
    tagged = tag_link(_link(pairs, fragment), UTM)
    address, _, rest = tagged.partition("?")
    query, hash_mark, kept_fragment = rest.partition("#")
    assert address == "https://partner.example/p%C3%A4ge"
    assert hash_mark + kept_fragment == fragment
    foreign = [pair for pair in query.split("&") if not pair.startswith("utm_")]
    assert foreign == [f"{key}={value}" for key, value in pairs if not key.lower().startswith("utm_")]


@given(_pairs, _fragment)
def test_own_parameters_stand_exactly_once(pairs: list[tuple[str, str]], fragment: str) -> None:
    stale = [("utm_source", "old"), ("UTM_Medium", "syndication"), *pairs]
    keys = [pair.partition("=")[0].lower() for pair in urlsplit(tag_link(_link(stale, fragment), UTM)).query.split("&")]
    assert all(keys.count(key) == 1 for key in UTM)


def test_a_medium_that_counts_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="utm_medium"):
        utm_parameters(source="kestrel", campaign="x", content="y", medium="syndication")


@given(st.text(max_size=200))
def test_values_follow_the_naming_rule(text: str) -> None:
    value = utm_value(text)
    assert len(value) <= 100 and value == value.lower() and set(value) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_:.")
    assert utm_value(value) == value


def test_the_link_of_an_item_names_placement_asset_and_campaign() -> None:
    link = item_link("https://hub.example", "ast_1", "de", placement="plc_1", source="kestrel", campaign="2026-q1_dach_retrofit")
    assert link == (
        "https://hub.example/c/plc_1/ast_1/de?utm_source=kestrel&utm_medium=referral&utm_campaign=2026-q1_dach_retrofit"
        "&utm_content=ast_1:plc_1:a&utm_source_platform=channelpress"
    )


def test_only_the_vendors_own_hosts_count_as_vendor_pages() -> None:
    hosts = ("velorin.example",)
    assert belongs_to("https://docs.velorin.example/x", hosts)
    assert not belongs_to("https://notvelorin.example/x", hosts)
    assert not belongs_to("mailto:nora@velorin.example", hosts)
