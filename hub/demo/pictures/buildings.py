"""Houses, windows, trees and skies."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from hub.demo.pictures.canvas import AMBER, DEEP_TEAL, EMBER, GLOW, INK, NIGHT, SLATE, Canvas, mix, num


@dataclass(frozen=True)
class Facade:
    """An elevation: where it stands (its foot), its size, its grid of windows and how many of them are lit."""

    x: float
    foot: float
    width: float
    height: float
    columns: int
    floors: int
    lit: float = 0.3
    wall: str = INK
    pane: str = SLATE
    roof: str = "flat"
    lobby: bool = True


def facade(canvas: Canvas, house: Facade, chance: Random, *, lit_floors: int | None = None) -> None:
    """Draw one elevation; with `lit_floors` the lower floors are bright and the others dark, instead of by chance."""
    top = house.foot - house.height
    _roof(canvas, house, top)
    fill = canvas.gradient([(0, mix(house.wall, "#ffffff", 0.07), 1), (1, house.wall, 1)])
    canvas.rect(house.x, top, house.width, house.height, fill, radius=3)
    canvas.rect(house.x, top, house.width * 0.035, house.height, "#ffffff", opacity=0.07)
    ground = house.height * 0.09 if house.lobby else 0
    cell_w = house.width * 0.9 / house.columns
    cell_h = (house.height - ground - house.height * 0.05) / house.floors
    for floor in range(house.floors):
        for column in range(house.columns):
            x = house.x + house.width * 0.05 + column * cell_w + cell_w * 0.14
            y = top + house.height * 0.045 + floor * cell_h + cell_h * 0.16
            bright = chance.random() < house.lit
            if lit_floors is not None:
                bright = house.floors - floor <= lit_floors
            _window(canvas, (x, y, cell_w * 0.72, cell_h * 0.62), house, chance, bright)
    if house.lobby:
        _lobby(canvas, house, ground)


def _window(canvas: Canvas, box: tuple[float, float, float, float], house: Facade, chance: Random, bright: bool) -> None:
    x, y, w, h = box
    if not bright:
        canvas.rect(x, y, w, h, mix(house.pane, house.wall, chance.uniform(0.25, 0.6)), radius=2)
        return
    warm = mix(AMBER, GLOW, chance.random())
    canvas.rect(x, y, w, h, warm, radius=2)
    if chance.random() < 0.45:  # a blind half way down
        canvas.rect(x, y, w, h * chance.uniform(0.2, 0.5), mix(warm, EMBER, 0.45), radius=2)
    if chance.random() < 0.3:  # somebody's plant or screen
        canvas.rect(x + w * chance.uniform(0.1, 0.6), y + h * 0.62, w * 0.26, h * 0.38, house.wall, opacity=0.55)


def _lobby(canvas: Canvas, house: Facade, ground: float) -> None:
    y = house.foot - ground * 0.86
    canvas.rect(house.x + house.width * 0.06, y, house.width * 0.88, ground * 0.86, mix(house.pane, house.wall, 0.5), radius=2)
    door = min(house.width * 0.22, 70)
    canvas.rect(house.x + (house.width - door) / 2, y, door, ground * 0.86, GLOW, radius=2)
    canvas.rect(house.x + house.width / 2 - 1, y, 2, ground * 0.86, house.wall, opacity=0.6)


def _roof(canvas: Canvas, house: Facade, top: float) -> None:
    wall = mix(house.wall, "#ffffff", 0.05)
    if house.roof == "gable":
        middle, rise = house.x + house.width / 2, house.width * 0.28
        canvas.path(f"M{num(house.x - 6)} {num(top + 2)}L{num(middle)} {num(top - rise)}L{num(house.x + house.width + 6)} {num(top + 2)}Z", wall)
    elif house.roof == "plant":
        canvas.rect(house.x + house.width * 0.16, top - 26, house.width * 0.3, 28, wall, radius=3)
        for i in range(4):
            canvas.rect(house.x + house.width * 0.19 + i * house.width * 0.06, top - 20, house.width * 0.035, 14, house.pane, opacity=0.7)
        canvas.rect(house.x + house.width * 0.7, top - 44, 3, 46, wall)
    elif house.roof == "solar":
        for i in range(int(house.width // 62)):
            x = house.x + 14 + i * 60
            canvas.path(f"M{num(x)} {num(top)}l34 -20l8 0l-20 20Z", DEEP_TEAL)
            canvas.path(f"M{num(x + 1)} {num(top - 1)}l34 -20", stroke="#8fd6cc", width=2)
    else:
        canvas.rect(house.x - 5, top - 7, house.width + 10, 9, wall, radius=2)


def tree(canvas: Canvas, x: float, foot: float, height: float, colour: str) -> None:
    """A round street tree on a thin trunk."""
    canvas.rect(x - height * 0.025, foot - height * 0.45, height * 0.05, height * 0.45, mix(colour, NIGHT, 0.5), radius=2)
    canvas.circle(x, foot - height * 0.62, height * 0.27, colour)
    canvas.circle(x - height * 0.13, foot - height * 0.5, height * 0.19, mix(colour, NIGHT, 0.12))
    canvas.circle(x + height * 0.12, foot - height * 0.7, height * 0.17, mix(colour, "#ffffff", 0.1))


def skyline(canvas: Canvas, foot: float, colour: str, chance: Random, *, low: float = 60, high: float = 210) -> None:
    """A far row of houses as one silhouette."""
    x, path = -20.0, f"M-20 {num(foot)}"
    while x < canvas.width + 20:
        width, height = chance.uniform(50, 130), chance.uniform(low, high)
        path += f"L{num(x)} {num(foot - height)}L{num(x + width)} {num(foot - height)}"
        x += width
    canvas.path(f"{path}L{num(x)} {num(foot)}Z", colour)


def stars(canvas: Canvas, chance: Random, count: int, below: float) -> None:
    for _ in range(count):
        x, y = chance.uniform(0, canvas.width), chance.uniform(0, below)
        canvas.circle(x, y, chance.uniform(0.8, 2.2), "#ffffff", opacity=chance.uniform(0.15, 0.7) * (1 - y / below * 0.7))
