"""Pictures of pages as a visitor sees them, taken by the hub itself (architecture, "`fetch()` in tests and demos").

The address is judged and fetched before a browser is started, so that a page which is not there costs nothing and is told apart from a
browser that failed. Takes up to half a minute: never call it inside a transaction (`core.jobs`, `gather`).
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from core.browser.chromium import LOOKING, find_browser, running
from core.browser.proxy import Allowance, guarded_proxy
from core.browser.talking import Silent, photograph
from core.errors import Invalid
from core.gates import FetchFailed, accept_upload, fetch, safe_url
from core.gates.connecting import Resolver, system_resolver
from core.settings import Settings

__all__ = ["Allowance", "LoadedPage", "NotTaken", "PagePicture", "find_browser", "load_page", "openable_hosts", "take_picture"]

WIDTH, HEIGHT = 1280, 1800
#: Seconds without any traffic after which a loaded page is complete.
QUIET = 1.2
_LONGEST_PAGE = 5 * 2**20
_REFUSED = frozenset({"bad_address", "bad_port", "private_address", "downgrade"})


class NotTaken(Exception):
    """`code`: browser_missing, capture_failed, page_unreachable, address_refused or timed_out. `detail` is for the log of the evidence."""

    def __init__(self, code: str, detail: str = "", *, answered: bool = False) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail = code, detail
        #: The site has answered, only not with a page: it is not down (`core.breaker`).
        self.permanent = answered
        #: Nobody was asked: that says nothing about the site.
        self.unasked = code in ("address_refused", "browser_missing", "capture_failed")


@dataclass(frozen=True)
class PagePicture:
    """Written anew by the gate for pictures. `url` is the address that was asked for, `refused` counts what the page may not load."""

    data: bytes
    media_type: str
    width: int
    height: int
    sha256: str
    url: str
    requests: int
    refused: int


@dataclass(frozen=True)
class LoadedPage:
    """The page as a server gave it, without running anything in it."""

    url: str
    text: str


def openable_hosts(settings: Settings) -> tuple[str, ...]:
    """Private addresses that a page of a placement may lead to: the hub itself, what FETCH_ALLOW names, and the demo's partner sites."""
    own = urlsplit(settings.url)
    hosts = [f"{own.hostname}:{own.port or (443 if own.scheme == 'https' else 80)}", *settings.fetch_allow]
    if settings.demo and not settings.is_public:
        hosts.append(f"localhost:{settings.partner_sites_port}")
    return tuple(dict.fromkeys(hosts))


def load_page(settings: Settings, url: str, *, seconds: float = 15.0, resolve: Resolver = system_resolver) -> LoadedPage:
    """Fetches the page through the guard. Raises NotTaken."""
    try:
        answer = fetch(
            url,
            max_bytes=_LONGEST_PAGE,
            timeout=seconds,
            allow=openable_hosts(settings),
            headers={"Accept": "text/html", "User-Agent": LOOKING},
            resolve=resolve,
        )
    except FetchFailed as error:
        code = "address_refused" if error.code in _REFUSED else "timed_out" if error.code == "timeout" else "page_unreachable"
        raise NotTaken(code, error.code) from None
    if answer.status != 200:
        raise NotTaken("page_unreachable", f"status {answer.status}", answered=answer.status < 500)
    if answer.media_type not in ("text/html", "application/xhtml+xml"):
        raise NotTaken("page_unreachable", f"no web page but {answer.media_type[:60] or 'something unnamed'}", answered=True)
    return LoadedPage(answer.url, answer.body.decode("utf-8", "replace"))


def take_picture(
    settings: Settings,
    url: str,
    *,
    allowance: Allowance | None = None,
    resolve: Resolver = system_resolver,
    browser: str | None = None,
) -> PagePicture:
    """A picture of the page at `url`. Raises NotTaken; never anything else because of what the page does."""
    address = safe_url(url)
    if address is None:
        raise NotTaken("address_refused", "bad_address")
    found = browser or find_browser()
    if found is None:
        raise NotTaken("browser_missing")
    load_page(settings, address, resolve=resolve)
    given = allowance or Allowance(hosts=openable_hosts(settings))
    with (
        tempfile.TemporaryDirectory(prefix="channelpress-page-", ignore_cleanup_errors=True) as folder,
        guarded_proxy(given, resolve) as (port, spent),
    ):
        try:
            with running(found, Path(folder), port, WIDTH, HEIGHT, given.seconds) as talk:
                raw = photograph(talk, address, WIDTH, HEIGHT, lambda: spent.is_quiet(QUIET))
        except Silent as error:
            raise NotTaken("capture_failed", str(error)) from None
        except OSError as error:
            raise NotTaken("capture_failed", error.strerror or "the browser could not be started") from None
    try:
        picture = accept_upload(raw, kind="image")
    except Invalid:
        raise NotTaken("capture_failed", "the browser's picture cannot be read") from None
    return PagePicture(picture.data, picture.media_type, picture.width, picture.height, picture.sha256, address, spent.requests, len(spent.refused))
