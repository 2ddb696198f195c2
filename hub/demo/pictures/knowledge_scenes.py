"""The four pictures of thoughts: peak, plan, proof, heat map."""

from __future__ import annotations

from random import Random

from hub.demo.pictures import buildings, charts, devices
from hub.demo.pictures.canvas import (
    AMBER,
    CORAL,
    DEEP_TEAL,
    EMBER,
    GLOW,
    INK,
    MIST,
    NIGHT,
    SAND,
    SEA,
    SLATE,
    TEAL,
    WHITE,
    Canvas,
    Point,
    between,
    heat,
    mix,
    num,
    smooth,
    spread,
    under,
)  # fmt: skip


def peak_demand(canvas: Canvas, chance: Random) -> None:
    canvas.ground("#0f2438", "#16395a")
    buildings.skyline(canvas, 830, "#16334e", chance, low=120, high=420)
    canvas.glow(560, 200, 520, CORAL, 0.3)
    box = (110.0, 120.0, 1380.0, 660.0)
    charts.grid(canvas, box, 6, MIST, opacity=0.13)
    before = spread((charts.office_day(i / 48, chance, peak=0.42) * 0.86 for i in range(49)), *box)
    after = spread((min(charts.office_day(i / 48, chance, base=0.3) * 0.84, 0.72) for i in range(49)), *box)
    limit = 120 + 660 * 0.2
    canvas.path(under(before, 780), canvas.gradient([(0, CORAL, 0.75), (0.4, AMBER, 0.35), (1, AMBER, 0.03)]))
    canvas.path(smooth(before), stroke=AMBER, width=7)
    over = [p for p in before if p[1] < limit + 30]
    canvas.path(smooth(over), stroke=CORAL, width=11)
    canvas.path(smooth(after), stroke=SEA, width=6, dash="1 14")
    canvas.line((110, limit), (1490, limit), WHITE, 3.5, dash="16 14", opacity=0.85)
    top = min(before, key=lambda p: p[1])
    devices.led(canvas, top[0], top[1], CORAL, radius=14)
    canvas.text("612 kW", top[0] + 44, top[1] + 20, 64, WHITE)
    canvas.text("498 kW", 1490, limit - 22, 44, SEA, anchor="end")
    canvas.line((110, 780), (1490, 780), MIST, 3, opacity=0.6)
    for hour in range(0, 25, 6):
        x = 110 + 1380 * hour / 24
        canvas.line((x, 780), (x, 794), MIST, 3, opacity=0.6)
        canvas.text(f"{hour}:00", x, 836, 30, MIST, anchor="middle", opacity=0.8)


def measurement_plan(canvas: Canvas, chance: Random) -> None:
    canvas.ground("#fbf9f4", SAND)
    canvas.shadow(138, 80, 1364, 776, radius=10, strength=0.3)
    for i in range(3):
        canvas.rect(118 + i * 10, 62 + i * 9, 1364, 776, mix("#ffffff", SAND, 0.9 - i * 0.45), radius=10)
    for x in range(180, 1500, 44):
        canvas.line((x, 90), (x, 846), MIST, 1, opacity=0.4)
    for row in range(110, 850, 44):
        canvas.line((150, row), (1490, row), MIST, 1, opacity=0.4)
    root, branches = (320.0, 456.0), ((196.0, 0.34, TEAL), (372.0, 0.27, EMBER), (542.0, 0.22, SLATE), (712.0, 0.17, "#b98a4e"))
    flow_y = root[1] - 110.0
    for y, share, colour in branches:
        thick = 220 * share
        _ribbon(canvas, (root[0] + 40, flow_y), (720, y - thick / 2), thick, mix(colour, WHITE, 0.3))
        _leaves(canvas, y, thick, colour, chance)
        flow_y += thick
    for y, share, colour in branches:
        _node(canvas, 720, y, 46, colour, f"{round(share * 100)}")
    _node(canvas, root[0], root[1], 122, INK, "100")


