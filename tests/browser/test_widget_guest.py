"""The widget as a guest: strict policies, hostile pages, a hub in trouble. The host page never notices."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.embed_widget.play import LINK, Play, open_chromium, performance
from tests.embed_widget.stage import PLACEMENT

pytestmark = pytest.mark.browser

HOSTILE_RESET = """<style>
* { all: unset !important; display: block !important; color: rgb(1, 2, 3) !important; font-size: 60px !important; margin: 30px !important;
    float: left !important; position: static !important; text-transform: uppercase !important; letter-spacing: 9px !important;
    line-height: 4 !important; direction: rtl !important; white-space: nowrap !important; text-align: right !important }
a, li, ul, section, img, h2 { display: none !important }
</style>"""

LOOK = """() => [...document.querySelectorAll("section, h2, ul, li")].map(element => {
    const style = getComputedStyle(element);
    return [...style].map(property => style[property]).join();
})"""

OLD_LIBRARIES = """
Object.prototype.extend = function () {};
Array.prototype.toJSON = function () { return "patched" };
String.prototype.toJSON = function () { return "patched" };
Array.prototype.each = function () {};
Array.from = () => { throw "patched" };
Array.prototype.map = Array.prototype.filter = Array.prototype.forEach = () => { throw "patched" };
window.$ = window.MooTools = window.Prototype = {};
"""

# A snapshot of everything that a guest could leave behind on the global object and on prototypes.
FOOTPRINT = """() => {
    const found = [];
    for (const name of Object.getOwnPropertyNames(window)) {
        const value = Object.getOwnPropertyDescriptor(window, name).value;
        found.push(name);
        for (const target of [value, value && value.prototype]) {
            if (target === null || !["object", "function"].includes(typeof target) || target === window) continue;
            for (const key of Reflect.ownKeys(target)) {
                const own = Object.getOwnPropertyDescriptor(target, key);
                const call = own.value || own.get;
                found.push(name + "." + String(key) + (typeof call == "function" ? Function.prototype.toString.call(call).length : ""));
            }
        }
    }
    return found.concat(Object.getOwnPropertyNames(document)).sort();
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def play(chromium: Browser) -> Iterator[Play]:
    with performance(chromium) as found:
        yield found


@pytest.mark.parametrize("extra", ["", "; require-trusted-types-for 'script'; trusted-types 'none'"])
def test_strict_policies_are_no_obstacle(play: Play, extra: str) -> None:
    tab = play.visit(play.snippet("cards"), csp=play.policy(extra))
    tab.wait_for_load_state("networkidle")
    assert play.widget(tab).locator("img").first.evaluate("i => i.complete && i.naturalWidth > 0")
    assert play.widget(tab).evaluate("s => getComputedStyle(s).display") == "flex"
    assert play.says == []
    assert play.errors == []


def test_strict_dynamic_with_a_nonce(play: Play) -> None:
    html = play.snippet().replace("<script ", '<script nonce="n0nce" ')
    policy = f"default-src 'none'; script-src 'nonce-n0nce' 'strict-dynamic'; connect-src {play.hub.origin}; img-src {play.hub.origin}"
    play.visit(html, csp=policy)
    assert play.says == []


def test_refused_pictures_leave_a_quiet_field(play: Play) -> None:
    policy = f"default-src 'none'; script-src {play.hub.origin}; connect-src {play.hub.origin}"
    tab = play.visit(play.snippet("cards"), csp=policy)
    tab.wait_for_timeout(200)
    media = play.widget(tab).locator("[part=media]").first
    assert media.locator("img").count() == 0
    assert media.evaluate("m => m.offsetHeight") > 100


def test_a_hostile_reset_stays_outside(play: Play) -> None:
    tab = play.visit(play.snippet(), head=HOSTILE_RESET)
    looks = (
        play.widget(tab)
        .locator("a")
        .first.evaluate(
            "a => { const c = getComputedStyle(a); return [c.textTransform, c.letterSpacing, c.whiteSpace, c.fontSize, c.float, c.direction] }"
        )
    )
    assert looks == ["none", "normal", "normal", "24px", "none", "ltr"]
    assert play.widget(tab).locator("li").first.is_visible()


def test_our_style_stays_inside(play: Play) -> None:
    page = "<section class=cards><h2>Ours</h2><ul><li>One</li></ul></section>"
    alone = play.visit(page, wait=False, path="/alone").evaluate(LOOK)
    tab = play.visit(page + play.snippet())
    assert tab.evaluate(LOOK) == alone
    assert tab.evaluate("document.styleSheets.length + document.adoptedStyleSheets.length") == 0


def test_it_leaves_no_trace(play: Play) -> None:
    without = play.visit("<div></div>", wait=False, path="/without").evaluate(FOOTPRINT)
    tab = play.visit(play.snippet())
    assert tab.evaluate(FOOTPRINT) == without
    assert tab.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert tab.evaluate("indexedDB.databases().then(all => all.length)") == 0
    assert tab.context.cookies() == []
    assert all(batch["cookie"] is None for batch in play.hub.heard)


def test_old_libraries_break_neither_drawing_nor_counting(play: Play) -> None:
    tab = play.visit(play.snippet(), init=OLD_LIBRARIES)
    tab.evaluate("dispatchEvent(new Event('pagehide'))")
    tab.wait_for_timeout(200)
    assert play.hub.events("loaded") == [["loaded"]]
    assert play.errors == []


def test_frozen_globals_and_quirks_mode(play: Play) -> None:
    url = play.site.page(play.snippet(), path="/quirks")
    html, headers = play.site.pages["/quirks"]
    play.site.pages["/quirks"] = (html.removeprefix("<!doctype html>"), headers)
    tab = play.visit("<p></p>", wait=False, init="Object.freeze(Object.prototype); Object.freeze(Array.prototype); Object.freeze(Element.prototype)")
    tab.goto(url)
    play.widget(tab).wait_for()
    assert tab.evaluate("document.compatMode") == "BackCompat"


def test_two_copies_of_the_script_draw_once(play: Play) -> None:
    copy = f'<script async src="{play.hub.origin}/embed/v1.js?copy"></script>'
    tab = play.visit(play.snippet() + copy)
    tab.wait_for_load_state("networkidle")
    assert len([path for path in play.hub.asked if path.endswith(".json")]) == 1
    assert tab.locator("[data-channelpress] section").count() == 1


def test_no_preflight_and_two_requests_until_content(play: Play) -> None:
    play.hub.overrides["items"] = [{"id": "ast_1", "title": "Only one", "href": "https://hub.example/c"}]
    play.visit(play.snippet())
    assert play.hub.asked == ["/embed/v1.js", f"/embed/{PLACEMENT}/en.json"]


def test_a_blocked_script_leaves_the_link(play: Play) -> None:
    tab = play.visit(play.snippet(), csp="default-src 'none'", wait=False)
    tab.wait_for_load_state("networkidle")
    assert tab.get_by_role("link", name=LINK).is_visible()


def test_a_hub_that_is_down_leaves_the_link(play: Play) -> None:
    play.hub.down = True
    tab = play.visit(play.snippet() + play.snippet(locale="de"), wait=False)
    tab.wait_for_load_state("networkidle")
    tab.wait_for_timeout(100)
    assert tab.get_by_role("link", name=LINK).count() == 2
    assert tab.get_by_role("link", name=LINK).first.is_visible()
    assert [kind for kind, _ in play.says if kind == "info"] == ["info"], "one word to the webmaster, no more"
    assert play.errors == []


def test_a_host_without_the_permission_to_connect_keeps_the_link(play: Play) -> None:
    tab = play.visit(play.snippet(), csp=f"default-src 'none'; script-src {play.hub.origin}", wait=False)
    tab.wait_for_timeout(300)
    assert tab.get_by_role("link", name=LINK).is_visible()
    assert play.errors == []


def test_below_the_fold_a_failure_takes_no_space(play: Play) -> None:
    play.hub.down = True
    tab = play.visit('<div style="height:1000px"></div>' + play.snippet(), wait=False)
    tab.wait_for_load_state("networkidle")
    tab.wait_for_timeout(100)
    assert tab.evaluate("document.querySelector('[data-channelpress]').offsetHeight") < 60


def test_a_slow_hub_shows_the_link_until_the_items_are_there(play: Play) -> None:
    play.hub.delay_s = 0.8
    tab = play.visit(play.snippet(), wait=False)
    tab.wait_for_timeout(300)
    assert tab.get_by_role("link", name=LINK).is_visible()
    play.widget(tab).wait_for()
    assert not tab.get_by_role("link", name=LINK).is_visible()


@pytest.mark.slow
def test_a_hub_that_never_answers_is_given_up(play: Play) -> None:
    play.hub.delay_s = 13
    tab = play.visit(play.snippet(), wait=False)
    tab.wait_for_timeout(11_000)
    assert [kind for kind, _ in play.says] == ["info"]
    assert tab.get_by_role("link", name=LINK).is_visible()


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"<html>Please sign in to this Wi-Fi</html>",
        b"null",
        b"[]",
        b'"words"',
        b'{"v":1}',
        b'{"v":1,"items":[]}',
        b'{"v":1,"items":"abc","more":{"href":"https://hub.example/","label":"x"}}',
        b'{"v":1,"items":[null],"more":{"href":"https://hub.example/","label":"x"}}',
        b'{"v":1,"items":[{"title":"No link"}],"more":{"href":"https://hub.example/","label":"x"}}',
        b'{"v":1,"items":[{"title":"Bad","href":"javascript:alert(1)"}],"more":{"href":"https://hub.example/","label":"x"}}',
        b'{"v":1,"items":[{"title":"Good","href":"https://hub.example/"}],"more":{"href":"data:text/html,x","label":"x"}}',
        b'{"v":1,"items":[{"title":"Cut',
    ],
)
def test_garbage_leaves_the_link(play: Play, garbage: bytes) -> None:
    play.hub.garbage = garbage
    tab = play.visit(play.snippet(), wait=False)
    tab.wait_for_load_state("networkidle")
    tab.wait_for_timeout(100)
    assert tab.get_by_role("link", name=LINK).is_visible()
    assert tab.locator("[data-channelpress] section").count() == 0
    assert [kind for kind, _ in play.says] == ["info"]
    assert play.errors == []


def test_markup_in_words_stays_words(play: Play) -> None:
    title = "<img src=x onerror=alert(1)>&amp;"
    play.hub.overrides["items"] = [{"id": "ast_1", "title": title, "summary": "<b>bold</b>", "href": "https://hub.example/c"}]
    tab = play.visit(play.snippet())
    assert play.widget(tab).locator("li a").inner_text() == title
    assert play.widget(tab).locator("img, b").count() == 0
