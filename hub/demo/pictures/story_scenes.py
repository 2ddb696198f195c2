"""The four pictures of buildings: night load, retrofit, campaign, customer reference."""

from __future__ import annotations

from random import Random

from hub.demo.pictures import buildings, charts, devices
from hub.demo.pictures.buildings import Facade
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
    STEEL,
    TEAL,
    WHITE,
    Canvas,
    mix,
    num,
    spread,
)  # fmt: skip


def night_load(canvas: Canvas, chance: Random) -> None:
    canvas.ground("#0a1626", "#1d3c58")
    buildings.stars(canvas, chance, 130, 420)
    canvas.glow(1310, 150, 260, "#fff3d6", 0.5)
    canvas.path("M1326 98A56 56 0 1 0 1362 168A48 48 0 1 1 1326 98Z", "#fdf3dc")
    buildings.skyline(canvas, 660, "#132a42", chance)
    for house in (
        Facade(96, 660, 250, 300, 6, 7, 0.05, "#152c44", "#1f3c58", "plant"),
        Facade(420, 660, 470, 480, 11, 11, 0.13, "#1a3550", "#284a69", "plant"),
        Facade(960, 660, 300, 380, 7, 9, 0.07, "#162f48", "#22415d", "solar"),
        Facade(1310, 660, 230, 250, 5, 6, 0.06, "#152c44", "#1f3c58"),
    ):
        buildings.facade(canvas, house, chance)
    canvas.glow(655, 640, 420, AMBER, 0.18)
    canvas.rect(0, 660, 1600, 240, canvas.gradient([(0, "#0b1828", 1), (1, "#081220", 1)]))
    base = (0.42 + 0.05 * chance.random() for _ in range(9))
    rise = [0.5, 0.74, 0.93, 0.9, 0.97, 0.86, 0.92, 0.8, 0.62, 0.5]
    level = [*base, *rise, *(0.4 + 0.05 * chance.random() for _ in range(10))]
    points = spread(level, -20, 690, 1640, 190)
    charts.area(canvas, points, 872, AMBER, width=6, strength=0.55)
    canvas.line((0, 872), (1600, 872), MIST, 2.5, dash="3 13", opacity=0.55)
    x, y = points[4]
    canvas.line((x, y + 14), (x, 872), WHITE, 2.5, dash="2 9", opacity=0.8)
    devices.led(canvas, x, y, GLOW, radius=11)
    canvas.text("3:00", x + 26, y - 26, 44, WHITE)


def retrofit_live(canvas: Canvas, chance: Random) -> None:
    canvas.ground("#fbf9f4", SAND)
    canvas.circle(1240, 300, 330, "#f3e4c0", opacity=0.7)
    buildings.skyline(canvas, 800, "#e3ddcf", chance, low=40, high=190)
    canvas.rect(0, 800, 1600, 100, "#d5cdbb")
    canvas.shadow(330, 90, 940, 710, radius=6, blur=30, strength=0.3)
    canvas.rect(330, 78, 940, 722, INK, radius=6)
    canvas.rect(304, 62, 992, 26, "#1d3752", radius=5)
    for floor in range(6):
        _storey(canvas, 350, 100 + floor * 116, 900, 104, floor, chance)
    canvas.rect(758, 100, 84, 700, "#0f2133")
    canvas.rect(794, 120, 12, 680, canvas.gradient([(0, GLOW, 1), (1, EMBER, 1)]), radius=6)
    canvas.glow(800, 620, 300, AMBER, 0.25)
    for floor in range(6):
        y = 152 + floor * 116
        canvas.line((800, y), (872, y), AMBER, 6)
        _board(canvas, 872, y, (("3.1"), "7.8", "12", "4.6", "9.2", "31")[floor])
        canvas.circle(800, y, 11, WHITE, stroke=EMBER, stroke_width=5)
    buildings.tree(canvas, 190, 802, 210, "#7fae8f")
    buildings.tree(canvas, 1400, 802, 260, "#6ba187")
    buildings.tree(canvas, 1510, 802, 160, "#86b596")


