"""The performance page: a suite owns the text between its markers and nothing else."""

from __future__ import annotations

from pathlib import Path

from benchmarks.report import write_section


def test_a_section_is_replaced_and_the_words_around_it_stay(tmp_path: Path) -> None:
    page = tmp_path / "docs" / "performance.md"
    write_section(page, "Feeds", "| first |", "Monday")
    write_section(page, "Collector", "| other |", "Monday")
    page.write_text(page.read_text("utf-8").replace("Written by", "Our own words. Written by"), "utf-8")
    write_section(page, "Feeds", "| second |", "Tuesday")
    text = page.read_text("utf-8")
    assert "| first |" not in text
    assert text.index("| second |") < text.index("| other |")
    assert text.count("## Feeds") == text.count("## Collector") == 1
    assert "Our own words." in text
