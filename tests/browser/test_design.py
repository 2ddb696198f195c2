"""The design system in a real browser: what script adds, what works without it, and nothing the policy refuses."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from tests.conftest import PASSWORD, Cast

pytestmark = pytest.mark.browser
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
AUDIT = "levels => axe.run(document, {runOnly: levels}).then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b4944415478da6364600000000600023081d02f0000000049454e44ae426082"
)

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def complaints() -> list[str]:
    """What pages wrote to the console as an error: a refused style, a missing file, an exception."""
    return []


@pytest.fixture
def sign_in(chromium: Browser, address: str, cast: Cast, complaints: list[str]) -> Iterator[Open]:
    """`sign_in(path, width=…, scheme=…, script=False)` opens a page as Nora."""
    contexts: list[BrowserContext] = []

    def start(path: str = "/desk/styleguide", *, width: int = 1440, scheme: str = "light", script: bool = True, relaxed: bool = False) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script, bypass_csp=relaxed, base_url=address
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/auth/sign-in")
        page.get_by_label("E-mail address").fill(cast["nora"].email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.goto(path)
        return page

    yield start
    for context in contexts:
        context.close()


def test_every_component_fits_and_the_policy_refuses_nothing(sign_in: Open, complaints: list[str]) -> None:
    page = sign_in()
    page.wait_for_load_state("networkidle")
    for scheme, direction, width in itertools.product(("light", "dark"), ("ltr", "rtl"), (360, 800, 1440)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("direction => { document.documentElement.dir = direction }", direction)
        assert page.evaluate(OVERFLOW) == 0, (scheme, direction, width)
    assert complaints == []


def test_axe_finds_nothing(sign_in: Open) -> None:
    axe = Path(os.environ.get("AXE_PATH", ""))
    assert axe.is_file(), "AXE_PATH must name axe.min.js of axe-core"
    page = sign_in(relaxed=True)
    for path, scheme in itertools.product(("/desk/styleguide", "/nothing-here", "/auth/sign-in"), ("light", "dark")):
        if path == "/auth/sign-in":
            page.context.clear_cookies()
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.goto(path)
        page.evaluate(axe.read_text("utf-8"))
        assert page.evaluate(AUDIT, LEVELS) == [], (path, scheme)


def test_a_chosen_appearance_stays(sign_in: Open) -> None:
    page = sign_in()
    page.locator("summary.user").click()
    page.get_by_role("button", name="Dark", exact=True).click()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"


def test_the_list_of_keys_opens_but_not_while_typing(sign_in: Open) -> None:
    page = sign_in()
    page.get_by_label("Headline").fill("What now")
    page.keyboard.press("?")
    assert not page.get_by_role("dialog").is_visible()
    page.locator("h1").click()
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keyboard").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog").is_visible()


def test_a_menu_closes_on_escape_and_gives_the_focus_back(sign_in: Open) -> None:
    page = sign_in()
    summary = page.locator("summary.user")
    summary.click()
    assert page.get_by_role("button", name="Sign out").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("button", name="Sign out").is_visible()
    assert summary.evaluate("node => node === document.activeElement")


def test_a_snippet_is_copied_whole(sign_in: Open, address: str) -> None:
    page = sign_in()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    block = page.locator(".code").first
    block.get_by_role("button", name="Copy").click()
    block.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == block.locator("code").inner_text()


def test_a_chosen_picture_and_colour_are_shown_at_once(sign_in: Open) -> None:
    page = sign_in()
    page.get_by_label("Logo", exact=True).set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": PIXEL})
    page.locator("[data-drop-preview] img").first.wait_for()
    assert "logo.png" in page.locator("[data-drop-name]").first.inner_text()
    page.get_by_label("Primary colour", exact=True).fill("#123456")
    assert page.get_by_label("Pick a colour: Primary colour").input_value() == "#123456"


def test_a_changed_form_asks_before_it_is_left(sign_in: Open) -> None:
    page = sign_in()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Headline").press_sequentially("!")
    page.goto("/desk/")
    assert asked == ["beforeunload"]


def test_pages_read_and_send_without_script(sign_in: Open) -> None:
    page = sign_in(script=False)
    assert page.get_by_role("heading", name="Style guide").is_visible()
    assert not page.locator("[data-copy]").first.is_visible()
    page.locator("summary.user").click()
    page.get_by_role("button", name="Deutsch").click()
    assert page.locator("html").get_attribute("lang") == "de"
    page.locator("summary.user").click()
    page.locator("form[action='/auth/sign-out'] button").click()
    page.wait_for_url("**/auth/sign-in*")


def test_right_to_left_mirrors_the_frame(sign_in: Open) -> None:
    page = sign_in("/desk/")
    page.evaluate("document.documentElement.dir = 'rtl'")
    rail = page.locator(".rail").bounding_box()
    assert rail is not None
    assert rail["x"] + rail["width"] == 1440


def test_latin_pages_fetch_no_other_script(sign_in: Open) -> None:
    page = sign_in("/desk/")
    page.wait_for_load_state("networkidle")
    fetched = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name).filter(name => name.includes('woff2'))")
    assert fetched
    assert not any("cjk" in name or "cyrillic" in name or "greek" in name for name in fetched)