def _board(canvas: Canvas, x: float, y: float, reading: str) -> None:
    devices.housing(canvas, x, y - 36, 122, 72, "#eef2f3")
    canvas.rect(x + 10, y - 22, 62, 34, "#0f2537", radius=5)
    devices.seven_segment(canvas, reading, x + 16, y - 15, 20, AMBER)
    devices.led(canvas, x + 94, y - 8, TEAL, radius=5)
    devices.terminals(canvas, x + 10, y + 25, 100, 5)


def _storey(canvas: Canvas, x: float, y: float, w: float, h: float, floor: int, chance: Random) -> None:
    wall = mix("#f5ead2", "#e9f0f0", floor / 6)
    canvas.rect(x, y, w, h, wall)
    canvas.rect(x, y, w, 8, "#ffffff", opacity=0.6)
    for i in range(3):
        lamp = x + 70 + i * 125
        canvas.rect(lamp, y + 8, 46, 6, GLOW, radius=3)
        canvas.path(f"M{num(lamp)} {num(y + 14)}l-24 {num(h - 20)}h94l-24 {num(20 - h)}Z", GLOW, opacity=0.28)
    if floor in (0, 3):  # ventilation
        canvas.rect(x + 40, y + 34, 190, 52, "#c9d5da", radius=6)
        for i in range(2):
            canvas.circle(x + 88 + i * 92, y + 60, 20, "#9fb2bc")
            middle = f"{num(x + 88 + i * 92)} {num(y + 60)}"
            for turn in range(3):
                wing = f'cx="{num(x + 88 + i * 92)}" cy="{num(y + 51)}" rx="5" ry="9" fill="#f3f6f7"'
                canvas.add(f'<ellipse {wing} transform="rotate({turn * 120} {middle})"/>')
    elif floor in (1, 2):  # desks
        for i in range(3):
            desk = x + 36 + i * 122
            canvas.rect(desk, y + h - 34, 86, 7, SLATE, radius=3)
            canvas.rect(desk + 8, y + h - 28, 5, 28, SLATE)
            canvas.rect(desk + 73, y + h - 28, 5, 28, SLATE)
            canvas.rect(desk + 28, y + h - 62, 34, 23, INK, radius=3)
            canvas.rect(desk + 31, y + h - 59, 28, 17, SEA, radius=2)
    elif floor == 4:  # kitchen
        for i in range(4):
            canvas.rect(x + 34 + i * 88, y + h - 54, 78, 54, "#d3dbdf", radius=4)
            canvas.rect(x + 44 + i * 88, y + h - 40, 58, 30, "#33506a" if i % 2 else "#7b3f2e", radius=4)
    else:  # cars that charge
        for i in range(2):
            car = x + 40 + i * 180
            canvas.path(f"M{num(car)} {num(y + h - 14)}v-22q4 -8 22 -10l20 -20q6 -5 14 -5h34q8 0 14 6l18 19q22 3 24 12v20Z", (TEAL, CORAL)[i])
            for wheel in (30, 112):
                canvas.circle(car + wheel, y + h - 13, 13, NIGHT)
    right = x + 640
    for i in range(2):
        canvas.rect(right + 20 + i * 106, y + 26, 84, h - 44, mix("#b9d6dc", "#f6dca4", chance.random() * 0.8), radius=4)
        canvas.rect(right + 61 + i * 106, y + 26, 3, h - 44, WHITE)
    canvas.rect(x, y + h - 4, w, 16, INK)


