"""Shapes with smooth edges: Pillow draws hard ones, so masks are drawn four times as large and reduced."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from PIL import Image, ImageDraw, ImageOps

from ..rules.colours import Colour, Theme
from .pictures import Picture, decoded, plain_border
from .sizes import Rect

_OVER = 4
Corners = tuple[bool, bool, bool, bool]
ALL: Corners = (True, True, True, True)


@lru_cache(maxsize=64)
def rounded_mask(width: int, height: int, radius: int, corners: Corners) -> Image.Image:
    """Coverage of a rounded rectangle; corners in the order top-left, top-right, bottom-right, bottom-left."""
    large = Image.new("L", (width * _OVER, height * _OVER), 0)
    box = (0, 0, width * _OVER - 1, height * _OVER - 1)
    ImageDraw.Draw(large).rounded_rectangle(box, radius * _OVER, fill=255, corners=corners)
    return large.resize((width, height), Image.Resampling.BOX)


def fill_rounded(image: Image.Image, rect: Rect, radius: int, colour: Colour, corners: Corners = ALL) -> None:
    mask = rounded_mask(rect.width, rect.height, radius, corners)
    image.paste(colour.rgb, (rect.left, rect.top), mask)


def fill(image: Image.Image, rect: Rect, colour: Colour) -> None:
    if rect.width and rect.height:
        image.paste(colour.rgb, (rect.left, rect.top, rect.right, rect.bottom))


def paste_fitted(image: Image.Image, mark: Image.Image, left: int, top: int, size: tuple[int, int]) -> None:
    """A mark at its final size; alpha is kept, the ratio is the caller's promise."""
    small = mark.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    image.paste(small, (left, top), small)


@lru_cache(maxsize=24)
def prepared_picture(picture: Picture, width: int, height: int) -> Image.Image:
    """The asset's picture filling a box: photographs are cropped, diagrams stand whole on their own ground."""
    ground = plain_border(picture)
    if ground is None:
        return ImageOps.fit(
            decoded(picture, (width * 2, height * 2)).convert("RGB"),
            (width, height),
            Image.Resampling.LANCZOS,
            centering=(0.5, 0.42),
        )
    room = (round(width * 0.86), round(height * 0.86))
    whole = ImageOps.contain(decoded(picture), room, Image.Resampling.LANCZOS)
    filled = Image.new("RGB", (width, height), ground.rgb)
    filled.paste(whole, ((width - whole.width) // 2, (height - whole.height) // 2), whole)
    return filled


@lru_cache(maxsize=24)
def motif(seed: str, theme: Theme, width: int, height: int, cell: int) -> Image.Image:
    """A quiet composition of quarter circles in the brand's shades, for assets without a picture; same seed, same art."""
    columns, rows = -(-width // cell), -(-height // cell)
    side = cell * _OVER
    art = Image.new("RGB", (columns * side, rows * side), theme.tint.rgb)
    pen = ImageDraw.Draw(art)
    numbers = _numbers(seed, columns * rows * 3)
    shades = (theme.primary, theme.deep, theme.accent, theme.line, theme.primary, theme.tint)
    for at in range(columns * rows):
        x, y = (at % columns) * side, (at // columns) * side
        ground, ink = shades[numbers[3 * at] % 6], shades[numbers[3 * at + 1] % 6]
        _cell(pen, x, y, side, ground, ink if ink != ground else theme.line, numbers[3 * at + 2] % 7)
    small = art.resize((columns * cell, rows * cell), Image.Resampling.BOX)
    return small.crop((0, 0, width, height))


def _cell(pen: ImageDraw.ImageDraw, x: int, y: int, side: int, ground: Colour, ink: Colour, shape: int) -> None:
    pen.rectangle((x, y, x + side - 1, y + side - 1), fill=ground.rgb)
    if shape < 4:
        corner_x, corner_y = x - side * (shape % 2), y - side * (shape // 2)
        pen.pieslice((corner_x, corner_y, corner_x + 2 * side, corner_y + 2 * side), *_QUARTERS[shape], fill=ink.rgb)
    elif shape == 4:
        gap = side // 4
        pen.ellipse((x + gap, y + gap, x + side - gap, y + side - gap), fill=ink.rgb)


_QUARTERS = ((180, 270), (270, 360), (90, 180), (0, 90))


def _numbers(seed: str, count: int) -> bytes:
    drawn = b""
    block = 0
    while len(drawn) < count:
        drawn += hashlib.sha256(f"{seed}:{block}".encode()).digest()
        block += 1
    return drawn[:count]
