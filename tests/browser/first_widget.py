"""`python tests/browser/first_widget.py PORT`: does a partner's website show the widget of the demo hub on PORT?

Opens the demo partner websites (PORT + 1) in Chromium as a visitor would, follows the first one to its widget and says how many
items it shows. Needs Playwright and nothing of the hub, so that a newcomer's machine can be watched from outside.
Exit code 1 when there is no widget, no item, or an item whose link carries no UTM parameters.
"""

from __future__ import annotations

import os
import sys
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Error, Page, sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WAIT_MS = 60_000
#: Playwright looks through open shadow roots by itself.
LINKS = "[data-channelpress] section li a"


def item_links(page: Page, start: str) -> list[str]:
    """Addresses behind the items of the first widget of the first partner's website."""
    page.goto(start)
    page.locator("main a, ul a").first.click()
    page.locator("[data-channelpress]").first.scroll_into_view_if_needed()
    page.locator(LINKS).first.wait_for()
    return [link.get_attribute("href") or "" for link in page.locator(LINKS).all()]


def is_tagged(address: str) -> bool:
    told = parse_qs(urlsplit(address).query)
    return {"utm_source", "utm_medium", "utm_campaign", "utm_content"} <= set(told)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not arguments[0].isdigit():
        print("usage: python tests/browser/first_widget.py PORT", file=sys.stderr)
        return 2
    start = f"http://localhost:{int(arguments[0]) + 1}/"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS)
        page = browser.new_page()
        page.set_default_timeout(WAIT_MS)
        try:
            links = item_links(page, start)
        except Error as failed:
            print(f"no widget behind {start}: {failed.message.splitlines()[0]} (at {page.url})", file=sys.stderr)
            return 1
        where = page.url
        browser.close()
    untagged = [link for link in links if not is_tagged(link)]
    if untagged:
        print(f"{where}: links without UTM parameters: {untagged}", file=sys.stderr)
        return 1
    print(f"{where}: the widget shows {len(links)} items, each with a tracked link")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
