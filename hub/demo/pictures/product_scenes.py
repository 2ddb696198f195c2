"""The four pictures of products: meter, gateway, software, release."""

from __future__ import annotations

from random import Random

from hub.demo.pictures import charts, devices
from hub.demo.pictures.canvas import (
    AMBER,
    CORAL,
    DEEP_TEAL,
    EMBER,
    INK,
    MIST,
    NIGHT,
    PAPER,
    SAND,
    SEA,
    SLATE,
    STEEL,
    TEAL,
    WHITE,
    Canvas,
    mix,
    num,
    smooth,
    spread,
)  # fmt: skip


def velorin_meter(canvas: Canvas, chance: Random) -> None:
    canvas.ground("#fbf9f4", SAND)
    canvas.glow(800, 360, 760, "#ffffff", 0.9)
    devices.rail(canvas, 360)
    for i, x in enumerate((-30, 78, 186, 294)):
        devices.breaker(canvas, x, 165, 390, on=i != 2)
    for i, x in enumerate((1214, 1322, 1430, 1538)):
        devices.breaker(canvas, x, 165, 390, on=i != 1)
    for x, colour in ((612, EMBER), (800, SLATE), (988, TEAL)):
        edge = mix(colour, NIGHT, 0.35)
        canvas.rect(x - 15, 500, 30, 400, canvas.gradient([(0, edge, 1), (0.4, colour, 1), (1, edge, 1)], down=False))
        canvas.rect(x - 9, 500, 5, 400, "#ffffff", opacity=0.25)
        canvas.path(f"M{x + 62} 742C{x + 104} 742 {x + 104} 640 {x + 62} 590", stroke=INK, width=5)
        devices.sensor(canvas, x, 745, 124, AMBER, colour)
    devices.meter(canvas, 440, 90, 720, 540, "84.6")


def velorin_gateway(canvas: Canvas, chance: Random) -> None:
    canvas.ground("#16304a", NIGHT)
    canvas.glow(800, 360, 700, TEAL, 0.28)
    ports = [(170 + i * 210, 790.0) for i in range(7)]
    for i, (x, y) in enumerate(ports):
        colour = (AMBER, SEA)[i % 2]
        canvas.path(f"M{800 + (i - 3) * 34} 560C{800 + (i - 3) * 34} 690 {num(x)} 610 {num(x)} {num(y - 66)}", stroke=colour, width=3.5, opacity=0.75)
        for share in (0.25, 0.55, 0.85):
            t = share + chance.uniform(-0.08, 0.08)
            a, b = 800 + (i - 3) * 34, x
            px = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * a + 3 * (1 - t) * t * t * b + t**3 * b
            py = (1 - t) ** 3 * 560 + 3 * (1 - t) ** 2 * t * 690 + 3 * (1 - t) * t * t * 610 + t**3 * (y - 66)
            devices.led(canvas, px, py, colour, radius=4.5)
    devices.rail(canvas, 415, dark=True)
    for i, x in enumerate((20, 128, 236, 344)):
        devices.breaker(canvas, x, 235, 360, dark=True, on=i != 1)
    for x in (1164, 1272, 1380, 1488):
        devices.breaker(canvas, x, 235, 360, dark=True)
    canvas.path("M800 250C800 190 800 190 800 166", stroke=AMBER, width=4, dash="2 12")
    _small_dashboard(canvas, 620, 18, chance)
    devices.gateway(canvas, 500, 215, 600, 400)
    for i, (x, y) in enumerate(ports):
        _small_meter(canvas, x, y, ("1.7", "42", "8.3", "0.9", "65", "3.4", "12")[i])


def _small_meter(canvas: Canvas, x: float, y: float, reading: str) -> None:
    devices.housing(canvas, x - 62, y - 66, 124, 132, "#e9eef0")
    canvas.rect(x - 46, y - 44, 92, 50, "#0f2537", radius=7)
    devices.seven_segment(canvas, reading, x - 34, y - 34, 30, AMBER)
    devices.terminals(canvas, x - 50, y + 36, 100, 4)


def _small_dashboard(canvas: Canvas, x: float, y: float, chance: Random) -> None:
    charts.card(canvas, x, y, 360, 150, WHITE, radius=14, strength=0.5)
    for i in range(3):
        canvas.rect(x + 18 + i * 112, y + 16, 100, 30, "#eef3f5", radius=7)
        canvas.rect(x + 28 + i * 112, y + 27, (44, 62, 36)[i], 8, (AMBER, TEAL, SLATE)[i], radius=4)
    points = spread((charts.office_day(i / 24, chance) for i in range(25)), x + 18, y + 56, 324, 78)
    charts.area(canvas, points, y + 136, TEAL, width=3)


