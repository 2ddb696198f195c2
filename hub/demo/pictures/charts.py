"""Load curves, heat maps and the cards they stand on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, pi, sin
from random import Random

from hub.demo.pictures.canvas import MIST, STEEL, WHITE, Canvas, Point, heat, smooth, under


def office_day(quarter: float, chance: Random, *, base: float = 0.24, peak: float = 0.0) -> float:
    """The load of an office at a time of day (0 to 1), from 0 to about 1; `peak` adds a morning spike."""
    hour = quarter * 24
    work = 1 / (1 + exp(-(hour - 6.6) * 1.5)) - 1 / (1 + exp(-(hour - 18.2) * 1.2))
    lunch = 0.08 * exp(-(((hour - 12.4) / 0.9) ** 2))
    spike = peak * exp(-(((hour - 7.6) / 0.75) ** 2))
    return base + (0.86 - base) * work * (0.86 + 0.08 * sin(hour / 24 * 4 * pi)) + lunch * work + spike + chance.uniform(-0.012, 0.012)


def card(canvas: Canvas, x: float, y: float, w: float, h: float, fill: str = WHITE, *, radius: float = 18, strength: float = 0.22) -> None:
    """A sheet with a soft shadow."""
    canvas.shadow(x, y, w, h, radius=radius, strength=strength)
    canvas.rect(x, y, w, h, fill, radius=radius)


def words(canvas: Canvas, x: float, y: float, widths: Sequence[float], fill: str = MIST, *, size: float = 10, gap: float = 22) -> None:
    """Lines of greeked text: a picture must not hold a language."""
    for row, width in enumerate(widths):
        canvas.rect(x, y + row * gap, width, size, fill, radius=size / 2)


def area(canvas: Canvas, points: Sequence[Point], floor: float, colour: str, *, width: float = 5, strength: float = 0.45) -> None:
    """A curve with its fading area."""
    canvas.path(under(points, floor), canvas.gradient([(0, colour, strength), (1, colour, 0.02)]))
    canvas.path(smooth(points), stroke=colour, width=width)


def grid(canvas: Canvas, box: tuple[float, float, float, float], rows: int, colour: str = STEEL, *, opacity: float = 0.25) -> None:
    """Horizontal guide lines of a chart."""
    x, y, w, h = box
    for row in range(rows + 1):
        canvas.line((x, y + h * row / rows), (x + w, y + h * row / rows), colour, 1.5, opacity=opacity)


def heat_map(
    canvas: Canvas, box: tuple[float, float, float, float], rows: int, columns: int,
    value: Callable[[int, int], float], *, gap: float = 2.5, radius: float = 3,
) -> None:  # fmt: skip
    """Cells coloured by `value(row, column)` from 0 to 1."""
    x, y, w, h = box
    cell_w, cell_h = w / columns, h / rows
    for row in range(rows):
        for column in range(columns):
            canvas.rect(x + column * cell_w, y + row * cell_h, cell_w - gap, cell_h - gap, heat(value(row, column)), radius=radius)


def week(chance: Random, columns: int, *, forgotten: tuple[int, int, int] | None = None) -> Callable[[int, int], float]:
    """Seven days of an office as heat values; `forgotten` is (day, from column, to column) of something left on."""

    def value(row: int, column: int) -> float:
        level = 0.06 if row >= 5 else office_day((column + 0.5) / columns, chance, base=0.08)
        if forgotten and row == forgotten[0] and forgotten[1] <= column <= forgotten[2]:
            level = 0.97
        return level + chance.uniform(-0.03, 0.05)

    return value
