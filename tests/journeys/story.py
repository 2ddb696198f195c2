"""What one step of the walk leaves for the next, and the page of the partner on which the snippets are pasted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page

from tests.embed_widget.stage import PartnerSite
from tests.journeys.browsing import WAIT_MS, Browsing, eventually

TYPE_ID = re.compile(r"(ast|plc|pag|led|prt|imp|cmp|dlr|mrq|clm|bdg|crt)_[0-9a-z]{26}")


@dataclass
class Story:
    """`token` makes this walk's names new. A step that needs what an earlier one did not leave says so."""

    token: str
    browsing: Browsing
    site: PartnerSite
    kept: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        assert name in self.kept, f"an earlier step of the walk did not come as far as: {name}"
        return self.kept[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.kept[name] = value

    def said(self, text: str) -> str:
        return text.replace("{token}", self.token)


def id_in(address: str, prefix: str) -> str:
    """The last TypeID with this prefix in an address."""
    found = [match.group() for match in TYPE_ID.finditer(address) if match.group().startswith(prefix + "_")]
    assert found, f"no {prefix} in {address}"
    return found[-1]


def send(page: Page, button: Locator) -> None:
    """Presses a button that sends a form, and waits for the page that comes then."""
    with page.expect_navigation(timeout=WAIT_MS):
        button.click()
    page.wait_for_load_state("load")


def flash(page: Page) -> str:
    return page.locator("#flashes").inner_text()


def rows(page: Page, section: str) -> dict[str, list[str]]:
    """The table of a section: row name → its cells as they are read."""
    found: dict[str, list[str]] = {}
    for row in page.locator(f"{section} tbody tr").all():
        cells = [cell.inner_text().strip() for cell in row.locator("th, td").all()]
        found[cells[0].splitlines()[0]] = cells[1:]
    return found


def reload_until(page: Page, condition: Any, what: str) -> None:
    """For what a worker or the drain brings: looks at the page anew until it is there."""

    def again() -> object:
        page.reload()
        return condition()

    if not condition():
        eventually(page, again, what, 2 * WAIT_MS)


def widgets(page: Page) -> Locator:
    """The drawn widgets of a partner's page, in order; Playwright looks through open shadow roots by itself."""
    return page.locator("[data-channelpress] section")