def velorin_lens(canvas: Canvas, chance: Random) -> None:
    canvas.ground("#1b3b57", NIGHT)
    canvas.glow(1200, 120, 700, TEAL, 0.35)
    canvas.glow(260, 860, 560, AMBER, 0.22)
    charts.card(canvas, 170, 86, 1260, 760, PAPER, radius=22, strength=0.6)
    canvas.clip(170, 86, 1260, 760, 22)
    canvas.rect(170, 86, 104, 760, INK)
    devices.velorin_mark(canvas, 222, 146, 22, WHITE)
    for i in range(6):
        if i == 1:
            canvas.rect(182, 213 + i * 66, 80, 54, TEAL, radius=12)
        canvas.rect(208, 228 + i * 66, 28, 24, WHITE if i == 1 else STEEL, radius=6, opacity=1 if i == 1 else 0.7)
    canvas.unclip()
    charts.words(canvas, 316, 126, (250,), INK, size=18)
    charts.words(canvas, 316, 158, (360,), "#c7d0d6", size=10)
    canvas.rect(1240, 122, 148, 42, TEAL, radius=21)
    charts.words(canvas, 1276, 138, (76,), WHITE, size=10)
    _figures(canvas)
    charts.card(canvas, 316, 362, 640, 440, strength=0.1)
    charts.words(canvas, 346, 392, (150,), INK, size=12)
    charts.heat_map(canvas, (346, 436, 582, 336), 7, 48, charts.week(chance, 48, forgotten=(2, 34, 45)), gap=2)
    canvas.rect(346 + 34 * 12.125 - 6, 436 + 96 - 6, 12 * 12.125 + 9, 57, "none", radius=8, stroke=CORAL, stroke_width=4)
    charts.card(canvas, 984, 362, 404, 440, strength=0.1)
    charts.words(canvas, 1012, 392, (120,), INK, size=12)
    charts.grid(canvas, (1012, 446, 348, 200), 4)
    expected = spread((charts.office_day(i / 32, chance) * 0.9 for i in range(33)), 1012, 446, 348, 200)
    actual = spread((charts.office_day(i / 32, chance, peak=0.12, base=0.34) * 0.95 for i in range(33)), 1012, 446, 348, 200)
    charts.area(canvas, actual, 646, AMBER, width=4)
    canvas.path(smooth(expected), stroke=TEAL, width=3.5, dash="9 8")
    for row, (dot, width) in enumerate(((CORAL, 220), (AMBER, 176), (TEAL, 250))):
        y = 690 + row * 36
        canvas.circle(1022, y, 8, dot)
        charts.words(canvas, 1044, y - 5, (width,), "#d2dae0", size=10)


def _figures(canvas: Canvas) -> None:
    rows = (("84.6", "kW", AMBER, 0.62), ("23", "%", TEAL, 0.34), ("412", "MWh", SLATE, 0.78))
    for i, (figure, unit, colour, share) in enumerate(rows):
        x = 316 + i * 364
        charts.card(canvas, x, 196, 344, 140, strength=0.1)
        charts.words(canvas, x + 26, 222, (104,), "#c7d0d6", size=9)
        canvas.text(figure, x + 24, 296, 58, INK)
        canvas.text(unit, x + 34 + len(figure.replace(".", "")) * 29 + ("." in figure) * 15, 296, 24, STEEL)
        canvas.rect(x + 26, 312, 292, 8, "#e6ecef", radius=4)
        canvas.rect(x + 26, 312, 292 * share, 8, colour, radius=4)


def lens_release(canvas: Canvas, chance: Random) -> None:
    canvas.ground("#14304a", NIGHT)
    canvas.glow(360, 220, 620, DEEP_TEAL, 0.6)
    canvas.text("4.2", 110, 300, 250, WHITE)
    canvas.rect(118, 350, 96, 10, AMBER, radius=5)
    charts.words(canvas, 118, 392, (330, 270), "#ffffff", size=12, gap=30)
    devices.velorin_mark(canvas, 1450, 130, 40, WHITE)
    holidays = {0, 1, 16, 17, 22, 23, 33, 50, 51}

    def value(row: int, column: int) -> float:
        if row >= 5:
            return 0.1 + chance.uniform(-0.03, 0.03)
        season: float = 0.62 + 0.3 * abs((column - 26) / 26) ** 1.4 + (0.12 if 24 < column < 34 else 0)
        if column in holidays and (row < 2 or column in (0, 51)):
            return 0.04
        return season + chance.uniform(-0.14, 0.1)

    charts.heat_map(canvas, (110, 500, 1384, 306), 7, 52, value, gap=4, radius=4)
    for column in holidays - {0, 51}:
        x = 110 + (column + 0.5) * 1384 / 52 - 2
        canvas.circle(x, 480, 5, SEA)
    for month in range(12):
        canvas.rect(110 + month * 1384 / 12, 826, 70, 7, MIST, radius=3.5, opacity=0.35)
