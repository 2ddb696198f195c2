"""Every main page of the running demo: accessible, no wider than a telephone, quiet in the console, and German where it says so."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys.browsing import Browsing, load_pictures
from tests.journeys.story import id_in, send

pytestmark = pytest.mark.browser

DESK = (
    "/desk/", "/desk/publish/", "/desk/publish/imports/", "/desk/publish/collections/", "/desk/publish/collections/new",
    "/desk/publish/campaigns/", "/desk/publish/campaigns/new", "/desk/languages/", "/desk/partners/", "/desk/leads/",
    "/desk/results/", "/desk/results/definitions", "/desk/results/line", "/desk/learning/", "/desk/learning/awards/",
    "/desk/deals/?view=all", "/desk/deals/lines/", "/desk/funds/", "/desk/funds/budgets/", "/desk/funds/claims/?view=all",
    "/desk/governance/", "/desk/governance/audit/", "/desk/governance/clocks/", "/desk/governance/decisions/", "/desk/governance/health/",
    "/desk/governance/jobs/", "/desk/governance/jobs/destinations", "/desk/governance/jobs/schedule", "/desk/governance/mail/",
    "/desk/governance/mail/suppressed", "/desk/governance/mail/texts", "/desk/governance/permissions/", "/desk/governance/programme/",
    "/desk/search?q=heat", "/desk/all-pages", "/desk/tasks/", "/desk/jobs/mine/", "/desk/me/notices/", "/desk/me/notices/settings",
)  # fmt: skip
PORTAL = (
    "/portal/", "/portal/content/", "/portal/pages/", "/portal/placements/", "/portal/placements/new", "/portal/leads/",
    "/portal/brand-kit/", "/portal/results/", "/portal/results/definitions",
    "/portal/results/line", "/portal/learning/", "/portal/deals/?view=all", "/portal/deals/new", "/portal/funds/", "/portal/funds/new",
    "/portal/funds/claims/?view=all",
    "/portal/search?q=heat", "/portal/all-pages", "/portal/tasks/", "/portal/jobs/mine/", "/portal/me/notices/", "/portal/me/notices/settings",
    "/portal/programme/",
)  # fmt: skip
#: Start page → what to follow from there: pages about one thing have addresses that are new in every demo.
DESK_OBJECTS = {
    "/desk/publish/": "a[href*='/assets/ast_']",
    "/desk/publish/collections/": "main a[href*='/collections/col_']",
    "/desk/publish/imports/": "main a[href*='/imports/imp_']",
    "/desk/partners/": "main a[href*='/partners/prt_']",
    "/desk/leads/": "main a[href*='/leads/led_']",
    "/desk/results/": "main a[href*='/results/prt_']",
    "/desk/": "main a[href*='/results/campaigns/cmp_']",
    "/desk/learning/": "main a[href*='/learning/crt_']",
    "/desk/deals/?view=all": "main a[href*='/deals/dlr_']",
    "/desk/funds/?view=all": "main a[href*='/funds/mrq_']",
    "/desk/funds/budgets/": "main a[href*='/budgets/bdg_']",
    "/desk/funds/claims/?view=all": "main a[href*='/claims/clm_']",
}
PORTAL_OBJECTS = {
    "/portal/content/": "main a[href*='/content/ast_']",
    "/portal/pages/": "main a[href*='/pages/pag_']",
    "/portal/placements/": "main a[href*='/placements/plc_']",
    "/portal/leads/": "main a[href*='/leads/led_']",
    "/portal/": "main a[href*='/results/campaigns/cmp_']",
    "/portal/learning/": "main a[href*='/learning/crt_']",
    "/portal/deals/?view=all": "main a[href*='/deals/dlr_']",
    "/portal/funds/": "main a[href*='/funds/mrq_']",
    "/portal/funds/claims/?view=all": "main a[href*='/claims/clm_']",
}
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AUDIT = """levels => axe.run(document, {runOnly: levels}).then(found => found.violations.map(one =>
    `${one.impact} ${one.id}: ${one.nodes.length} times, first ${one.nodes[0].html.slice(0, 160)}`))"""
#: Names of elements that reach beyond the window, besides the page's own overflow: what makes a telephone scroll sideways.
TOO_WIDE = """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
    [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1 &&
        !one.closest('.table-scroll, pre, [hidden]')).slice(0, 5).map(one => one.outerHTML.slice(0, 120))"""
#: Words of the interface that an unfinished German page would show. As whole words, outside of content in another language.
ENGLISH = (
    "Choose content", "My pages", "Placements", "Placement", "Results", "Brand kit", "Needs you", "Show all", "Show the results",
    "The last 28 days", "Views", "Clicks", "Page visits", "Search", "Save", "Cancel", "Open the page", "Published", "Draft", "Edit",
    "optional", "Language", "Collection", "Apply", "All kinds", "less than", "more than", "Download", "Upload this logo",
    "Both brands at once", "Where it came from", "Consent", "History", "Facts", "Copy", "Sign in", "Sign out", "Partner of", "How we count",
    "Import content", "New collection", "New campaign", "Who receives it", "Withdraw", "Audience", "Earlier revisions", "Receives", "Reason",
    "What was noticed", "What came in", "Up to date", "Out of date", "Source language", "Any state", "Any type", "languages", "Everybody",
    "Not counted", "By placement", "By item", "By language", "Period", "Make a landing page", "Subscribe", "As a table", "New for you",
)  # fmt: skip


@pytest.fixture(scope="module")
def axe() -> str:
    """axe-core as text. AXE_PATH names `axe.min.js`; without it these tests fail rather than pass unseen."""
    path = Path(os.environ.get("AXE_PATH", ""))
    assert path.is_file(), "AXE_PATH must name axe.min.js of axe-core"
    return path.read_text("utf-8")


@pytest.fixture(scope="module")
def desk(browsing: Browsing) -> list[str]:
    return _addresses(browsing.person("nora"), DESK, DESK_OBJECTS)


@pytest.fixture(scope="module")
def portal(browsing: Browsing) -> list[str]:
    return _addresses(browsing.person("pia"), PORTAL, PORTAL_OBJECTS)


@pytest.fixture(scope="module")
def public(browsing: Browsing) -> list[str]:
    """A landing page and a hosted page in each direction of writing, the feed preview, and the page for what is not there."""
    pages = {page["locale"]: page["url"] for page in browsing.addresses["landing_pages"]}
    feeds = [one["feeds"]["rss"].removesuffix("rss.xml") for one in browsing.addresses["placements"] if one["locale"] in ("de", "ar")]
    links = {one.split("/")[4]: one for one in feeds}
    made = [pages["de"], pages["ar"], pages["ja"], *list(links.values())[:4], "/auth/sign-in", "/p/kestrel/not-here"]
    return [one.removeprefix(browsing.hub) for one in made]


def _addresses(page: Page, fixed: tuple[str, ...], followed: dict[str, str]) -> list[str]:
    found = list(fixed)
    for start, link in followed.items():
        page.goto(start)
        first = page.locator(link).first
        if first.count():
            found.append((first.get_attribute("href") or "").split("#")[0])
    asset = next((one for one in found if "/publish/assets/" in one), "")
    if asset:
        found += [f"/desk/publish/assets/{id_in(asset, 'ast')}/{rest}" for rest in ("publish", "withdraw", "texts/en")]
    placement = next((one for one in found if "/portal/placements/plc_" in one), "")
    return [*found, f"{placement}/edit", f"{placement}/end"] if placement else found


def _page(browsing: Browsing, kind: str, **options: object) -> Page:
    person = {"desk": "nora", "portal": "pia"}.get(kind)
    return browsing.person(person, **options) if person else browsing.visitor(locale="de-DE", **options)


def _open(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None and answer.status == (404 if address.endswith("/not-here") else 200), f"{address}: {answer and answer.status}"


@pytest.mark.parametrize("kind", ["desk", "portal", "public"])
def test_axe_finds_nothing_and_the_console_stays_quiet(request: pytest.FixtureRequest, browsing: Browsing, axe: str, kind: str) -> None:
    addresses: list[str] = request.getfixturevalue(kind)
    wrong: dict[str, object] = {}
    for scheme in ("light", "dark"):
        page = _page(browsing, kind, bypass_csp=True, color_scheme=scheme, reduced_motion="reduce")
        for address in addresses:
            _open(page, address)
            page.evaluate(axe)
            if found := page.evaluate(AUDIT, LEVELS):
                wrong[f"{scheme} {address}"] = found
        page.context.close()
    assert wrong == {}


@pytest.mark.parametrize("kind", ["desk", "portal", "public"])
def test_nothing_scrolls_sideways_on_a_telephone_and_nothing_is_refused(request: pytest.FixtureRequest, browsing: Browsing, kind: str) -> None:
    addresses: list[str] = request.getfixturevalue(kind)
    browsing.complaints.clear()
    page = _page(browsing, kind, width=360, height=740)
    wrong = {}
    for address in addresses:
        _open(page, address)
        load_pictures(page)
        if found := page.evaluate(TOO_WIDE):
            wrong[address] = found
    expected = [one for one in browsing.complaints if one.startswith("/p/kestrel/not-here") and "404" in one]
    assert wrong == {}
    assert browsing.complaints == expected, "a refused style, a missing file, an exception"


def _leftovers(page: Page, addresses: list[str]) -> dict[str, list[str]]:
    """Words of English on pages that say that they are German."""
    found = {}
    for address in addresses:
        _open(page, address)
        assert page.locator("html").get_attribute("lang") == "de"
        text = page.evaluate(_OWN_WORDS)
        if left := [words for words in ENGLISH if re.search(rf"(?<![\w-]){re.escape(words)}(?![\w-])", text)]:
            found[address] = left
    return found


def test_the_german_portal_is_german(browsing: Browsing, portal: list[str]) -> None:
    assert _leftovers(browsing.person("pia"), portal) == {}


def test_the_desk_in_german_is_german(browsing: Browsing, desk: list[str]) -> None:
    page = browsing.person("nora")
    page.goto("/desk/")
    page.locator("summary.user").click()
    send(page, page.get_by_role("button", name="Deutsch"))
    try:
        assert _leftovers(page, desk) == {}
    finally:
        page.goto("/desk/")
        page.locator("summary.user").click()
        send(page, page.get_by_role("button", name="English"))


#: The page's words without what is written in another language, is code, or was typed in by somebody.
_OWN_WORDS = """() => {
    const words = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        const foreign = parent.closest('[lang]:not([lang^=de]), code, pre, textarea, script, style, [translate=no], .menu__choices');
        if (!foreign) words.push(walker.currentNode.textContent.trim());
    }
    for (const one of document.querySelectorAll('[placeholder], [title], [aria-label]'))
        if (!one.closest('[lang]:not([lang^=de])'))
            words.push(...['placeholder', 'title', 'aria-label'].map(name => one.getAttribute(name) || ''));
    return words.filter(Boolean).join('\\n') + '\\n' + document.title;
}"""
