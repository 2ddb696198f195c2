"""What leaves as a table. A cell that a spreadsheet would calculate is a program on the reader's machine."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from core.gates.characters import legal

# ASCII and full-width signs, after anything that spreadsheets trim or do not show.
_FORMULA = re.compile(r"[\s\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff'\"]*[=+\-@|%＝＋－＠−]")
Cell = str | int | float | Decimal | bool | date | datetime | None


def export_cell(value: Cell) -> str:
    """The value as text for CSV or a spreadsheet; text that would be read as a formula gets a leading apostrophe.

    Numbers stay numbers (`-5` as an int is a number, "-5" typed by a stranger is text). OWASP, CSV injection.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    if isinstance(value, date):
        return value.isoformat()
    if value[:1] in ("\t", "\r", "\n"):
        return "'" + legal(value)
    text = legal(value)
    return "'" + text if _FORMULA.match(text) else text


def write_csv(rows: Iterable[Iterable[Cell]]) -> str:
    """RFC 4180, every cell quoted: a reader whose separator is `;` must not cut one cell into two."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([[export_cell(cell) for cell in row] for row in rows])
    return out.getvalue()
