"""What visitors see of the widget: items, layouts, languages, themes, and nothing jumping."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.embed_widget.play import LINK, WATCH_SHIFTS, Play, axe_source, open_chromium, performance
from tests.embed_widget.stage import OTHER_PLACEMENT, PLACEMENT

pytestmark = pytest.mark.browser
ADD_ONE = """plc => {
    const div = document.createElement("div");
    div.dataset.channelpress = plc;
    div.dataset.lang = "ja";
    document.body.append(div);
}"""
TEXT = "<p>What the partner writes itself.</p>"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def play(chromium: Browser) -> Iterator[Play]:
    with performance(chromium) as found:
        yield found


def test_a_visitor_reads_and_follows_the_items(play: Play) -> None:
    tab = play.visit(TEXT + play.snippet() + TEXT)
    links = tab.get_by_role("region", name="From Velorin Energy").get_by_role("list").get_by_role("listitem").get_by_role("link")
    assert links.count() >= 4
    first = links.first
    assert first.inner_text() == "Where a retrofit pays back first: the plant room"
    assert f"/c/{PLACEMENT}/" in (first.get_attribute("href") or "")
    assert not tab.get_by_text(LINK).is_visible()
    first.click()
    tab.wait_for_url("**/c/**")
    assert play.errors == []


def test_it_is_usable_by_keyboard_alone(play: Play) -> None:
    tab = play.visit(play.snippet())
    focused = "document.activeElement.shadowRoot.activeElement.textContent"
    tab.keyboard.press("Tab")
    assert tab.evaluate(focused).startswith("Where a retrofit")
    tab.keyboard.press("Tab")
    assert tab.evaluate(focused).startswith("Velorin Gateway 4")
    outline = "getComputedStyle(document.activeElement.shadowRoot.activeElement, '::after').outlineStyle"
    assert tab.evaluate(outline) == "solid"
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/c/**")


def test_pictures_take_no_priority_and_no_space_by_surprise(play: Play) -> None:
    tab = play.visit(play.snippet())
    seen = play.widget(tab).locator("img").first.evaluate("i => [i.getAttribute('width'), i.getAttribute('height'), i.alt, i.loading, i.decoding]")
    assert seen == ["1200", "628", "", "lazy", "async"]


@pytest.mark.parametrize(("layout", "own", "columns"), [("cards", None, 3), ("list", None, 1), ("cards", "list", 1)])
def test_the_layout_of_the_snippet_wins_over_the_placement(play: Play, layout: str, own: str | None, columns: int) -> None:
    play.hub.overrides["layout"] = layout
    html = play.snippet(own or layout)
    tab = play.visit(html if own else html.replace(f'data-layout="{layout}"', ""), width=1000)
    starts = play.widget(tab).locator("li:not([hidden])").evaluate_all("all => new Set(all.map(li => li.getBoundingClientRect().x)).size")
    assert starts == columns


def test_narrow_places_get_rows_instead_of_cards(play: Play) -> None:
    tab = play.visit(f'<div id="aside">{play.snippet("cards")}</div>', head="<style>#aside{width:300px}</style>")
    assert play.widget(tab).locator("li").first.evaluate("li => getComputedStyle(li).flexDirection") == "row"
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_host_that_shrinks_to_its_content_still_shows_something(play: Play) -> None:
    tab = play.visit(f"<main>{play.snippet()}</main>", head="<style>main{display:flex}</style>")
    box = play.widget(tab).bounding_box()
    assert box is not None
    assert box["width"] >= 200


def test_arabic_runs_from_right_to_left_on_any_page(play: Play) -> None:
    tab = play.visit(TEXT + play.snippet(locale="ar"))
    widget = play.widget(tab)
    assert widget.evaluate("s => [s.lang, s.dir, getComputedStyle(s).direction]") == ["ar", "rtl", "rtl"]
    row = widget.locator("li").first
    assert row.evaluate("li => li.querySelector('img').getBoundingClientRect().right < li.querySelector('a').getBoundingClientRect().right")
    assert f"/embed/{PLACEMENT}/ar.json" in play.hub.asked


def test_an_item_in_another_language_says_so(play: Play) -> None:
    items = [{"id": "ast_1", "title": "English text", "href": "https://hub.example/c", "lang": "en", "dir": "ltr"}]
    play.hub.overrides["items"] = items
    tab = play.visit(play.snippet(locale="ar"))
    row = play.widget(tab).locator("li").first
    assert row.evaluate("li => [li.lang, getComputedStyle(li).direction]") == ["", "rtl"], "the row stays in line with the others"
    assert row.locator("div").evaluate("text => [text.lang, text.dir]") == ["en", "ltr"]


@pytest.mark.parametrize(
    ("theme", "scheme", "dark"), [("dark", "light", True), ("light", "dark", False), ("auto", "dark", True), ("auto", "light", False)]
)
def test_themes(play: Play, theme: str, scheme: str, dark: bool) -> None:
    tab = play.visit(play.snippet(attributes=f'data-theme="{theme}"'), scheme=scheme)
    background = play.widget(tab).evaluate("s => getComputedStyle(s).backgroundColor")
    assert background == ("rgb(23, 25, 29)" if dark else "rgb(255, 255, 255)")


def test_without_a_theme_it_wears_what_the_page_wears(play: Play) -> None:
    style = "<style>body{font:18px/1.4 Georgia,serif;color:#123456;background:#fedcba}</style>"
    tab = play.visit(play.snippet(), head=style, scheme="dark")
    looks = play.widget(tab).evaluate("s => { const c = getComputedStyle(s); return [c.fontFamily, c.fontSize, c.color, c.backgroundColor] }")
    assert looks == ["Georgia, serif", "18px", "rgb(18, 52, 86)", "rgba(0, 0, 0, 0)"]


def test_host_pages_may_restyle_it(play: Play) -> None:
    style = "<style>[data-channelpress]{--cp-accent:rgb(200,0,0)} [data-channelpress]::part(title){font-size:40px}</style>"
    tab = play.visit(play.snippet(), head=style)
    widget = play.widget(tab)
    assert widget.locator("h2").evaluate("h => getComputedStyle(h).fontSize") == "40px"
    assert widget.locator("footer a").evaluate("a => getComputedStyle(a).color") == "rgb(200, 0, 0)"


@pytest.mark.parametrize("layout", ["list", "cards"])
@pytest.mark.parametrize("width", [320, 768, 1200])
@pytest.mark.parametrize("delay_s", [0.0, 0.6])
def test_nothing_jumps(play: Play, layout: str, width: int, delay_s: float) -> None:
    play.hub.delay_s = delay_s
    tab = play.visit(TEXT + play.snippet(layout, "de") + TEXT * 9, width=width, init=WATCH_SHIFTS)
    tab.wait_for_load_state("networkidle")
    assert tab.evaluate("__shift") <= 0.005
    assert _overflow(tab) == []


def test_unused_space_below_the_fold_is_given_back(play: Play) -> None:
    play.hub.overrides["items"] = [{"id": "ast_1", "title": "Only one", "href": "https://hub.example/c"}]
    far_down = '<div style="height:1000px"></div>'
    tab = play.visit(far_down + play.snippet() + TEXT, init=WATCH_SHIFTS)
    box = play.widget(tab).bounding_box()
    assert box is not None
    assert box["height"] < 300
    assert tab.evaluate("__shift") == 0


def test_what_does_not_fit_is_not_there_for_anybody(play: Play) -> None:
    tab = play.visit(play.snippet(reserved_em=22))
    rows = play.widget(tab).locator("li")
    assert rows.count() == 8
    assert 1 <= rows.locator("visible=true").count() <= 3
    assert play.widget(tab).get_by_role("listitem").count() == rows.locator("visible=true").count()
    tab.set_viewport_size({"width": 320, "height": 800})
    tab.wait_for_timeout(200)
    assert _overflow(tab) == []


def test_without_reserved_space_everything_is_shown(play: Play) -> None:
    tab = play.visit(play.snippet(reserved_em=0))
    assert play.widget(tab).locator("li:visible").count() == 8


def test_several_on_one_page_and_late_ones(play: Play) -> None:
    far_down = '<div style="height:3000px"></div>'
    both = play.snippet(locale="de") + far_down + play.snippet(locale="ar", placement=OTHER_PLACEMENT)
    tab = play.visit(both)
    assert not any("/ar.json" in path for path in play.hub.asked), "below the fold nothing is fetched"
    tab.evaluate("scrollTo(0, 9e9)")
    play.widget(tab, 1).wait_for()
    tab.evaluate(ADD_ONE, PLACEMENT)
    play.widget(tab, 2).wait_for()
    assert [path for path in play.hub.asked if path.endswith(".json")] == [
        f"/embed/{PLACEMENT}/de.json",
        f"/embed/{OTHER_PLACEMENT}/ar.json",
        f"/embed/{PLACEMENT}/ja.json",
    ]


def test_paper_gets_everything_unclipped(play: Play) -> None:
    tab = play.visit(play.snippet("cards"))
    tab.emulate_media(media="print")
    assert _overflow(tab) == []


@pytest.mark.parametrize("locale", ["en", "ar"])
@pytest.mark.parametrize("layout", ["list", "cards"])
@pytest.mark.parametrize("theme", ["", 'data-theme="dark"'])
def test_axe_finds_nothing(play: Play, layout: str, locale: str, theme: str) -> None:
    tab = play.visit(f"<main><h1>Partner</h1>{play.snippet(layout, locale, attributes=theme)}</main>")
    tab.wait_for_load_state("networkidle")
    tab.evaluate(axe_source())
    found = tab.evaluate("axe.run().then(result => result.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
    assert found == []


def _overflow(tab: Page) -> list[str]:
    """Parts of visible items that stick out of the widget's box."""
    return tab.evaluate(
        """() => [...document.querySelectorAll("[data-channelpress]")].flatMap(host => {
            const section = host.shadowRoot.querySelector("section"), box = section.getBoundingClientRect();
            return [...section.querySelectorAll("li:not([hidden]), footer")]
                .filter(part => part.getBoundingClientRect().bottom > box.bottom + 1 || part.getBoundingClientRect().right > box.right + 1)
                .map(part => part.textContent.slice(0, 40));
        })"""
    )
