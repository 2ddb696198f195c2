"""One performance on the stage: hub, partner site and a real Chromium, with everything the page says written down."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from embed_widget.snippet import snippet
from tests.embed_widget.stage import PLACEMENT, HubSite, PartnerSite

LINK = "News from Velorin Energy"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
#: Sums layout shifts as Core Web Vitals do for a short visit (one session window).
WATCH_SHIFTS = """
window.__shift = 0;
new PerformanceObserver(list => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shift += entry.value })
    .observe({ type: "layout-shift", buffered: true });
"""


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """The browser of the system; one per test module."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


def axe_source() -> str:
    """axe-core as text. AXE_PATH names `axe.min.js`; without it an accessibility test fails rather than pass unseen."""
    path = Path(os.environ.get("AXE_PATH", ""))
    assert path.is_file(), "AXE_PATH must name axe.min.js of axe-core"
    return path.read_text("utf-8")


class Play:
    """`says` and `errors` hold what the visited pages wrote to the console and threw."""

    def __init__(self, browser: Browser, hub: HubSite, site: PartnerSite) -> None:
        self.browser = browser
        self.hub = hub
        self.site = site
        self.says: list[tuple[str, str]] = []
        self.errors: list[str] = []
        self.contexts: list[BrowserContext] = []

    def snippet(self, layout: str = "list", locale: str = "en", placement: str = PLACEMENT, attributes: str = "", **options: Any) -> str:
        """What the webmaster pasted."""
        html = snippet(SimpleNamespace(id=placement, layout=layout, locale=locale), self.hub.origin, LINK, **options)
        return html.replace("<div ", f"<div {attributes} ", 1) if attributes else html

    def visit(
        self, body: str, *, width: int = 1000, height: int = 800, scheme: Any = "light", init: str = "", wait: bool = True, **page: str
    ) -> Page:
        """Opens a host page with this body; waits for the widget unless told not to."""
        context = self.browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        self.contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: self.says.append((message.type, message.text)))
        tab.on("pageerror", lambda error: self.errors.append(str(error)))
        if init:
            tab.add_init_script(init)
        tab.goto(self.site.page(body, **page))
        if wait:
            self.widget(tab).wait_for()
        return tab

    def widget(self, tab: Page, nth: int = 0) -> Locator:
        """The drawn widget; Playwright looks through open shadow roots by itself."""
        return tab.locator("[data-channelpress] section").nth(nth)

    def policy(self, extra: str = "") -> str:
        """The strictest host: nothing but what csp_lines names."""
        hub = self.hub.origin
        return f"default-src 'none'; script-src {hub}; connect-src {hub}; img-src {hub}{extra}"

    def leave(self, tab: Page) -> None:
        """The visitor goes; what was counted is sent."""
        tab.goto("about:blank")

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@contextmanager
def performance(browser: Browser) -> Iterator[Play]:
    """A fresh hub and site for one test."""
    with HubSite().open() as hub, PartnerSite().open() as site:
        assert isinstance(hub, HubSite)
        assert isinstance(site, PartnerSite)
        play = Play(browser, hub, site)
        try:
            yield play
        finally:
            play.close()


def eventually(true: Callable[[], Any], within_s: float = 3.0) -> bool:
    """Whether something becomes true soon: beacons arrive when they like."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False
