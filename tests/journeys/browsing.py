"""People and visitors in a real Chromium: each person signs in once, and everything a page complains about is written down."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Frame, Page, sync_playwright

#: As the same browser says it with a window: the hub rightly takes a headless one for a crawler. For the whole browser, because
#: beacons do not take the name that is set for a single page.
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", f"--user-agent={USER_AGENT}"]
#: A slow machine is no defect: conditions are waited for as long as this.
WAIT_MS = 60_000
LANGUAGES = {"pia": "de-DE", "wim": "de-DE"}


@contextmanager
def open_chromium(language: str = "en-GB") -> Iterator[Browser]:
    """The browser of the system; its own words, such as on a date field, are in `language`."""
    options = {"executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"), "args": [*ARGUMENTS, f"--lang={language}"]}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options, env={**os.environ, "LANGUAGE": language.replace("-", "_")})
        yield browser
        browser.close()


@dataclass
class Browsing:
    """`addresses` is what `channelpress addresses --json` printed. `complaints` are console errors and exceptions, with the page's path."""

    browser: Browser
    addresses: dict[str, Any]
    complaints: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)
    _sessions: dict[str, Any] = field(default_factory=dict)

    @property
    def hub(self) -> str:
        return str(self.addresses["hub"])

    def password(self, name: str) -> tuple[str, str]:
        """E-mail address and password of one of the demo's people, by first name."""
        row = next(row for row in self.addresses["people"] if row["email"].startswith(name + "@"))
        return row["email"], row["password"]

    def person(self, name: str, **options: Any) -> Page:
        """A page of somebody who has signed in, through the form the first time."""
        options = {"locale": LANGUAGES.get(name, "en-GB"), **options}
        if name not in self._sessions:
            page = self.visitor(**options)
            self.sign_in(page, name)
            self._sessions[name] = page.context.storage_state()
            return page
        return self.visitor(storage_state=self._sessions[name], **options)

    def sign_in(self, page: Page, name: str) -> None:
        email, password = self.password(name)
        page.goto("/auth/sign-in")
        page.locator("input[name=email]").fill(email)
        page.locator("input[name=password]").fill(password)
        page.locator("input[name=password]").press("Enter")
        page.locator("main#main h1").wait_for()
        assert "/auth/" not in page.url, f"{name} could not sign in: {page.locator('main, body').first.inner_text()[:300]}"

    def visitor(self, width: int = 1280, height: int = 900, **options: Any) -> Page:
        """A page of somebody who has never been here."""
        context = self.browser.new_context(viewport={"width": width, "height": height}, base_url=self.hub, **options)
        context.set_default_timeout(WAIT_MS)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: self._heard(page, message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self._heard(page, str(error)))
        return page

    def _heard(self, page: Page, text: str) -> None:
        self.complaints.append(f"{page.url.removeprefix(self.hub)}: {text}")

    def close(self) -> None:
        for context in self._contexts:
            context.close()
        self._contexts.clear()


def eventually(page: Page, condition: Callable[[], object], what: str, within_ms: int = WAIT_MS) -> None:
    """Looks again and again while the page goes on working. (`wait_for_function` needs eval, which our pages refuse.)"""
    end = time.monotonic() + within_ms / 1000
    while not condition():
        assert time.monotonic() < end, f"not within {within_ms} ms: {what}"
        page.wait_for_timeout(100)


_SHOW_EVERYTHING = """async most => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
        scrollTo({top: y, behavior: 'instant'});
        await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    }
    scrollTo({top: 0, behavior: 'instant'});
    const waiting = [...document.images].filter(one => one.checkVisibility() && !one.complete);
    const there = waiting.map(one => new Promise(done => { one.onload = one.onerror = done; }));
    await Promise.race([Promise.all([...there, document.fonts.ready]), new Promise(done => setTimeout(done, most))]);
    return [...document.images].filter(one => one.checkVisibility() && !one.naturalWidth).map(one => one.src);
}"""


def _runs_no_scripts(frame: Frame) -> bool:
    if frame.parent_frame is None:
        return False
    sandbox = frame.frame_element().get_attribute("sandbox")
    return sandbox is not None and "allow-scripts" not in sandbox


def load_pictures(page: Page) -> None:
    """Scrolls through the page and returns when every picture is there: lazy ones load only when they are near."""
    page.wait_for_load_state("networkidle")
    for frame in page.frames:
        if _runs_no_scripts(frame):
            continue  # its timers never fire, so what waits in it waits for ever
        missing = frame.evaluate(_SHOW_EVERYTHING, WAIT_MS)
        assert missing == [], f"{frame.url}: pictures that do not load: {missing}"
