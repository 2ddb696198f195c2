"""Public pages in a real browser: whole at 360 and 1440 pixels in four languages, without script, and nothing refused by the policy."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from cobranding import LandingPage, create_page, publish_page
from tests.cobranding.conftest import Work
from tests.cobranding.stage import TITLES, Staged
from tests.conftest import PASSWORD, Cast

pytestmark = pytest.mark.browser
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
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
    """What pages wrote to the console as an error: a refused style, a missing file."""
    return []


@pytest.fixture
def visit(chromium: Browser, address: str, complaints: list[str]) -> Iterator[Open]:
    """`visit(path, width=…, script=…)` opens a page as a stranger."""
    contexts = []

    def start(path: str, *, width: int = 1440, script: bool = False) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script, base_url=address)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto(path)
        return page

    yield start
    for context in contexts:
        context.close()


@pytest.fixture
def pages(work: Work, cast: Cast, staged: Staged) -> dict[str, LandingPage]:
    """A published page in each language."""
    with work("pia") as ctx:
        return {
            locale: publish_page(ctx, create_page(ctx, cast["pia"].partner_id, staged.guide, locale=locale).id)  # type: ignore[arg-type]
            for locale in TITLES
        }


@pytest.mark.parametrize("width", [360, 768, 1440, 2560])
@pytest.mark.parametrize("locale", list(TITLES))
def test_pages_fit_every_width_in_every_language(visit: Open, complaints: list[str], pages: dict[str, LandingPage], locale: str, width: int) -> None:
    slug = "night-load" if locale == "en" else f"night-load-{locale}"
    for path in (f"/p/kestrel/{pages[locale].slug}", f"/p/kestrel/a/{locale}/{slug}", f"/p/kestrel/{pages[locale].slug}/thanks"):
        page = visit(path, width=width, script=True)
        assert page.evaluate(OVERFLOW) == 0, path
        assert page.locator("h1").is_visible()
        assert page.evaluate("document.fonts.ready.then(() => document.fonts.status)") == "loaded"
        assert page.context.cookies() == []
        picture = page.locator("img").first
        assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    assert complaints == []


def test_the_brand_reaches_the_screen(visit: Open, pages: dict[str, LandingPage]) -> None:
    page = visit(f"/p/kestrel/{pages['de'].slug}", script=True)
    assert page.locator(".landing__ground").evaluate("element => getComputedStyle(element).backgroundColor") == "rgb(11, 110, 79)"
    assert page.locator(".act").first.evaluate("element => getComputedStyle(element).backgroundColor") == "rgb(244, 185, 66)"


def test_a_form_with_gaps_is_answered_without_script(visit: Open, pages: dict[str, LandingPage]) -> None:
    page = visit(f"/p/kestrel/{pages['de'].slug}", width=360)
    page.get_by_label("Name").fill("Ada Beispiel")
    page.get_by_role("button", name="Leitfaden anfordern").click()
    alert = page.get_by_role("alert")
    assert alert.is_visible()
    assert alert.get_by_role("link").count() >= 2
    assert page.get_by_label("Name").input_value() == "Ada Beispiel"
    alert.get_by_role("link").first.click()
    assert page.url.rpartition("#")[2].startswith("f-")


def test_a_brand_is_seen_while_it_is_chosen(visit: Open, cast: Cast, staged: Staged) -> None:
    page = visit("/auth/sign-in", script=True)
    page.locator("input[name=email]").fill(cast["pia"].email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").first.click()
    page.wait_for_url("**/portal/")
    page.goto("/portal/brand-kit/")
    before = page.locator("#kit-preview img").first.get_attribute("src")
    page.locator("#f-primary_color").fill("#5b2a86")
    page.locator("#f-primary_color").blur()
    page.wait_for_function("before => document.querySelector('#kit-preview img').getAttribute('src') !== before", arg=before)
    assert "5b2a86" in str(page.locator("#kit-preview img").first.get_attribute("src"))
    hero = page.frame_locator("#kit-preview iframe").locator(".hero")
    expect(hero).to_have_css("background-color", "rgb(91, 42, 134)", timeout=20_000)
