"""Which face draws which character: the locale's own face first, then the others (Pillow itself has no fallback)."""

from __future__ import annotations

from functools import lru_cache
from typing import get_args

from PIL import ImageFont

from core.fonts import Script, font_path

_FIRST = {"ar": "arabic", "fa": "arabic", "ur": "arabic", "he": "hebrew", "el": "greek", "ru": "cyrillic", "uk": "cyrillic", "bg": "cyrillic"}
_PROBE = 24  # px at which two glyphs are compared


@lru_cache(maxsize=64)
def face_order(locale: str, bold: bool) -> tuple[str, ...]:
    """Paths of all faces: the locale's own, Latin (it leads in Japanese too, for its better figures), the rest."""
    first = _FIRST.get(locale.split("-")[0], "latin")
    scripts = dict.fromkeys([first, "latin", *get_args(Script)])
    return tuple(str(font_path(script, bold)) for script in scripts)


@lru_cache(maxsize=16)
def thickened(path: str, bold: bool) -> bool:
    """A face with one weight that has to look bold: drawn with a thin stroke."""
    return bold and path == str(font_path("cjk", False))


@lru_cache(maxsize=256)
def sized(path: str, size: int) -> ImageFont.FreeTypeFont:
    """One face at one size; raqm shapes Arabic and the Indic scripts."""
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.RAQM)


@lru_cache(maxsize=32_768)
def covers(path: str, char: str) -> bool:
    """Whether a face has a glyph for a character: its picture differs from the face's own "missing" box."""
    if char.isspace():
        return True
    drawn = sized(path, _PROBE).getmask(char)
    return drawn.getbbox() is not None and (drawn.size, bytes(drawn)) != _missing(path)


@lru_cache(maxsize=64)
def _missing(path: str) -> tuple[tuple[int, int], bytes]:
    box = sized(path, _PROBE).getmask("\U0010fffd")
    return box.size, bytes(box)


def face_for(char: str, faces: tuple[str, ...]) -> str | None:
    """The first face that can draw the character; None means it would come out as a box."""
    return next((path for path in faces if covers(path, char)), None)


def undrawable_share(text: str, locale: str) -> float:
    """Share (0..1) of the letters that no vendored face has: Thai or Korean headlines should be refused, not gutted."""
    letters = [char for char in text if char.isalnum()]
    faces = face_order(locale, True)
    return sum(face_for(char, faces) is None for char in letters) / len(letters) if letters else 0.0