def _ribbon(canvas: Canvas, start: Point, end: Point, thick: float, colour: str) -> None:
    (x1, y1), (x2, y2) = start, end
    mid = (x1 + x2) / 2
    canvas.path(
        f"M{num(x1)} {num(y1)}C{num(mid)} {num(y1)} {num(mid)} {num(y2)} {num(x2)} {num(y2)}v{num(thick)}"
        f"C{num(mid)} {num(y2 + thick)} {num(mid)} {num(y1 + thick)} {num(x1)} {num(y1 + thick)}Z",
        colour, opacity=0.85,
    )  # fmt: skip


def _leaves(canvas: Canvas, y: float, thick: float, colour: str, chance: Random) -> None:
    weights = [chance.uniform(0.6, 1.4) for _ in range(3)]
    at = y - thick / 2
    for i, weight in enumerate(weights):
        part = thick * weight / sum(weights)
        target = y + (i - 1) * 52
        _ribbon(canvas, (720, at), (1130, target - part * 0.42), part * 0.84, mix(colour, WHITE, 0.55))
        devices.housing(canvas, 1120, target - 20, 62, 40, "#eef2f4", lifted=False)
        canvas.rect(1128, target - 12, 30, 18, "#0f2537", radius=3)
        canvas.rect(1132, target - 5, 12 + 10 * chance.random(), 4, AMBER, radius=2)
        canvas.circle(1170, target - 4, 4, colour)
        charts.words(canvas, 1204, target - 6, (chance.uniform(90, 220),), mix(colour, MIST, 0.65), size=11)
        at += part


def _node(canvas: Canvas, x: float, y: float, r: float, colour: str, figure: str) -> None:
    canvas.shadow(x - r, y - r, r * 2, r * 2, radius=r, blur=14, strength=0.25)
    canvas.circle(x, y, r, WHITE, stroke=colour, stroke_width=r * 0.16)
    canvas.text(figure, x, y + r * 0.2, r * 0.62, colour, anchor="middle")


def savings_proof(canvas: Canvas, chance: Random) -> None:
    canvas.ground("#0d3d47", "#0d1b2c")
    canvas.glow(1060, 380, 640, TEAL, 0.35)
    box = (120.0, 130.0, 1360.0, 620.0)
    charts.grid(canvas, box, 5, MIST, opacity=0.14)
    wave = [0.62, 0.7, 0.76, 0.72, 0.6, 0.52, 0.56, 0.66, 0.74, 0.82, 0.86, 0.84, 0.74, 0.62, 0.56, 0.62, 0.72, 0.82, 0.88, 0.9]
    start = 7
    saved = [v - (0.0 if i <= start else min(0.3, 0.07 * (i - start)) + chance.uniform(-0.015, 0.02)) for i, v in enumerate(wave)]
    expected, actual = spread(wave, *box), spread(saved, *box)
    band_up = [(x, y - 16 - 22 * (i / 19)) for i, (x, y) in enumerate(expected)][start:]
    band_low = [(x, y + 16 + 22 * (i / 19)) for i, (x, y) in enumerate(expected)][start:]
    canvas.path(under(actual, 750), canvas.gradient([(0, SEA, 0.3), (1, SEA, 0.02)]))
    canvas.path(between(expected[start:], actual[start:]), canvas.gradient([(0, AMBER, 0.8), (1, EMBER, 0.45)]))
    canvas.path(between(band_up, band_low), WHITE, opacity=0.16)
    canvas.path(smooth(expected[start:]), stroke=GLOW, width=5, dash="16 12")
    canvas.path(smooth(actual), stroke=SEA, width=8)
    x = expected[start][0]
    canvas.line((x, 110), (x, 750), WHITE, 3, dash="3 12", opacity=0.7)
    canvas.circle(x, expected[start][1], 14, NIGHT, stroke=WHITE, stroke_width=5)
    for px, py in actual[start + 2 :: 3]:
        canvas.circle(px, py, 10, NIGHT, stroke=SEA, stroke_width=5)
    canvas.text("–15 %", 1394, 338, 60, NIGHT, anchor="middle")
    canvas.line((120, 750), (1480, 750), MIST, 3, opacity=0.6)
    for i in range(20):
        canvas.rect(120 + i * 1360 / 19 - 15, 776, 30, 8, MIST, radius=4, opacity=0.3 if i < start else 0.6)


