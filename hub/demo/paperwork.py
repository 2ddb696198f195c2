"""What partners of the demo put behind a claim: invoices, a page of a journal, a report. Drawn by our own code; every name is invented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.gates import AcceptedDocument, accept_upload
from hub.demo.pictures import rasterise
from hub.demo.pictures.canvas import AMBER, INK, MIST, NIGHT, PAPER, SAND, STEEL, TEAL, WHITE, Canvas, heat

WIDTH, HEIGHT = 1240, 1754
_MARGIN = 120
#: Every paper says so, in the language of papers.
_INVENTED = "Invented document of the Channelpress demo"


def accepted(svg: str, name: str) -> AcceptedDocument:
    """Through the same gate as an upload."""
    return accept_upload(rasterise(svg, width=WIDTH), kind="document", field="file", name=name)


def invoice(supplier: str, tax_id: str, number: str, day: date, customer: str, lines: Sequence[tuple[str, str]], total: str) -> str:
    """`lines` are (what, amount); amounts come as they are to be read."""
    sheet = _sheet()
    sheet.text(supplier, _MARGIN, 190, 52, INK)
    sheet.text(f"VAT ID {tax_id}", _MARGIN, 240, 26, STEEL)
    sheet.text(f"Invoice {number}", _MARGIN, 420, 44, INK)
    sheet.text(f"{day:%d.%m.%Y}", WIDTH - _MARGIN, 420, 32, STEEL, anchor="end")
    sheet.text(f"To {customer}", _MARGIN, 480, 30, STEEL)
    y = 620.0
    for what, amount in (*lines, ("Total", total)):
        is_total = what == "Total"
        sheet.line((_MARGIN, y - 48), (WIDTH - _MARGIN, y - 48), INK if is_total else MIST, 3 if is_total else 2)
        sheet.text(what, _MARGIN, y, 30, INK)
        sheet.text(amount, WIDTH - _MARGIN, y, 30, INK, anchor="end")
        y += 84
    sheet.text("Payable within 14 days. Thank you for the order.", _MARGIN, y + 70, 26, STEEL)
    return sheet.svg()


def tear_sheet(publication: str, issue: str, headline: str, advertiser: str) -> str:
    """A page of a journal with the advertisement on its lower half."""
    sheet = _sheet()
    sheet.text(publication, _MARGIN, 170, 58, INK)
    sheet.text(issue, WIDTH - _MARGIN, 170, 28, STEEL, anchor="end")
    sheet.line((_MARGIN, 205), (WIDTH - _MARGIN, 205), INK, 4)
    for column in range(3):
        for row in range(15):
            width = 300 if row % 5 != 4 else 190
            sheet.rect(_MARGIN + column * 340, 270 + row * 38, width, 14, SAND)
    _advertisement(sheet, _MARGIN, 900, WIDTH - 2 * _MARGIN, 640, headline, advertiser)
    return sheet.svg()


def results_screen(address: str, day: date, headline: str, advertiser: str) -> str:
    """A page of search results with the partner's line on top, as the agency kept it."""
    sheet = _sheet()
    sheet.rect(0, 0, WIDTH, 110, MIST)
    sheet.rect(170, 32, 900, 46, WHITE, radius=23)
    sheet.text(address, 200, 65, 26, INK)
    sheet.text(f"{day:%d.%m.%Y} 10:24", WIDTH - 30, 66, 22, STEEL, anchor="end")
    _advertisement(sheet, _MARGIN, 190, WIDTH - 2 * _MARGIN, 420, headline, advertiser)
    for row in range(7):
        y = 720 + row * 130
        sheet.rect(_MARGIN, y, 520, 26, MIST)
        sheet.rect(_MARGIN, y + 44, 880, 14, SAND)
        sheet.rect(_MARGIN, y + 70, 760, 14, SAND)
    return sheet.svg()


def report(title: str, source: str, rows: Sequence[tuple[str, str]]) -> str:
    """A table with a small chart above it, as advertising platforms export it."""
    sheet = _sheet()
    sheet.text(title, _MARGIN, 190, 46, INK)
    sheet.text(source, _MARGIN, 240, 26, STEEL)
    for number in range(21):
        height = 90 + (number * 37) % 190
        sheet.rect(_MARGIN + number * 48, 600 - height, 34, height, heat(height / 300))
    y = 760.0
    for name, value in rows:
        sheet.line((_MARGIN, y - 50), (WIDTH - _MARGIN, y - 50), MIST, 2)
        sheet.text(name, _MARGIN, y, 32, INK)
        sheet.text(value, WIDTH - _MARGIN, y, 32, INK, anchor="end")
        y += 86
    return sheet.svg()


def _sheet() -> Canvas:
    sheet = Canvas(WIDTH, HEIGHT)
    sheet.rect(0, 0, WIDTH, HEIGHT, WHITE)
    sheet.text(_INVENTED, WIDTH / 2, HEIGHT - 60, 24, STEEL, anchor="middle")
    return sheet


def _advertisement(sheet: Canvas, x: float, y: float, w: float, h: float, headline: str, advertiser: str) -> None:
    sheet.rect(x, y, w, h, NIGHT)
    for number in range(12):
        height = h * (0.12 + 0.05 * ((number * 5) % 7))
        sheet.rect(x + w * 0.56 + number * w * 0.034, y + h * 0.86 - height, w * 0.022, height, AMBER if number % 3 == 1 else TEAL)
    sheet.text(headline, x + 48, y + h * 0.3, h * 0.085, PAPER)
    sheet.text(advertiser, x + 48, y + h * 0.86, h * 0.055, MIST)
