"""The sheet every demo picture is drawn on: 1600 × 900, one palette, a few shapes. SVG text in, SVG text out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

WIDTH, HEIGHT = 1600, 900

Point = tuple[float, float]

# One palette for the vendor's pictures: night and paper as grounds, amber is energy, teal is what was measured.
NIGHT, INK, SLATE, STEEL = "#0d1b2c", "#15293f", "#27435f", "#5b7690"
MIST, PAPER, SAND, WHITE = "#dbe5ec", "#f6f3ec", "#e8e1d2", "#ffffff"
AMBER, GLOW, EMBER = "#ffb547", "#ffd991", "#ee8a2b"
TEAL, DEEP_TEAL, SEA = "#22a699", "#0d5f66", "#8fd6cc"
CORAL = "#e2583e"

#: From cold to hot, for heat maps.
HEAT = ("#12283f", "#174a5f", "#1c7078", "#3fa08c", "#9cc27f", "#f2c65a", "#f7a13c", "#e8663a")


def num(value: float) -> str:
    """Short and the same on every machine: SVG needs no more than two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def mix(first: str, second: str, share: float) -> str:
    """The colour that lies `share` (0 to 1) of the way from the first to the second."""
    one, two = (tuple(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in (first, second))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(one, two, strict=True))


def heat(value: float) -> str:
    """A colour of the heat scale for a value from 0 to 1."""
    at = min(max(value, 0.0), 1.0) * (len(HEAT) - 1)
    low = min(int(at), len(HEAT) - 2)
    return mix(HEAT[low], HEAT[low + 1], at - low)


@cache
def _glyphs() -> dict[str, list[object]]:
    """Outlines of Source Sans (OFL), so that a number in a picture needs no font on the machine."""
    text = files(__package__).joinpath("glyphs.json").read_text(encoding="utf-8")
    loaded: dict[str, list[object]] = json.loads(text)
    return loaded