def retrofit_kit(canvas: Canvas, chance: Random) -> None:
    canvas.ground("#f7b267", "#f4e3c8")
    canvas.glow(800, 560, 820, "#fff1d0", 0.8)
    canvas.circle(800, 620, 250, "#ffe9bd", opacity=0.8)
    buildings.skyline(canvas, 812, mix("#f0c894", SLATE, 0.12), chance, low=50, high=230)
    canvas.rect(0, 812, 1600, 88, "#23405a")
    for day in range(5):
        x = 74 + day * 300
        _day(canvas, x, 86, day)
        house = Facade(x + 14, 812, 224, 380, 5, 8, 0, mix(INK, SLATE, 0.2), "#35546f", "plant" if day % 2 else "flat")
        buildings.facade(canvas, house, chance, lit_floors=(0, 2, 4, 6, 8)[day])
        if day:
            canvas.glow(x + 126, 700 - day * 30, 120 + day * 45, AMBER, 0.1 + day * 0.05)
    for x in (48, 348, 652, 948, 1252, 1560):
        buildings.tree(canvas, x, 814, 120, "#3f7f74")


def _day(canvas: Canvas, x: float, y: float, day: int) -> None:
    charts.card(canvas, x, y, 252, 226, WHITE, radius=20, strength=0.2)
    canvas.clip(x, y, 252, 226, 20)
    canvas.rect(x, y, 252, 58, (DEEP_TEAL, DEEP_TEAL, DEEP_TEAL, DEEP_TEAL, CORAL)[day])
    canvas.unclip()
    for ring in (70, 182):
        canvas.rect(x + ring - 6, y - 18, 12, 40, INK, radius=6)
    canvas.text(str(day + 1), x + 126, y + 184, 128, INK, anchor="middle")
    done = 5 if day == 4 else day + 1
    for i in range(5):
        canvas.circle(x + 78 + i * 24, y + 29, 7, WHITE, opacity=1 if i < done else 0.3)


def quarter_reference(canvas: Canvas, chance: Random) -> None:
    canvas.ground("#20425f", "#f0a868")
    canvas.glow(1180, 640, 620, "#ffe0a6", 0.85)
    buildings.stars(canvas, chance, 40, 240)
    buildings.skyline(canvas, 760, "#8f7d78", chance, low=120, high=300)
    buildings.skyline(canvas, 760, "#5f6676", chance, low=70, high=190)
    row = (
        Facade(40, 770, 150, 250, 4, 6, 0.5, "#1b3650", "#3b5a76"),
        Facade(200, 770, 190, 420, 5, 10, 0.42, "#17304a", "#35546f", "plant"),
        Facade(400, 770, 150, 190, 3, 3, 0.6, "#7a4a3a", "#a4705a", "gable"),
        Facade(562, 770, 220, 330, 6, 7, 0.5, "#1f3d59", "#42627e", "solar"),
        Facade(794, 770, 130, 540, 3, 14, 0.45, "#142b43", "#33526d", "plant"),
        Facade(936, 770, 170, 240, 4, 5, 0.55, "#8a5b43", "#b3876b", "gable"),
        Facade(1118, 770, 200, 380, 5, 9, 0.4, "#1a3651", "#3a5975", "flat"),
        Facade(1330, 770, 120, 210, 3, 4, 0.6, "#6d4638", "#9a6d58", "gable"),
        Facade(1460, 770, 150, 320, 4, 7, 0.46, "#19344e", "#38576f", "solar"),
    )
    for house in row:
        buildings.facade(canvas, house, chance)
    canvas.rect(0, 770, 1600, 130, canvas.gradient([(0, "#24384a", 1), (1, "#142636", 1)]))
    canvas.rect(0, 770, 1600, 10, "#3d5364")
    for x, height in ((30, 120), (396, 150), (556, 110), (788, 130), (930, 150), (1112, 120), (1324, 140), (1456, 110)):
        buildings.tree(canvas, x, 784, height, mix("#3f7f74", INK, chance.uniform(0.1, 0.45)))
    for x in range(120, 1600, 240):
        canvas.rect(x, 690, 5, 96, "#0f1f30")
        canvas.glow(x + 2, 690, 60, GLOW, 0.75)
        canvas.circle(x + 2.5, 690, 8, "#fff3d2")
    for x in range(60, 1600, 190):
        canvas.rect(x, 836, 92, 6, STEEL, radius=3, opacity=0.7)
