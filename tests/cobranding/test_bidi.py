"""Direction: our runs in several faces look like what raqm and FriBiDi make of the whole line in one face."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from cobranding.banners import bidi, fonts
from cobranding.banners.text import Box, draw_block, set_text
from core.fonts import font_path


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        ("abc", 0, [0, 0, 0]),
        ("אבג", 1, [1, 1, 1]),
        ("אב 12", 1, [1, 1, 1, 2, 2]),
        ("a אב b", 0, [0, 0, 1, 1, 0, 0]),
        ("אב ab", 1, [1, 1, 1, 2, 2]),
        ("ا 12,5 ٪", 1, [1, 1, 2, 2, 2, 2, 1, 1]),
        ("א (b) ג", 1, [1, 1, 1, 2, 1, 1, 1]),
    ],
)
def test_levels_are_those_of_uax_9(text: str, base: int, expected: list[int]) -> None:
    assert bidi.levels(text, base) == expected


def test_runs_are_put_in_visual_order() -> None:
    assert bidi.visual_order([1, 2, 1]) == [2, 1, 0]
    assert bidi.visual_order([0, 1, 2, 1, 0]) == [0, 3, 2, 1, 4]


@pytest.mark.parametrize(
    "text",
    [
        "كيف يخفض Velorin Lens استهلاك الطاقة",
        "توفير 15% في 2026 (دليل)",
        "Velorin Lens للمباني",
        "السعر: 12.50 يورو، الآن!",
        "قراءة A/B ثم C",
    ],
)
def test_one_line_looks_as_raqm_sets_it_in_one_face(text: str) -> None:
    """The Arabic face also holds Latin letters, so the whole line can be drawn at once as the reference."""
    path, size = str(font_path("arabic", True)), 40
    block = set_text(text, "ar", True, Box(1400, 80, size, size))
    ours, theirs = (Image.new("L", (1500, 120), 0) for _ in range(2))
    draw_block(ImageDraw.Draw(ours), block, 20, 20, 1400, True, 255)  # type: ignore[arg-type]
    reference = fonts.sized(path, size)
    left = 20 + 1400 - reference.getlength(text, direction="rtl")
    ImageDraw.Draw(theirs).text((left, round(20 + size * 0.86)), text, fill=255, font=reference, anchor="ls", direction="rtl")
    one, other = ours.getbbox(), theirs.getbbox()
    assert one is not None
    assert other is not None
    assert abs(one[0] - other[0]) <= 6
    assert abs(one[2] - other[2]) <= 6
    assert _columns(ours) == pytest.approx(_columns(theirs), rel=0.35, abs=14)


def _columns(image: Image.Image) -> list[float]:
    """Ink in each of 30 columns: the order of the words, not the exact pixel."""
    small = image.resize((30, 1), Image.Resampling.BOX)
    return [float(value) for value in small.get_flattened_data()]
