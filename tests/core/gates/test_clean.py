"""`clean()` under attack, under both engines; and what it has to leave alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jinja2 import Environment

from core.errors import Invalid, TooLarge
from core.gates import CLEAN_VERSION, CleanHtml, clean, clean_text
from core.gates.engines import ENGINES
from tests.core.gates.attacks import ATTACKS
from tests.core.gates.html5 import faults

OWN = "/media/" + "a" * 64 + ".png"
engines = pytest.mark.parametrize("engine", sorted(ENGINES))


@engines
@pytest.mark.parametrize("profile", ["article", "inline", "text"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_leaves_anything_but_listed_html(attack: str, profile: str, engine: str) -> None:
    for wrapped in (attack, f"<p>before {attack} after</p>", f"<table><tr><td>{attack}", f"<ul><li>{attack}<li>x</ul>"):
        cleaned = clean(wrapped, profile, engine=engine)
        assert faults(cleaned, profile) == []
        assert clean(cleaned, profile, engine=engine) == cleaned
        assert "alert(1)" not in cleaned or "<script" not in cleaned.lower()


@engines
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_rule_that_allows_pictures_opens_no_other_door(attack: str, engine: str) -> None:
    cleaned = clean(attack, engine=engine, allow_image=lambda _source: OWN, base="https://velorin.example/a/")
    assert faults(cleaned) == []


SINGLE = "<>/=\"'&;:!-#x \n\t\x00\ufffe\\`"
KNOWN = "<p> </p> <b> </b> <a> <li> <ul> <td> <table> <col> <h1> <ruby> <rt> <br> <pre> <details> <code\tclass=language-a> <font> <center>"
FOREIGN = "<svg> </svg> <math> <style> </style> <template> <select> <title> <noscript> </noscript> <foreignObject> <mtext> <form> </form>"
PARTS = "<a\thref= <img\tsrc= javascript: &#x6a; &colon; \tonx=1 <!-- --> <![CDATA[ ]]> https://a.example/ /media/"
TOKENS = [*SINGLE, *(word for line in (KNOWN, FOREIGN, PARTS) for word in line.split(" "))]
MARKUP = st.lists(st.sampled_from(TOKENS), max_size=30).map("".join)


@engines
@settings(max_examples=150, deadline=None)
@given(html=MARKUP)
@example(html="<a><p><a>")
def test_whatever_comes_in_clean_html_comes_out_and_stays(html: str, engine: str) -> None:
    for profile in ("article", "inline", "text"):
        cleaned = clean(html, profile, engine=engine)
        assert faults(cleaned, profile) == []
        assert clean(cleaned, profile, engine=engine) == cleaned


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_plain_text_survives_as_text(text: str) -> None:
    from html import escape, unescape

    words = unescape(clean(escape(text), "text"))
    assert words == " ".join(clean_text_keeping_overrides(text).split())


def clean_text_keeping_overrides(text: str) -> str:
    from core.gates.characters import legal

    return legal(text)


def test_an_article_keeps_what_makes_it_an_article() -> None:
    article = (
        '<h2>Title</h2>\n<p dir="rtl" lang="ar">نص <a href="https://velorin.example/x?a=1&amp;b=2#c">link</a></p>\n'
        '<ul>\n<li>one</li>\n</ul>\n<pre><code class="language-python">if a &lt; b:\n    pass</code></pre>\n'
        '<table><thead><tr><th scope="col">a</th></tr></thead><tbody><tr><td colspan="2">b</td></tr></tbody></table>\n'
        f'<figure><img alt="A gateway" height="20" src="{OWN}" width="10"><figcaption>c</figcaption></figure>\n'
        '<p><ruby>電<rt>でん</rt></ruby> <a href="mailto:a@velorin.example">mail</a> <a href="tel:+49-40-1234">call</a></p>'
    )
    assert clean(article) == article


def test_headings_of_a_body_stand_below_the_page_title() -> None:
    assert clean("<h1>A</h1><h2>B</h2>") == "<h2>A</h2><h2>B</h2>"


def test_entities_are_decoded_once() -> None:
    assert clean("<p>&amp;lt;b&amp;gt;</p>") == "<p>&amp;lt;b&amp;gt;</p>"


def test_line_ends_are_one_kind() -> None:
    assert clean("<p>a\r\nb\rc</p>") == "<p>a\nb\nc</p>"


def test_relative_links_need_a_base() -> None:
    assert clean("<p><a href='/x'>y</a></p>") == "<p>y</p>"
    assert clean("<p><a href='/x'>y</a></p>", base="https://velorin.example/a/b") == '<p><a href="https://velorin.example/x">y</a></p>'


def test_pictures_come_from_our_own_store_only() -> None:
    asked = []

    def rule(source: str) -> str | None:
        asked.append(source)
        return OWN if source == "images/gateway.png" else None

    html = "<p>a<img src='images/gateway.png' alt='G'><img src='https://evil.example/x.png'></p>"
    assert clean(html, allow_image=rule) == f'<p>a<img alt="G" src="{OWN}"></p>'
    assert asked == ["images/gateway.png", "https://evil.example/x.png"]
    assert clean(html) == "<p>a</p>"


def test_a_rule_cannot_bring_in_a_script_address() -> None:
    assert clean("<img src=x>", allow_image=lambda _source: "javascript:alert(1)") == ""


def test_what_a_dropped_picture_leaves_behind_goes_too() -> None:
    assert clean("<p>a</p>\n<p><img src='https://x.example/a.png'></p>\n<p>b</p>") == "<p>a</p>\n<p>b</p>"


def test_words_of_two_blocks_do_not_grow_together() -> None:
    assert clean("<h2>One</h2><p>two<br>three</p>", "text") == "One two three"


@pytest.mark.parametrize("nest", ["<div>", "<b><p>", "<table><tr><td>", "<blockquote><ul><li>", "<font>"])
def test_a_deep_nest_is_refused_quickly(nest: str) -> None:
    started = time.monotonic()
    with pytest.raises(Invalid) as refusal:
        clean(nest * 5_000)
    assert list(refusal.value.errors) == ["body"]
    assert time.monotonic() - started < 2


def test_a_long_list_without_end_tags_is_no_nest() -> None:
    assert clean("<ul>" + "<li>x" * 1_000 + "</ul>").count("<li>") == 1_000


def test_more_than_the_limit_is_refused() -> None:
    with pytest.raises(TooLarge):
        clean("x" * 500_001)


def test_templates_write_clean_html_as_it_stands_and_nothing_joined_to_it() -> None:
    template = Environment(autoescape=True).from_string("{{ a }}|{{ b }}")
    cleaned = clean("<b>x</b>")
    assert isinstance(cleaned, CleanHtml)
    assert template.render(a=cleaned, b=cleaned + "<i>") == "<b>x</b>|&lt;b&gt;x&lt;/b&gt;&lt;i&gt;"


def test_the_version_of_the_rules_is_known() -> None:
    assert CLEAN_VERSION >= 1


def test_titles_are_one_line_of_legal_text() -> None:
    assert clean_text("  A\x00 <b>\n\tB\u202e c\ufffe  ") == "A <b> B c"
    assert clean_text("e\u0301") == "é"
    assert clean_text("می\u200cخواهم") == "می\u200cخواهم"  # the joiner is spelling in Persian


@pytest.mark.parametrize("separator", [" ", "/", "=''"])
def test_a_tag_with_endless_attributes_is_refused_before_it_is_read(separator: str) -> None:
    began = time.process_time()
    with pytest.raises(Invalid):
        clean("<p " + f"a{separator}" * 80_000 + ">x</p>")
    assert time.process_time() - began < 2


def test_a_picture_written_into_its_tag_is_no_endless_tag() -> None:
    assert clean('<p>x</p><img src="data:image/png;base64,' + ("iVBORw0" * 9 + "/") * 6_000 + '">') == "<p>x</p>"