def heatmap_webinar(canvas: Canvas, chance: Random) -> None:
    canvas.ground("#1d3a54", "#0c1a2a")
    canvas.glow(760, 380, 900, TEAL, 0.35)
    value = charts.week(chance, 40, forgotten=(1, 30, 34))
    cells = [[value(row, column) for column in range(40)] for row in range(7)]
    charts.card(canvas, 110, 56, 1300, 640, "#f4f6f5", radius=20, strength=0.6)
    charts.heat_map(canvas, (150, 96, 1226, 564), 7, 40, lambda r, c: cells[r][c], gap=5, radius=5)
    _magnifier(canvas, cells)
    _seats(canvas, chance)


def _magnifier(canvas: Canvas, cells: list[list[float]]) -> None:
    x, y, r = 1150.0, 262.0, 190.0
    canvas.add(f'<g transform="rotate(38 {num(x)} {num(y)})">')
    canvas.rect(x + r - 6, y - 30, 260, 60, canvas.gradient([(0, "#3d5b77", 1), (1, NIGHT, 1)]), radius=30)
    canvas.rect(x + r + 26, y - 18, 210, 9, WHITE, radius=5, opacity=0.2)
    canvas.add("</g>")
    canvas.shadow(x - r, y - r, r * 2, r * 2, radius=r, blur=26, strength=0.45)
    canvas.clip(x - r, y - r, r * 2, r * 2, r)
    canvas.rect(x - r, y - r, r * 2, r * 2, INK)
    cell_w, cell_h = 58.0, 148.0
    for row in range(-1, 2):
        for column in range(-4, 5):
            level = cells[1 + row][32 + column]
            colour = heat(level)
            canvas.rect(x + column * cell_w - cell_w / 2, y + row * cell_h - cell_h / 2, cell_w - 9, cell_h - 9, colour, radius=9)
    canvas.glow(x, y, r, GLOW, 0.35)
    canvas.unclip()
    canvas.circle(x, y, r, "none", stroke="#22405c", stroke_width=24)
    canvas.circle(x, y, r + 1, "none", stroke=AMBER, stroke_width=6)
    shine = f"M{num(x - r * 0.62)} {num(y - r * 0.5)}A{num(r * 0.8)} {num(r * 0.8)} 0 0 1 {num(x - r * 0.1)} {num(y - r * 0.79)}"
    canvas.path(shine, stroke=WHITE, width=9, opacity=0.5)


def _seats(canvas: Canvas, chance: Random) -> None:
    """The audience from behind, dark against the bright wall."""
    for y, start, step, size, tone in ((812.0, 96.0, 202.0, 1.0, "#17344c"), (900.0, 0.0, 218.0, 1.25, "#0b1a2a")):
        for i in range(9):
            x = start + i * step + chance.uniform(-16, 16)
            head = 40 * size
            colour = mix(tone, DEEP_TEAL, chance.uniform(0, 0.28))
            canvas.circle(x, y - 74 * size, head, colour)
            canvas.path(
                f"M{num(x - 92 * size)} {num(y + 60 * size)}C{num(x - 90 * size)} {num(y - 50 * size)} "
                f"{num(x + 90 * size)} {num(y - 50 * size)} {num(x + 92 * size)} {num(y + 60 * size)}Z",
                colour,
            )
            brow = y - 74 * size - head * 0.7
            rim = f"M{num(x - head * 0.7)} {num(brow)}A{num(head)} {num(head)} 0 0 1 {num(x + head * 0.7)} {num(brow)}"
            canvas.path(rim, stroke=SEA, width=2.5, opacity=0.45)
