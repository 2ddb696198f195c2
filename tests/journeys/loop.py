"""What the walk of the loop needs besides a browser: the hub's clock, what stands in its database, an invoice, a spoilt bundle."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from datetime import date, timedelta

import pikepdf
from playwright.sync_api import Page
from sqlalchemy import select

from core.ctx import SYSTEM
from core.ids import TypeID
from engagement import sealed_days
from engagement.models import PlacementDay
from mdf.models import Evidence, EvidenceItem
from tests.journeys.demo_hub import DemoHub
from tests.journeys.story import Story, send, widgets


def today(demo: DemoHub) -> date:
    """The programme's day, as the hub's own clock says it."""
    return date.fromisoformat(demo.command("clock").split()[0])


def money(text: str) -> str:
    """Without the spaces that do not break."""
    return text.replace("\xa0", " ").replace("\u202f", " ")


def main_text(page: Page) -> str:
    return money(page.locator("main#main").inner_text())


def visit(story: Story) -> Page:
    """Somebody who really looks at Kestrel's page."""
    page = story.browsing.visitor(locale="de-DE")
    site = str(story.browsing.addresses["partner_sites"][0]["url"]).rsplit("/", 2)[0]
    page.goto(f"{site}/kestrel/aktuelles.html")
    widgets(page).nth(0).locator("li").first.wait_for()
    return page


def wait_for_database(demo: DemoHub, condition: Callable[[], object], what: str, within_ms: int) -> None:
    end = time.monotonic() + within_ms / 1000
    while not condition():
        assert time.monotonic() < end, f"not within {within_ms} ms: {what}\n{demo.log() if demo.process else ''}"
        time.sleep(1)


def pictures(demo: DemoHub, story: Story) -> int:
    database = demo.database()
    with database.reading(SYSTEM) as ctx:
        query = select(Evidence).join(EvidenceItem, EvidenceItem.id == Evidence.item_id)
        query = query.where(Evidence.request_id == TypeID.parse(story["request"], "mrq"), EvidenceItem.code.like("screenshot%"))
        count = sum(1 for row in ctx.session.scalars(query) if row.object_key)
    database.dispose()
    return count


def seen(demo: DemoHub, story: Story) -> int:
    database = demo.database()
    with database.reading(SYSTEM) as ctx:
        query = select(PlacementDay).where(
            PlacementDay.placement_id == TypeID.parse(story["placement"], "plc"),
            PlacementDay.kind == "viewable",
            PlacementDay.verdict == "valid",
            PlacementDay.day >= today(demo) - timedelta(days=2),
        )
        count = sum(row.count for row in ctx.session.scalars(query))
    database.dispose()
    return count


def sealed(demo: DemoHub, story: Story) -> bool:
    first = today(demo) - timedelta(days=6)
    database = demo.database()
    with database.reading(SYSTEM) as ctx:
        days = {row.day for row in sealed_days(ctx, TypeID.parse(story["placement"], "plc"), first, first + timedelta(days=2))}
    database.dispose()
    return len(days) == 3


def a_pdf(words: str) -> bytes:
    """An invoice of one page; each one different."""
    paper = pikepdf.new()
    paper.add_blank_page(page_size=(595, 842))
    paper.docinfo["/Title"] = words
    kept = io.BytesIO()
    paper.save(kept)
    return kept.getvalue()


def send_as_it_is(page: Page) -> None:
    """Without the browser's own checks: the hub has to refuse."""
    page.locator("form[data-guard]").evaluate("form => { form.noValidate = true }")
    send(page, page.locator("button[name=do][value=submit]"))
    page.locator("[data-error-summary]").wait_for()


def fill_invoice(page: Page, story: Story, day: date) -> None:
    page.locator("#f-invoice_no").fill(story.said("NL-{token}"))
    page.locator("#f-invoice_on").fill(day.isoformat())
    page.locator("#f-supplier").fill("Agentur Nordlicht")
    page.locator("#f-supplier_tax_id").fill("DE298765432")
    page.locator("[name=line_1_of] option").last.wait_for(state="attached")
    page.locator("[name=line_1_of]").select_option(index=page.locator("[name=line_1_of] option").count() - 1)
    page.locator("[name=line_1_text]").fill("Fläche und Betreuung")
    page.locator("[name=line_1_amount]").fill("2.400,00")


def one_byte_changed(bundle: bytes) -> tuple[bytes, str]:
    """A copy with one byte of the largest file inside changed, and that file's name."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as packed:
        largest = max(packed.infolist(), key=lambda one: one.compress_size)
    header = bundle[largest.header_offset : largest.header_offset + 30]
    start = largest.header_offset + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    at = start + largest.compress_size // 2
    return bundle[:at] + bytes([bundle[at] ^ 1]) + bundle[at + 1 :], largest.filename
