"""`export_cell()` and `write_csv()`: no text becomes a formula."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.gates import export_cell, write_csv


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "\ufeff=1",
        "\u200b=1",
        "\xa0=1",
        '"=1',
        "'=1",
        "|calc",
        "%0A",
    ],
)
def test_text_that_a_spreadsheet_would_calculate_is_marked_as_text(text: str) -> None:
    assert export_cell(text).startswith("'")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Kestrel GmbH", "Kestrel GmbH"),
        ("a=b", "a=b"),
        (-5, "-5"),
        (1.5, "1.5"),
        (Decimal("-0.10"), "-0.10"),
        (True, "true"),
        (None, ""),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 2, 9, tzinfo=UTC), "2026-03-02T09:00:00+00:00"),
        ("a\x00b", "ab"),
    ],
)
def test_other_values_stay_themselves(value: object, text: str) -> None:
    assert export_cell(value) == text  # type: ignore[arg-type]


@given(st.lists(st.lists(st.text(max_size=20), min_size=1, max_size=4), max_size=5))
def test_a_table_reads_back_cell_by_cell_and_holds_no_formula(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(write_csv(rows), newline="")))
    assert read == [[export_cell(cell) for cell in row] for row in rows]
    assert not any(cell.lstrip()[:1] in tuple("=+-@") for row in read for cell in row if cell.strip())


def test_another_separator_cuts_no_cell() -> None:
    assert write_csv([["a;=1", 2]]) == '"a;=1","2"\r\n'
