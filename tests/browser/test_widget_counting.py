"""What the widget counts and when it says so: loaded, rendered, viewable, click; few requests, nothing stored."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.embed_widget.play import Play, eventually, open_chromium, performance
from tests.embed_widget.stage import OTHER_PLACEMENT, PLACEMENT

pytestmark = pytest.mark.browser
TALL = '<div style="height:2000px"></div>'
HALF_IN_VIEW = """rows => rows.map(row => row.getBoundingClientRect())
    .filter(box => (Math.min(box.bottom, innerHeight) - box.top) / box.height >= .5).length"""
FIRST = "ast_01kgqc3tvde9h8x9qjq2c6n000"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def play(chromium: Browser) -> Iterator[Play]:
    with performance(chromium) as found:
        yield found


def _flush(play: Play, tab: Page) -> None:
    """Makes the page send what it has counted so far, and waits for its arrival."""
    before = len(play.hub.heard)
    tab.evaluate("dispatchEvent(new Event('pagehide'))")
    eventually(lambda: len(play.hub.heard) > before, within_s=0.4)


def test_one_request_holds_what_a_short_visit_produces(play: Play) -> None:
    tab = play.visit(play.snippet("cards", "de"), path="/produkte/ä b")
    shown = play.widget(tab).locator("li:visible").count()
    tab.wait_for_timeout(2500)
    assert play.hub.heard == [], "nothing is sent while the page is still busy"
    assert eventually(lambda: play.hub.heard, within_s=5)
    (batch,) = play.hub.heard
    assert batch["path"] == "/e"
    assert batch["type"].startswith("application/x-www-form-urlencoded")
    assert (batch["v"], batch["p"], batch["l"], batch["cookie"]) == (1, PLACEMENT, "de", None)
    assert batch["u"] == play.site.origin + "/produkte/%C3%A4%20b"
    kinds = [event[0] for event in batch["e"]]
    assert kinds == ["loaded", "rendered"] + ["viewable"] * shown
    assert len(batch["e"][1][1]) == shown
    play.leave(tab)
    tab.wait_for_timeout(300)
    assert len(play.hub.heard) == 1, "nothing new, nothing sent"
    assert "OPTIONS /e" not in play.hub.asked


def test_leaving_early_sends_what_there_is(play: Play) -> None:
    tab = play.visit(play.snippet())
    play.leave(tab)
    assert eventually(lambda: play.hub.heard)
    assert [event[0] for event in play.hub.heard[0]["e"]] == ["loaded", "rendered"]


def test_viewable_takes_a_whole_second(play: Play) -> None:
    tab = play.visit(play.snippet())
    tab.wait_for_timeout(500)
    _flush(play, tab)
    assert play.hub.events("rendered")
    assert play.hub.events("viewable") == []
    tab.wait_for_timeout(900)
    _flush(play, tab)
    assert ["viewable", FIRST] in play.hub.events("viewable")


def test_two_halves_of_a_second_are_not_one(play: Play) -> None:
    tab = play.visit(play.snippet() + TALL)
    for _ in range(3):
        tab.wait_for_timeout(600)
        tab.evaluate("scrollTo(0, 1900)")
        tab.wait_for_timeout(200)
        tab.evaluate("scrollTo(0, 0)")
    _flush(play, tab)
    assert play.hub.events("viewable") == []


def test_only_what_is_half_in_view_counts(play: Play) -> None:
    tab = play.visit(play.snippet(reserved_em=0), height=430)
    inside = play.widget(tab).locator("li").evaluate_all(HALF_IN_VIEW)
    assert 1 <= inside < 8
    tab.wait_for_timeout(1500)
    _flush(play, tab)
    assert len(play.hub.events("viewable")) == inside


@pytest.mark.parametrize(("height", "counts"), [(700, True), (200, False)])
def test_large_units_need_thirty_percent(play: Play, height: int, counts: bool) -> None:
    """1,000 x 700 px is above 242,500 px², 1,000 x 200 px below; 40 % of each is in view."""
    play.hub.overrides["items"] = [{"id": "ast_1", "title": "Only one", "href": "https://hub.example/c"}]
    head = f"<style>body{{margin:0}}[data-channelpress]::part(item){{box-sizing:border-box;height:{height}px}}</style>"
    tab = play.visit(play.snippet(reserved_em=0), head=head, width=1000, height=1200)
    top = play.widget(tab).locator("li").evaluate("li => li.getBoundingClientRect().top")
    tab.set_viewport_size({"width": 1000, "height": int(top + height * 0.4)})
    tab.wait_for_timeout(1500)
    _flush(play, tab)
    # The tall viewport at the start was there for less than a second.
    assert bool(play.hub.events("viewable")) is counts


@pytest.mark.parametrize(
    ("away", "back"),
    [
        ("document.hasFocus = () => false", "delete document.hasFocus; dispatchEvent(new Event('focus'))"),
        (
            "Object.defineProperty(document, 'hidden', { get: () => true, configurable: true })",
            "delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))",
        ),
    ],
)
def test_nobody_looks_at_a_tab_in_the_background(play: Play, away: str, back: str) -> None:
    tab = play.visit(play.snippet(), init=away)
    tab.wait_for_timeout(1400)
    _flush(play, tab)
    assert play.hub.events("viewable") == []
    tab.evaluate(back)
    tab.wait_for_timeout(1400)
    _flush(play, tab)
    assert play.hub.events("viewable")


def test_clicks_are_counted_also_in_new_tabs(play: Play) -> None:
    tab = play.visit(play.snippet())
    link = play.widget(tab).locator("a").first
    link.click(button="middle")
    link.click(modifiers=["Control"])
    link.click()
    tab.wait_for_url("**/c/**")
    assert eventually(lambda: len(play.hub.events("click")) == 3)
    assert play.hub.events("click") == [["click", FIRST]] * 3


def test_each_placement_reports_for_itself(play: Play) -> None:
    tab = play.visit(play.snippet(reserved_em=0) + play.snippet(placement=OTHER_PLACEMENT, reserved_em=0), height=2000)
    play.widget(tab, 1).wait_for()
    _flush(play, tab)
    assert eventually(lambda: len(play.hub.heard) == 2)
    assert {batch["p"] for batch in play.hub.heard} == {PLACEMENT, OTHER_PLACEMENT}


def test_items_that_appear_later_are_counted_then(play: Play) -> None:
    tab = play.visit(play.snippet("cards", reserved_em=28), width=360)
    few = play.widget(tab).locator("li:visible").count()
    tab.set_viewport_size({"width": 1400, "height": 800})
    tab.wait_for_timeout(300)
    more = play.widget(tab).locator("li:visible").count()
    assert more > few
    _flush(play, tab)
    assert [len(event[1]) for event in play.hub.events("rendered")] == [few, more - few]


def test_a_sandboxed_frame_without_an_origin_still_counts(play: Play) -> None:
    inner = play.site.page(play.snippet(), path="/inner")
    tab = play.visit(f'<iframe sandbox="allow-scripts" src="{inner}" width="900" height="700"></iframe>', wait=False)
    tab.frame_locator("iframe").locator("[data-channelpress] section").wait_for()
    play.leave(tab)
    assert eventually(lambda: play.hub.events("rendered"))
