"""docs/performance.md: each suite owns the text between its two markers, people own the rest."""

from __future__ import annotations

from pathlib import Path

_HEAD = "# Performance\n\nWritten by `make bench`; the text outside the markers is kept.\n"


def write_section(path: Path, section: str, body: str, stamp: str) -> None:
    """Replace the section's text, or append the section when the page does not have it yet."""
    text = path.read_text("utf-8") if path.exists() else _HEAD
    begin, end = f"<!-- benchmark:{section} -->", f"<!-- /benchmark:{section} -->"
    written = f"{begin}\n\n## {section}\n\n*{stamp}*\n\n{body}\n\n{end}"
    if begin in text and end in text:
        before, _, rest = text.partition(begin)
        text = before + written + rest.partition(end)[2]
    else:
        text = text.rstrip() + "\n\n" + written + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
