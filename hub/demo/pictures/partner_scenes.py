"""One picture for the top of each partner's website, in that partner's colours; kept as SVG."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin
from random import Random
from zlib import crc32

from hub.demo.pictures import buildings
from hub.demo.pictures.buildings import Facade
from hub.demo.pictures.canvas import Canvas, mix, num, smooth


def kestrel(canvas: Canvas, chance: Random) -> None:
    """Brick warehouses at a canal on a grey evening."""
    canvas.ground("#dfe6ea", "#f6e3cf")
    canvas.circle(1090, 250, 120, "#f3c15b", opacity=0.85)
    buildings.skyline(canvas, 640, "#c4ccd1", chance, low=120, high=330)
    walls = ("#9c3d1b", "#b5451b", "#8a3416", "#a8431f", "#933a1a")
    for i, wall in enumerate(walls):
        height = (430, 510, 450, 540, 470)[i]
        house = Facade(30 + i * 284, 760, 256, height, 4, 6, 0.5, wall, "#5a2a18", "gable", lobby=False)
        buildings.facade(canvas, house, chance)
        canvas.rect(30 + i * 284 + 110, 760 - height - 40, 36, 60, mix(wall, "#2b1408", 0.5), radius=3)
    canvas.rect(0, 760, 1440, 26, "#4a545c")
    canvas.rect(0, 786, 1440, 254, canvas.gradient([(0, "#55707f", 1), (1, "#23313d", 1)]))
    for _ in range(70):
        x, y = chance.uniform(0, 1440), chance.uniform(800, 1030)
        canvas.rect(x, y, chance.uniform(30, 150), 5, mix("#f3c15b", "#8fa5b1", chance.random()), radius=2.5, opacity=chance.uniform(0.12, 0.5))
    canvas.path("M180 900C190 940 230 960 300 960H520C590 960 620 930 640 890Z", "#23313d")
    canvas.rect(300, 840, 200, 56, "#f7f1ea", radius=6)
    for i in range(4):
        canvas.rect(318 + i * 46, 852, 30, 24, "#f3c15b", radius=4)
    canvas.path("M180 900H640", stroke="#b5451b", width=10)


def brightwater(canvas: Canvas, chance: Random) -> None:
    """Hills, a mill town and a river in the morning."""
    canvas.ground("#bfe3f5", "#fff3d0")
    canvas.glow(1180, 230, 360, "#ffdf86", 0.9)
    canvas.circle(1180, 230, 76, "#ffc53a")
    for level, colour, rise in ((330, "#b4d6c9", 70), (390, "#8cc0ae", 54), (440, "#5fa38f", 40)):
        points = [(x, level + rise * sin(x / 210 + level)) for x in range(-40, 1681, 60)]
        canvas.path(f"{smooth(points)}L1680 620L-40 620Z", colour)
    for x, width, height, wall in ((720, 200, 190, "#b98a5f"), (930, 150, 150, "#a97a54"), (1095, 230, 220, "#c29a6c"), (1340, 170, 160, "#b0835a")):
        buildings.facade(canvas, Facade(x, 500, width, height, 6, 4, 0.35, wall, "#6d5a49", "flat"), chance)
    canvas.path("M1290 500V190h34V500Z", "#96683f")
    canvas.rect(1284, 182, 46, 14, "#7d5535")
    for stem in (660, 912, 1332, 1540, 560):
        buildings.tree(canvas, stem, 506, 110, "#4f9a76")
    river = [(x, 520 + 14 * sin(x / 120)) for x in range(-40, 1681, 50)]
    canvas.path(f"{smooth(river)}L1680 640L-40 640Z", canvas.gradient([(0, "#35a3dc", 1), (1, "#0a5a94", 1)]))
    for i in range(26):
        left, y = chance.uniform(0, 1600), chance.uniform(548, 612)
        canvas.path(f"M{num(left)} {num(y)}q18 -8 36 0t36 0", stroke="#d6f0fb", width=3.5, opacity=0.3 + 0.5 * (i % 2))


def nakhla(canvas: Canvas, chance: Random) -> None:
    """Towers and palms against an evening sky."""
    canvas.ground("#0f4a38", "#e7b45f")
    canvas.glow(430, 560, 640, "#ffe2a0", 0.85)
    canvas.circle(430, 520, 92, "#fff0c4", opacity=0.9)
    buildings.skyline(canvas, 640, "#5c7a58", chance, low=60, high=190)
    towers = (
        (90, 96, 380, "#1c5645"),
        (210, 120, 250, "#23604e"),
        (350, 84, 470, "#174c3c"),
        (460, 130, 300, "#205a48"),
        (610, 96, 210, "#2a6a56"),
        (720, 110, 330, "#1b5443"),
    )
    for x, width, height, wall in towers:
        buildings.facade(canvas, Facade(x, 640, width, height, 4, max(6, height // 36), 0.42, wall, "#3d7c68", "flat"), chance)
    canvas.path("M380 172L392 40L404 172Z", "#174c3c")
    canvas.path("M20 640C40 420 70 330 74 250C86 330 84 480 84 640Z", "#2f7560")
    canvas.rect(0, 640, 1600, 60, canvas.gradient([(0, "#0c3b2d", 1), (1, "#082a20", 1)]))
    for x, height in ((30, 170), (668, 140), (560, 230), (850, 110)):
        _palm(canvas, x, 650, height, "#0a3327")
    # The words of the page stand on the right: night falls there first.
    canvas.rect(0, 0, 1600, 700, canvas.gradient([(0.35, "#0a3327", 0), (0.75, "#0a3327", 0.82), (1, "#0a3327", 0.95)], down=False))


def _palm(canvas: Canvas, x: float, foot: float, height: float, colour: str) -> None:
    top = foot - height
    middle = foot - height / 2
    trunk = f"M{num(x - 7)} {num(foot)}C{num(x - 3)} {num(middle)} {num(x + 2)} {num(top + 40)} {num(x + 3)} {num(top)}"
    canvas.path(f"{trunk}h8C{num(x + 10)} {num(top + 50)} {num(x + 9)} {num(middle)} {num(x + 9)} {num(foot)}Z", colour)
    size = height / 230
    for angle in (-165, -140, -110, -75, -45, -20, 5, 175):
        out = f"M0 0C{num(36 * size)} {num(-26 * size)} {num(86 * size)} {num(-20 * size)} {num(118 * size)} {num(18 * size)}"
        leaf = f"{out}C{num(80 * size)} {num(-2 * size)} {num(40 * size)} {num(-2 * size)} 0 0Z"
        flip = " scale(1 -1)" if angle < -90 or angle > 90 else ""
        canvas.add(f'<path d="{leaf}" fill="{colour}" transform="translate({num(x + 7)} {num(top)}) rotate({angle}){flip}"/>')


def minato(canvas: Canvas, chance: Random) -> None:
    """A harbour with a wheel, towers and rows of waves."""
    canvas.ground("#fdf6ec", "#f7dccb")
    canvas.circle(860, 190, 110, "#e0442c")
    buildings.skyline(canvas, 380, "#d9d4de", chance, low=40, high=150)
    for x, width, height in ((40, 90, 170), (140, 120, 290), (275, 80, 210), (620, 100, 180), (735, 80, 120)):
        buildings.facade(canvas, Facade(x, 384, width, height, 5, max(5, height // 26), 0.34, "#22357a", "#4a5c9e", "flat"), chance)
    cx, cy, r = 470.0, 232.0, 122.0
    canvas.path(f"M{num(cx - 62)} 384L{num(cx)} {num(cy)}L{num(cx + 62)} 384", stroke="#16224f", width=8)
    canvas.circle(cx, cy, r, "none", stroke="#16224f", stroke_width=6)
    canvas.circle(cx, cy, r * 0.84, "none", stroke="#16224f", stroke_width=2)
    for i in range(16):
        a = i * pi / 8
        canvas.line((cx, cy), (cx + r * cos(a), cy + r * sin(a)), "#16224f", 2)
        canvas.circle(cx + r * cos(a), cy + r * sin(a), 10, ("#e0442c", "#1f3a8a", "#f2b84b")[i % 3])
    canvas.circle(cx, cy, 26, "#fdf6ec", stroke="#16224f", stroke_width=5)
    canvas.rect(0, 384, 1200, 136, "#1f3a8a")
    for row in range(9):
        for i in range(-1, 22):
            _wave(canvas, i * 58 + (row % 2) * 29, 396 + row * 15)


def _wave(canvas: Canvas, x: float, y: float) -> None:
    for ring, colour in enumerate(("#1f3a8a", "#f4f6fd", "#1f3a8a", "#f4f6fd", "#1f3a8a")):
        radius = 30 * (1 - ring * 0.2)
        canvas.circle(x, y + 18, radius, colour)


SCENES: dict[str, tuple[int, int, Callable[[Canvas, Random], None]]] = {
    "kestrel": (1440, 1040, kestrel),
    "brightwater": (1600, 620, brightwater),
    "nakhla": (1600, 700, nakhla),
    "minato": (1200, 520, minato),
}


def draw_hero(slug: str) -> str:
    """The picture of one partner as SVG text."""
    width, height, scene = SCENES[slug]
    canvas = Canvas(width, height)
    scene(canvas, Random(crc32(slug.encode())))
    return canvas.svg()
