"""The layouts of line and bar charts."""

from __future__ import annotations

from collections.abc import Sequence

from core.charts.model import Bar, Event, Format, Frame, Mark, Number, Path, Series, Tick
from core.charts.scale import event_marks, short, spread, text_width, x_ticks
from core.charts.strokes import area, dots, polyline

HEIGHT = 264
#: Room above the highest value: for the flags of events, or only for half a line of type.
TOP_WITH_EVENTS, TOP = 28, 10
BOTTOM = 32


def line_frame(
    size: str,
    width: int,
    labels: Sequence[str],
    series: Sequence[Series],
    ticks: Sequence[float],
    events: Sequence[Event],
    shown: Format,
) -> Frame:
    ends = [next(value for value in reversed(item.values) if value is not None) if _known(item) else None for item in series]
    words = ["" if end is None else (shown(end) if len(series) == 1 else f"{item.name} {shown(end)}") for item, end in zip(series, ends, strict=True)]
    limit = width * (0.3 if size == "narrow" else 0.24)
    words = [short(word, limit) for word in words]
    left = max(text_width(shown(tick)) for tick in ticks) + 10
    right = width - max(text_width(word) for word in words) - 12
    base = HEIGHT - BOTTOM
    top = TOP_WITH_EVENTS if events else TOP
    count = len(labels)

    def at(index: int) -> float:
        return left + (right - left) * index / max(1, count - 1)

    def y(value: Number) -> float:
        return base - (base - top) * (value - ticks[0]) / (ticks[-1] - ticks[0])

    drawn = [[None if value is None else (at(index), y(value)) for index, value in enumerate(item.values)] for item in series]
    paths = tuple(Path(rank, polyline(points), area(points, base) if len(series) == 1 else "") for rank, points in enumerate(drawn, start=1))
    known = [index for index, end in enumerate(ends) if end is not None]
    heights = spread([y(ends[index] or 0) for index in known], top, base)
    marks = tuple(Mark(right + 8, round(height, 1), words[index], index + 1) for index, height in zip(known, heights, strict=True))
    return Frame(
        size=size,
        width=width,
        height=HEIGHT,
        left=round(left, 1),
        right=round(right, 1),
        base=base,
        y_ticks=tuple(Tick(round(y(tick), 1), shown(tick)) for tick in ticks),
        x_ticks=x_ticks(labels, at, right - left, width),
        paths=paths,
        dots=tuple(mark for rank, points in enumerate(drawn, start=1) for mark in dots(points, rank)),
        labels=marks,
        events=event_marks(events, count, at, right),
    )


def _known(item: Series) -> bool:
    return any(value is not None for value in item.values)


def bar_frame(
    size: str,
    width: int,
    labels: Sequence[str],
    series: Sequence[Series],
    ticks: Sequence[float],
    events: Sequence[Event],
    shown: Format,
) -> Frame:
    words = ["" if len(series) == 1 else short(item.name, width * 0.26) for item in series]
    left = max(text_width(shown(tick)) for tick in ticks) + 10
    right = width - (max(text_width(word) for word in words) + 12 if len(series) > 1 else 2)
    base = HEIGHT - BOTTOM
    top = TOP_WITH_EVENTS if events else TOP
    slot = (right - left) / max(1, len(labels))
    thick = min(48.0, slot * (0.72 if slot > 8 else 0.9))
    scale = (base - top) / (ticks[-1] or 1)

    def at(index: int) -> float:
        return left + slot * (index + 0.5)

    bars: list[Bar] = []
    middles: list[float | None] = [None] * len(series)
    for index, label in enumerate(labels):
        floor: float = base
        for rank, item in enumerate(series, start=1):
            height = (item.values[index] or 0) * scale
            floor -= height
            if height:
                title = f"{label}: {item.name} {shown(item.values[index] or 0)}"
                bars.append(Bar(round(at(index) - thick / 2, 1), round(floor, 1), round(thick, 1), round(height, 1), rank, title))
                middles[rank - 1] = floor + height / 2
    known = [index for index, middle in enumerate(middles) if middle is not None and words[index]]
    heights = spread([middles[index] or base for index in known], top, base)
    return Frame(
        size=size,
        width=width,
        height=HEIGHT,
        left=round(left, 1),
        right=round(right, 1),
        base=base,
        y_ticks=tuple(Tick(round(base - tick * scale, 1), shown(tick)) for tick in ticks),
        x_ticks=x_ticks(labels, at, right - left, width),
        bars=tuple(bars),
        labels=tuple(Mark(right + 8, round(height, 1), words[index], index + 1) for index, height in zip(known, heights, strict=True)),
        events=event_marks(events, len(labels), at, right),
    )