class Canvas:
    """Collects shapes in drawing order and definitions beside them."""

    def __init__(self, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.width, self.height = width, height
        self._parts: list[str] = []
        self._defs: list[str] = []

    def add(self, markup: str) -> None:
        self._parts.append(markup)

    def define(self, markup: str) -> str:
        """Keep a definition whose markup holds `{id}` and give back the reference to it."""
        key = f"d{len(self._defs)}"
        self._defs.append(markup.replace("{id}", key))
        return f"url(#{key})"

    def gradient(self, stops: Sequence[tuple[float, str, float]], *, down: bool = True) -> str:
        """A straight gradient; a stop is (offset 0 to 1, colour, opacity)."""
        x2, y2 = ("0", "1") if down else ("1", "0")
        inner = "".join(f'<stop offset="{num(o)}" stop-color="{c}" stop-opacity="{num(a)}"/>' for o, c, a in stops)
        return self.define(f'<linearGradient id="{{id}}" x1="0" y1="0" x2="{x2}" y2="{y2}">{inner}</linearGradient>')

    def glow(self, x: float, y: float, radius: float, colour: str, strength: float = 0.5) -> None:
        """Soft light around a point."""
        stops = "".join(
            f'<stop offset="{o}" stop-color="{colour}" stop-opacity="{num(strength * a)}"/>' for o, a in ((0, 1), (0.35, 0.45), (0.7, 0.12), (1, 0))
        )
        fill = self.define(f'<radialGradient id="{{id}}">{stops}</radialGradient>')
        self.add(f'<circle cx="{num(x)}" cy="{num(y)}" r="{num(radius)}" fill="{fill}"/>')

    def ground(self, top: str, bottom: str) -> None:
        self.rect(0, 0, self.width, self.height, self.gradient([(0, top, 1), (1, bottom, 1)]))

    def rect(
        self, x: float, y: float, w: float, h: float, fill: str, *,
        radius: float = 0, opacity: float = 1, stroke: str = "", stroke_width: float = 0,
    ) -> None:  # fmt: skip
        more = f' rx="{num(radius)}"' if radius else ""
        more += f' opacity="{num(opacity)}"' if opacity < 1 else ""
        more += f' stroke="{stroke}" stroke-width="{num(stroke_width)}"' if stroke else ""
        self.add(f'<rect x="{num(x)}" y="{num(y)}" width="{num(w)}" height="{num(h)}" fill="{fill}"{more}/>')

    def circle(self, x: float, y: float, r: float, fill: str, *, opacity: float = 1, stroke: str = "", stroke_width: float = 0) -> None:
        more = f' opacity="{num(opacity)}"' if opacity < 1 else ""
        more += f' stroke="{stroke}" stroke-width="{num(stroke_width)}"' if stroke else ""
        self.add(f'<circle cx="{num(x)}" cy="{num(y)}" r="{num(r)}" fill="{fill}"{more}/>')

    def path(self, d: str, fill: str = "none", *, stroke: str = "", width: float = 0, dash: str = "", opacity: float = 1) -> None:
        more = f' opacity="{num(opacity)}"' if opacity < 1 else ""
        if stroke:
            more += f' stroke="{stroke}" stroke-width="{num(width)}" stroke-linecap="round" stroke-linejoin="round"'
        more += f' stroke-dasharray="{dash}"' if dash else ""
        self.add(f'<path d="{d}" fill="{fill}"{more}/>')

    def line(self, a: Point, b: Point, stroke: str, width: float, *, dash: str = "", opacity: float = 1) -> None:
        self.path(f"M{num(a[0])} {num(a[1])}L{num(b[0])} {num(b[1])}", stroke=stroke, width=width, dash=dash, opacity=opacity)

    def shadow(self, x: float, y: float, w: float, h: float, *, radius: float = 16, blur: float = 26, strength: float = 0.25) -> None:
        """A soft shadow under a box, drawn before the box."""
        room = blur * 3
        region = f'x="{num(x - room)}" y="{num(y - room)}" width="{num(w + room * 2)}" height="{num(h + room * 2.5)}"'
        blurred = self.define(f'<filter id="{{id}}" filterUnits="userSpaceOnUse" {region}><feGaussianBlur stdDeviation="{num(blur)}"/></filter>')
        self.add(
            f'<rect x="{num(x)}" y="{num(y + blur * 0.8)}" width="{num(w)}" height="{num(h)}" rx="{num(radius)}" '
            f'fill="#061220" opacity="{num(strength)}" filter="{blurred}"/>'
        )

    def text(self, words: str, x: float, y: float, size: float, fill: str, *, anchor: str = "start", opacity: float = 1) -> None:
        """Outlined figures and letters on a baseline; `anchor` is start, middle or end."""
        glyphs, scale = _glyphs(), size / 1000
        advances = [float(str(glyphs[c][0])) * scale for c in words]
        at = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * sum(advances)
        for char, advance in zip(words, advances, strict=True):
            if glyphs[char][1]:
                place = f"translate({num(at)} {num(y)}) scale({scale:.5f} {-scale:.5f})"
                more = f' opacity="{num(opacity)}"' if opacity < 1 else ""
                self.add(f'<path transform="{place}" d="{glyphs[char][1]}" fill="{fill}"{more}/>')
            at += advance

    def clip(self, x: float, y: float, w: float, h: float, radius: float = 0) -> None:
        """All that follows until `unclip` stays inside this box."""
        shape = f'<rect x="{num(x)}" y="{num(y)}" width="{num(w)}" height="{num(h)}" rx="{num(radius)}"/>'
        self.add(f'<g clip-path="{self.define(f"""<clipPath id="{{id}}">{shape}</clipPath>""")}">')

    def unclip(self) -> None:
        self.add("</g>")

    def svg(self) -> str:
        box = f'width="{self.width}" height="{self.height}" viewBox="0 0 {self.width} {self.height}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {box}><defs>{"".join(self._defs)}</defs>{"".join(self._parts)}</svg>'


def smooth(points: Sequence[Point]) -> str:
    """A calm curve through the points (Catmull-Rom as cubic Béziers), as path data."""
    path = f"M{num(points[0][0])} {num(points[0][1])}"
    last = len(points) - 1
    for i in range(last):
        (x0, y0), (x1, y1) = points[max(i - 1, 0)], points[i]
        (x2, y2), (x3, y3) = points[i + 1], points[min(i + 2, last)]
        path += f"C{num(x1 + (x2 - x0) / 6)} {num(y1 + (y2 - y0) / 6)} {num(x2 - (x3 - x1) / 6)} {num(y2 - (y3 - y1) / 6)} {num(x2)} {num(y2)}"
    return path


def under(points: Sequence[Point], floor: float) -> str:
    """The area between a smooth curve and a level."""
    return f"{smooth(points)}L{num(points[-1][0])} {num(floor)}L{num(points[0][0])} {num(floor)}Z"


def between(upper: Sequence[Point], lower: Sequence[Point]) -> str:
    """The area between two smooth curves."""
    back = smooth(list(reversed(list(lower))))
    return f"{smooth(upper)}L{back[1:]}Z"


def spread(values: Iterable[float], x: float, y: float, w: float, h: float) -> list[Point]:
    """Values from 0 to 1 as evenly spaced points in a box, 1 at its top."""
    rows = list(values)
    return [(x + w * i / (len(rows) - 1), y + h * (1 - v)) for i, v in enumerate(rows)]
