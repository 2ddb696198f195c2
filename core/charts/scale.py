"""Axes and the room for words: round ticks, labels that do not touch, texts that fit."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence

from core.charts.model import Event, Mark, Number, Tick

LABEL_GAP = 17
#: Width of a character of 12-pixel type, rounded up: wide enough for every face we ship except CJK (twice as wide).
CHARACTER = 6.6


def nice_ticks(low: Number, high: Number, about: int = 4) -> tuple[float, ...]:
    """Round values (1, 2, 2.5 or 5 times a power of ten) that enclose low and high; whole numbers for small counts."""
    if (high - low) / max(1, about) < sys.float_info.min:
        high = low + 1
    raw = (high - low) / max(1, about)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999)
    if all(float(bound).is_integer() for bound in (low, high)):
        step = max(1.0, step if float(step).is_integer() else math.ceil(step))
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return tuple(round(index * step, 10) for index in range(first, last + 1))


def spread(wanted: Sequence[float], low: float, high: float, gap: float = LABEL_GAP) -> tuple[float, ...]:
    """Moves label positions apart to at least `gap`, keeping their order and, while there is room, their bounds."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = [0.0] * len(wanted)
    floor = low
    for index in order:
        placed[index] = max(wanted[index], floor)
        floor = placed[index] + gap
    ceiling = high
    for index in reversed(order):
        placed[index] = min(placed[index], ceiling)
        ceiling = placed[index] - gap
    return tuple(placed)


def inside(events: Sequence[Event], count: int) -> list[Event]:
    return sorted((event for event in events if 0 <= event.index < count), key=lambda event: event.index)


def text_width(text: str) -> float:
    return sum(2 * CHARACTER if ord(letter) >= 0x2E80 else CHARACTER for letter in text)


def short(text: str, room: float) -> str:
    if text_width(text) <= room:
        return text
    while text and text_width(text) + CHARACTER > room:
        text = text[:-1]
    return text.rstrip() + "…"


def x_ticks(labels: Sequence[str], at: Callable[[int], float], room: float, width: float) -> tuple[Tick, ...]:
    """As many evenly spaced labels as fit without touching; the first and the last always."""
    if len(labels) == 1:
        return (Tick(at(0), labels[0]),)
    widest = max((text_width(label) for label in labels), default=0) + 16
    fitting = max(2, min(len(labels), int(room // widest)))
    last = len(labels) - 1
    step = math.ceil(last / (fitting - 1))
    chosen = [index for index in range(0, last, step) if index == 0 or last - index >= step]
    chosen.append(last)
    return tuple(_x_tick(labels[index], at(index), width) for index in chosen)


def _x_tick(label: str, at: float, width: float) -> Tick:
    """Centred below its position unless that would cross the edge of the drawing."""
    if at + text_width(label) / 2 > width:
        return Tick(width, label, "end")
    return Tick(round(at, 1), label)


def event_marks(events: Sequence[Event], count: int, at: Callable[[int], float], right: float) -> tuple[Mark, ...]:
    """A flag per event; the text stands on the side that has more room."""
    marks = []
    for number, event in enumerate(inside(events, count), start=1):
        x = round(at(event.index), 1)
        leftward = x > right * 0.6
        room = x - 40 if leftward else right - x - 8
        marks.append(Mark(x, 10.0, short(event.text, max(room, 60)), number, "end" if leftward else "start"))
    return tuple(marks)
