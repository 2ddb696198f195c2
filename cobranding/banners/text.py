"""Set text into a box: tidy, break, find the largest size that fits, draw; ellipsis only when nothing else helps."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from PIL import ImageDraw
from PIL.ImageFont import FreeTypeFont

from . import bidi, breaking, fonts

_DIVIDES = frozenset({"de", "nl", "sv", "da", "nb", "no", "fi", "hu"})
_GIVE_UP_FOR_BREAKS = 0.8  # share of the largest size that better line breaks may cost
_REFERENCE = 128  # px; widths are measured once at this size and scaled
# Line height as a share of the size: Arabic marks and full-width glyphs need more air than Latin capitals.
_LEADING = {"ar": 1.42, "fa": 1.42, "ur": 1.6, "he": 1.2, "ja": 1.3, "zh": 1.3, "ko": 1.3, "th": 1.4, "hi": 1.35}


@dataclass(frozen=True)
class Run:
    """Neighbouring characters that one face draws in one direction."""

    text: str
    path: str
    rtl: bool
    width: float


@dataclass(frozen=True)
class Line:
    runs: tuple[Run, ...]
    width: float


@dataclass(frozen=True)
class Block:
    """Lines ready to draw, in pixels."""

    lines: tuple[Line, ...]
    size: int
    leading: int
    truncated: bool = False
    bold: bool = True

    @property
    def height(self) -> int:
        return self.leading * (len(self.lines) - 1) + round(self.size * 1.0) if self.lines else 0

    @property
    def width(self) -> float:
        return max((line.width for line in self.lines), default=0.0)


@dataclass(frozen=True)
class Box:
    """What a text may occupy: width and height in pixels, sizes to try, number of lines."""

    width: int
    height: int
    largest: int
    smallest: int
    max_lines: int = 1
    bold: bool = True


def tidy(text: str, locale: str, bold: bool = True) -> str:
    """One paragraph of characters that can be drawn: no controls, no bidi marks, nothing that would be a box."""
    faces = fonts.face_order(locale, bold)
    kept = []
    for char in unicodedata.normalize("NFC", text):
        if char.isspace():
            kept.append("\u00a0" if char in "\u00a0\u202f" else " ")
        elif char == breaking.SOFT_HYPHEN or (unicodedata.category(char)[0] != "C" and fonts.face_for(char, faces)):
            kept.append(char)
    return " ".join("".join(kept).split(" ")).strip() if kept else ""


def set_text(text: str, locale: str, rtl: bool, box: Box) -> Block:
    """The largest size whose best lines fit the box; at the smallest size the text is shortened."""
    ready = _collapse(tidy(text, locale, box.bold))
    if not ready:
        return Block((), box.largest, _leading(locale, box.largest))
    paragraph = _Paragraph(ready, locale, rtl, box.bold)
    whole = paragraph.best_fit(box, paragraph.pieces)
    if locale.split("-")[0] in _DIVIDES and (whole is None or whole.size < box.largest * 0.7):
        divided = paragraph.best_fit(box, breaking.pieces(ready, divide_words=True))
        if divided and (whole is None or divided.size > whole.size * 1.25):
            return divided
    return whole or paragraph.shortened(box)


def draw_block(
    pen: ImageDraw.ImageDraw,
    block: Block,
    left: float,
    top: float,
    width: float,
    rtl: bool,
    ink: tuple[int, int, int],
    tracking: float = 0.0,
) -> None:
    """Draw from the top of the first line's capitals; lines start at the reading edge.

    `tracking` spaces letters (share of the size); only for cased scripts, it would tear Arabic apart.
    """
    baseline = top + block.size * 0.86
    for line in block.lines:
        x = left + width - line.width if rtl else left
        for run in line.runs:
            font = fonts.sized(run.path, block.size)
            if tracking and not run.rtl:
                _draw_tracked(pen, run, x, baseline, font, ink, tracking * block.size)
            else:
                at = (round(x), round(baseline))
                stroke = block.size / 46 if fonts.thickened(run.path, block.bold) else 0
                pen.text(at, run.text, fill=ink, font=font, anchor="ls", direction=_way(run.rtl), stroke_width=stroke)
            x += run.width
        baseline += block.leading


def _draw_tracked(pen: ImageDraw.ImageDraw, run: Run, x: float, baseline: float, font: FreeTypeFont, ink: tuple[int, int, int], gap: float) -> None:
    for char in run.text:
        pen.text((round(x), round(baseline)), char, fill=ink, font=font, anchor="ls")
        x += font.getlength(char) + gap


def _collapse(text: str) -> str:
    return " ".join(part for part in text.split(" ") if part)


def _leading(locale: str, size: int) -> int:
    return round(size * _LEADING.get(locale.split("-")[0], 1.14))


def _rows(locale: str, size: int, height: int) -> int:
    return max(0, 1 + (height - size) // _leading(locale, size)) if height >= size else 0


def _sizes(box: Box) -> range:
    return range(box.largest, box.smallest - 1, -1 if box.largest < 30 else -2)


def _way(rtl: bool) -> str:
    return "rtl" if rtl else "ltr"


class _Paragraph:
    """One text with its directions and faces, measured once."""

    def __init__(self, text: str, locale: str, rtl: bool, bold: bool) -> None:
        self.text = text
        self.locale = locale
        self.base = int(rtl)
        self.bold = bold
        self.faces = fonts.face_order(locale, bold)
        self.levels = bidi.levels(text, self.base)
        self._paths = list(_paths(text, self.faces))
        self.pieces = breaking.pieces(text)
        self._widths: dict[tuple[int, int], float] = {}

    def best_fit(self, box: Box, parts: list[breaking.Piece]) -> Block | None:
        """Largest size that fits; a little smaller when that breaks the lines at clearly better places."""
        best: tuple[float, int, breaking.Broken] | None = None
        largest = 0
        for size in _sizes(box):
            if best and size < largest * _GIVE_UP_FOR_BREAKS:
                break
            broken = self.break_into(size, box, parts)
            if broken is None:
                continue
            largest = largest or size
            score = broken.cost + 320 * (1 - size / largest)
            if best is None or score < best[0]:
                best = (score, size, broken)
        return self.block(best[2], best[1]) if best else None

    def break_into(self, size: int, box: Box, parts: list[breaking.Piece]) -> breaking.Broken | None:
        """Best lines at a size, by scaled widths: loading the Japanese face at every size tried costs 28 ms each."""
        rows = min(box.max_lines, _rows(self.locale, size, box.height))
        scale = size / _REFERENCE
        hyphen = _length(self.faces[0], _REFERENCE, "-", False) * scale

        def measure(start: int, end: int) -> float:
            return self._reference_width(start, end) * scale

        # Hinting makes real lines up to one per cent wider than scaled ones.
        return breaking.best_lines(parts, measure, box.width * 0.985, rows, hyphen)

    def block(self, broken: breaking.Broken, size: int, truncated: bool = False) -> Block:
        lines = tuple(self.line(start, end, hyphen, size) for start, end, hyphen in broken.spans)
        return Block(lines, size, _leading(self.locale, size), truncated, self.bold)

    def shortened(self, box: Box) -> Block:
        """Cut at the last piece (or character) that leaves room for the ellipsis."""
        size = box.smallest
        ends = [piece.end for piece in self.pieces][::-1] + list(range(self.pieces[0].end - 1, 0, -1))
        for end in ends:
            shorter = _Paragraph(self.text[:end].rstrip(" ,;:.-–、。،") + "…", self.locale, bool(self.base), self.bold)
            if broken := shorter.break_into(size, box, shorter.pieces):
                return shorter.block(broken, size, truncated=True)
        return Block((), size, _leading(self.locale, size), True, self.bold)

    def line(self, start: int, end: int, hyphen: bool, size: int) -> Line:
        """Runs of a span from left to right."""
        runs = self._runs(start, end, size)
        if hyphen:
            runs += (_run(0, self.faces[0], "-", size),)
        return Line(runs, sum(run.width for run in runs))

    def _reference_width(self, start: int, end: int) -> float:
        if (start, end) not in self._widths:
            self._widths[start, end] = self.line(start, end, False, _REFERENCE).width
        return self._widths[start, end]

    def _runs(self, start: int, end: int, size: int) -> tuple[Run, ...]:
        text = self.text[start:end]
        levels = bidi.trailing_levels(text, self.levels[start:end], self.base)
        logical: list[tuple[int, str, str]] = []
        for char, level, path in zip(text, levels, self._paths[start:end], strict=True):
            if char == breaking.SOFT_HYPHEN:
                continue
            if logical and logical[-1][0] == level and logical[-1][1] == path:
                logical[-1] = (level, path, logical[-1][2] + char)
            else:
                logical.append((level, path, char))
        order = bidi.visual_order([level for level, _, _ in logical])
        return tuple(_run(*logical[at], size) for at in order)


def _run(level: int, path: str, text: str, size: int) -> Run:
    rtl = bool(level % 2)
    return Run(text, path, rtl, _length(path, size, text, rtl))


@lru_cache(maxsize=16_384)
def _length(path: str, size: int, text: str, rtl: bool) -> float:
    return fonts.sized(path, size).getlength(text, direction=_way(rtl))


def _paths(text: str, faces: tuple[str, ...]) -> Iterator[str]:
    """A face for every character; blanks and marks stay with what stands before them."""
    before = faces[0]
    for char in text:
        if not (char.isspace() or unicodedata.combining(char)):
            before = fonts.face_for(char, faces) or faces[0]
        yield before
