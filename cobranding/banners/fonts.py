"""Which face draws which character: the locale's own face first, then the others (Pillow itself has no fallback)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

_DEBIAN = Path("/usr/share/fonts")
_FILES = {
    "latin": ("truetype/noto/NotoSans-Regular.ttf", "truetype/noto/NotoSans-Bold.ttf"),
    "arabic": ("truetype/noto/NotoSansArabic-Regular.ttf", "truetype/noto/NotoSansArabic-Bold.ttf"),
    "hebrew": ("truetype/noto/NotoSansHebrew-Regular.ttf", "truetype/noto/NotoSansHebrew-Bold.ttf"),
    "jp": ("opentype/noto/NotoSansCJK-Regular.ttc", "opentype/noto/NotoSansCJK-Bold.ttc"),
}


def font_path(script, bold):
    return _DEBIAN / _FILES[script][bold]

_SCRIPTS = ("latin", "arabic", "hebrew", "jp")
_FIRST = {"ar": "arabic", "fa": "arabic", "ur": "arabic", "he": "hebrew", "ja": "jp"}


def face_order(locale: str, bold: bool) -> tuple[str, ...]:
    """Paths of all faces, the locale's own script first; Latin leads even in Japanese, for its better figures."""
    first = _FIRST.get(locale.split("-")[0], "latin")
    scripts = ["latin", first] if first == "jp" else [first, "latin"]
    scripts += [script for script in _SCRIPTS if script not in scripts]
    return tuple(dict.fromkeys(str(font_path(script, bold)) for script in scripts))


@lru_cache(maxsize=256)
def sized(path: str, size: int) -> ImageFont.FreeTypeFont:
    """One face at one size; raqm shapes Arabic and the Indic scripts."""
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.RAQM)


@lru_cache(maxsize=32_768)
def covers(path: str, char: str) -> bool:
    """Whether a face has a glyph for a character: its picture differs from the face's own "missing" box."""
    if char.isspace():
        return True
    font = sized(path, 24)
    drawn = font.getmask(char)
    return drawn.getbbox() is not None and (drawn.size, bytes(drawn)) != _missing(path)


@lru_cache(maxsize=64)
def _missing(path: str) -> tuple[tuple[int, int], bytes]:
    box = sized(path, 24).getmask("\U0010fffd")
    return box.size, bytes(box)


def face_for(char: str, faces: tuple[str, ...]) -> str | None:
    """The first face that can draw the character; None means it would come out as a box."""
    return next((path for path in faces if covers(path, char)), None)
