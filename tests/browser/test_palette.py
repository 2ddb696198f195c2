"""The command palette by keyboard alone: opened, searched, chosen, left, with names a screen reader can say."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.database import Database
from core.search import rebuild
from tests.browser.test_design import LEVELS, address, chromium, complaints, sign_in  # noqa: F401 - the fixtures
from tests.deals.conftest import lead, programme, submit  # noqa: F401 - the fixtures

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
AUDIT = "([part, levels]) => axe.run(part, {runOnly: levels}).then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))"


@pytest.fixture
def page(sign_in: Open, submit: Any, database: Database) -> Page:  # noqa: F811 - the fixtures
    submit("pia")
    rebuild(database)
    return sign_in("/desk/deals/")


def _opened(page: Page) -> Any:
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Page, action or words to search for")
    expect(field).to_be_focused()
    expect(page.get_by_role("option", name="Governance", exact=True)).to_be_visible()
    return field


def test_a_page_is_reached_by_typing_its_name(page: Page) -> None:
    _opened(page).press_sequentially("gover")
    expect(page.locator("#palette").get_by_role("option", selected=True)).to_have_text("Governance")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/governance/")


def test_a_customer_is_found_and_opened(page: Page) -> None:
    _opened(page).press_sequentially("acme")
    expect(page.get_by_role("option", name="Acme GmbH Deals")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/deals/dlr_*")


def test_arrows_choose_and_the_field_says_which(page: Page) -> None:
    field = _opened(page)
    options = page.locator("#palette").get_by_role("option")
    first = options.first
    expect(field).to_have_attribute("aria-activedescendant", str(first.get_attribute("id")))
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    assert page.locator("#palette").get_by_role("option", selected=True).count() == 1
    assert [group.get_attribute("aria-labelledby") for group in page.locator("#palette [role=group]").all()]


def test_escape_closes_and_gives_the_focus_back(page: Page) -> None:
    page.keyboard.press("/")
    search = page.locator("#search")
    expect(search).to_be_focused()
    _opened(page)
    for _number in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || document.querySelector('#palette').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(search).to_be_focused()
    _opened(page)
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_hidden()


def test_nothing_found_is_said(page: Page) -> None:
    _opened(page).press_sequentially("qqqq")
    expect(page.locator("[data-palette-none]")).to_have_text("Nothing found. Try fewer or shorter words.")
    expect(page.locator("[data-palette-status]")).to_have_text("Nothing found. Try fewer or shorter words.")
    page.keyboard.press("Enter")
    assert page.url.endswith("/desk/deals/")


def test_appearance_and_language_are_actions(page: Page) -> None:
    _opened(page).press_sequentially("dark")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    _opened(page).press_sequentially("deutsch")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "de")


def test_nothing_is_fetched_before_it_is_opened_and_nothing_complained(page: Page, complaints: list[str]) -> None:  # noqa: F811 - the fixture
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.partition("?")[0].rpartition("/")[2]))
    page.reload()
    assert not {"palette.js", "palette.json", "find.json"} & set(asked)
    _opened(page)
    assert {"palette.js", "palette.json", "find.json"} <= set(asked)
    assert complaints == []


def test_axe_finds_nothing(sign_in: Open) -> None:  # noqa: F811 - the fixture
    axe = Path(os.environ.get("AXE_PATH", ""))
    assert axe.is_file(), "AXE_PATH must name axe.min.js of axe-core"
    page = sign_in("/desk/search?q=nora", relaxed=True)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(axe.read_text("utf-8"))
        assert page.evaluate(AUDIT, ["#main", LEVELS]) == [], scheme
        _opened(page)
        assert page.evaluate(AUDIT, ["#palette", LEVELS]) == [], scheme
        page.keyboard.press("Escape")
