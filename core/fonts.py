"""Where the vendored faces live, for code that draws text into pictures (banners, previews).

Each file stands alone for its script: it also holds ASCII, Latin-1 and punctuation, so that "Velorin Lens" inside an
Arabic headline needs no second face. `fonts/FONTS.md` says how the files were made.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

Script = Literal["latin", "cyrillic", "greek", "arabic", "hebrew", "cjk"]

FOLDER = Path(__file__).resolve().parent / "static" / "core" / "fonts"
#: First code point and last code point of the letters that decide which face a line of text needs.
_BLOCKS: tuple[tuple[int, int, Script], ...] = (
    (0x0370, 0x03FF, "greek"),
    (0x0400, 0x052F, "cyrillic"),
    (0x0590, 0x05FF, "hebrew"),
    (0x0600, 0x06FF, "arabic"),
    (0x0750, 0x077F, "arabic"),
    (0x08A0, 0x08FF, "arabic"),
    (0x1F00, 0x1FFF, "greek"),
    (0x2E80, 0x9FFF, "cjk"),
    (0xFB1D, 0xFB4F, "hebrew"),
    (0xFB50, 0xFDFF, "arabic"),
    (0xFE70, 0xFEFC, "arabic"),
    (0xFF00, 0xFFEF, "cjk"),
)


def font_path(script: str, bold: bool = False) -> Path:
    """The woff2 file of a script; raises ValueError for a script we carry no face for.

    CJK has one weight only (a second costs 1.6 MB): drawing code thickens it with a stroke where it wants bold.
    """
    if script not in get_args(Script):
        raise ValueError(f"no face for the script {script!r}")
    weight = 600 if bold and script != "cjk" else 400
    return FOLDER / f"press-sans-{script}-{weight}.woff2"


def script_of(text: str) -> Script:
    """The script whose face can draw all of `text` as far as one face can: the rarest script named in it wins over Latin."""
    counts: dict[Script, int] = {}
    for letter in text:
        for first, last, script in _BLOCKS:
            if first <= ord(letter) <= last:
                counts[script] = counts.get(script, 0) + 1
                break
    return max(counts, key=lambda script: counts[script]) if counts else "latin"
