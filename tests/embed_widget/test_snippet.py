"""What a webmaster pastes."""

from __future__ import annotations

from types import SimpleNamespace

from bs4 import BeautifulSoup

from embed_widget import csp_lines, snippet
from tests.embed_widget.stage import PLACEMENT

HUB = "https://hub.velorin.example"


def placed(layout: str = "cards", locale: str = "de") -> SimpleNamespace:
    return SimpleNamespace(id=PLACEMENT, layout=layout, locale=locale)


def test_a_div_a_real_link_and_one_script() -> None:
    soup = BeautifulSoup(snippet(placed(), HUB + "/", "Aktuelles"), "html.parser")
    assert soup.div is not None
    assert soup.div.attrs == {"data-channelpress": PLACEMENT, "data-layout": "cards", "data-lang": "de"}
    assert soup.div.a is not None
    assert (soup.div.a["href"], soup.div.a.text) == (f"{HUB}/feeds/{PLACEMENT}/", "Aktuelles")
    assert soup.script is not None
    assert soup.script.attrs == {"async": "", "src": f"{HUB}/embed/v1.js"}


def test_no_inline_style_no_inline_script_no_custom_element() -> None:
    soup = BeautifulSoup(snippet(placed(), HUB, "Aktuelles"), "html.parser")
    for element in soup.find_all(True):
        assert "-" not in element.name
        assert not any(name == "style" or name.startswith("on") for name in element.attrs)
    assert soup.script is not None
    assert not soup.script.text


def test_words_are_escaped() -> None:
    html = snippet(placed(locale='de" onclick="x'), HUB, 'Neues von <b>"Müller & Söhne"</b>')
    soup = BeautifulSoup(html, "html.parser")
    assert soup.find("b") is None
    assert soup.div is not None
    assert soup.div["data-lang"] == 'de" onclick="x'
    assert soup.div.a is not None
    assert soup.div.a.text == 'Neues von <b>"Müller & Söhne"</b>'


def test_space_is_reserved_by_layout_or_as_told() -> None:
    assert 'height="43em"' in snippet(placed("list"), HUB, "x")
    assert 'height="30em"' in snippet(placed("list"), HUB, "x", reserved_em=30)
    assert "<svg" not in snippet(placed("list"), HUB, "x", reserved_em=0)


def test_the_policy_lines_name_the_origin_only() -> None:
    lines = csp_lines("https://hub.velorin.example:8443/deep/path/")
    assert lines == tuple(f"{name} https://hub.velorin.example:8443" for name in ("script-src", "connect-src", "img-src"))
