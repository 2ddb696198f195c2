"""Decode our own stored pictures once and measure logos. Uploads were re-encoded by `core.gates.accept_upload` before."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from functools import lru_cache

from PIL import Image, ImageChops, ImageFilter

from ..rules.colours import Colour
from ..rules.logos import LogoFacts

_FORMATS = ("PNG", "JPEG", "WEBP")
_MEASURED_AT = 256  # px of the longer side


@dataclass(frozen=True)
class Picture:
    """Bytes of a stored picture; equal by content, so that decoded and prepared forms can be cached."""

    digest: str
    data: bytes = field(compare=False, repr=False)

    @classmethod
    def of(cls, data: bytes) -> Picture:
        return cls(hashlib.sha256(data).hexdigest(), data)


@lru_cache(maxsize=48)
def decoded(picture: Picture, draft: tuple[int, int] | None = None) -> Image.Image:
    """RGBA pixels; `draft` lets JPEG decode near the wanted size, which halves the time for camera pictures."""
    with Image.open(io.BytesIO(picture.data), formats=_FORMATS) as opened:
        if draft and opened.format == "JPEG":
            opened.draft("RGB", (draft[0], draft[1]))
        return opened.convert("RGBA")


@lru_cache(maxsize=64)
def trimmed_logo(picture: Picture) -> Image.Image:
    """The mark without the empty space its file came with: our own clear space is measured from the mark."""
    image = decoded(picture)
    border = _border_colour(image)
    if border is None:
        box = image.getchannel("A").point(lambda value: 255 if value > 12 else 0).getbbox()
    else:
        plain = Image.new("RGB", image.size, border.rgb)
        difference = ImageChops.difference(image.convert("RGB"), plain).convert("L")
        box = difference.point(lambda value: 255 if value > 18 else 0).getbbox()
    return image.crop(box) if box else image


@lru_cache(maxsize=64)
def logo_facts(picture: Picture) -> LogoFacts:
    """Size, edge colours and ground of a logo, measured on a small copy."""
    mark = trimmed_logo(picture)
    border = _border_colour(decoded(picture))
    small = mark.copy()
    small.thumbnail((_MEASURED_AT, _MEASURED_AT))
    edge = _edge_colours(small)
    opaque = border is not None or small.getchannel("A").getextrema()[0] > 200
    if not opaque and (boxed := _rounded_box(small, edge)):
        border, opaque = boxed, True
    return LogoFacts(mark.width, mark.height, edge, border, opaque)


@lru_cache(maxsize=64)
def plain_border(picture: Picture) -> Colour | None:
    """The one light colour around a diagram, so that it can be shown whole on its own ground; None for photographs."""
    border = _border_colour(decoded(picture))
    return border if border and border.luminance > 0.55 else None


def _border_colour(image: Image.Image) -> Colour | None:
    """The colour that surrounds an opaque picture on all four sides, if it is one colour."""
    width, height = image.size
    ring = [
        image.crop((0, 0, width, 1)),
        image.crop((0, height - 1, width, height)),
        image.crop((0, 0, 1, height)),
        image.crop((width - 1, 0, width, height)),
    ]
    low, high = [255] * 4, [0] * 4
    for side in ring:
        for at, (least, most) in enumerate(side.getextrema()):
            low[at], high[at] = min(low[at], least), max(high[at], most)
    if low[3] < 250 or any(most - least > 14 for least, most in zip(low[:3], high[:3], strict=True)):
        return None
    return Colour(*((least + most) // 2 for least, most in zip(low[:3], high[:3], strict=True)))


def _rounded_box(small: Image.Image, edge: tuple[tuple[Colour, float], ...]) -> Colour | None:
    """A mark on its own box with rounded corners: nearly all covered, with one colour along the outline."""
    covered = sum(small.getchannel("A").histogram()[128:]) / (small.width * small.height)
    colour, share = max(edge, key=lambda pair: pair[1], default=(None, 0.0))
    return colour if covered > 0.9 and share > 0.8 else None


def _edge_colours(small: Image.Image) -> tuple[tuple[Colour, float], ...]:
    """Colours along the outline of the mark with their shares: what has to stand out from the ground."""
    solid = small.getchannel("A").point(lambda value: 255 if value > 128 else 0)
    framed = Image.new("L", (small.width + 2, small.height + 2), 0)
    framed.paste(solid, (1, 1))
    inner = framed.filter(ImageFilter.MinFilter(3)).crop((1, 1, small.width + 1, small.height + 1))
    edge = ImageChops.subtract(solid, inner)
    few = small.convert("RGB").quantize(24).convert("RGB")
    counts: dict[tuple[int, int, int], int] = {}
    for pixel, on_edge in zip(few.get_flattened_data(), edge.get_flattened_data(), strict=True):
        if on_edge:
            counts[pixel] = counts.get(pixel, 0) + 1
    total = sum(counts.values()) or 1
    return tuple((Colour(*pixel), count / total) for pixel, count in sorted(counts.items()))
