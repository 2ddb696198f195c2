"""Geometry of the few kinds of charts we draw: line, bar, funnel, sparkline.

Pure arithmetic: numbers in, positions out; `templates/core/charts.html` turns them into SVG without a single inline
style. A chart is laid out three times, from wide to narrow, because text inside a scaled drawing would shrink with it; style
sheets show the one that fits. Axes of bars always start at zero. Too few values are a result, not an empty picture.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.charts.frames import bar_frame, line_frame
from core.charts.model import Chart, Event, Format, Frame, Funnel, Number, Series, Spark, Step
from core.charts.scale import inside, nice_ticks
from core.charts.strokes import area, polyline
from core.i18n import format_number

__all__ = ["Chart", "Event", "Frame", "Funnel", "Series", "Spark", "Step", "bar", "funnel", "line", "nice_ticks", "spark"]

#: Layouts by the name of their style, each drawn at about the width at which it is shown.
SIZES = (("wide", 960), ("medium", 560), ("narrow", 344))
MOST_SERIES = 4


def line(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    unit: str = "",
    events: Sequence[Event] = (),
    zero_based: bool = True,
    shown: Format = format_number,
) -> Chart:
    """Development over time. Needs two values in one series to be a line."""
    kept = _checked(labels, series)
    enough = any(sum(value is not None for value in item.values) >= 2 for item in kept)
    values = [value for item in kept for value in item.values if value is not None]
    ticks = nice_ticks(0 if zero_based or not values else min(values), max(values, default=1))
    frames = [line_frame(size, width, labels, kept, ticks, events, shown) for size, width in _sizes(enough)]
    return _chart(title, unit, labels, kept, frames, events, shown, enough)


def bar(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    unit: str = "",
    events: Sequence[Event] = (),
    shown: Format = format_number,
) -> Chart:
    """Amounts per position, stacked where there are several series; always from zero. Negative values are refused."""
    kept = _checked(labels, series)
    values = [value for item in kept for value in item.values if value is not None]
    if any(value < 0 for value in values):
        raise ValueError("a bar chart shows amounts, and these are never negative")
    enough = bool(values)
    totals = [sum(item.values[index] or 0 for item in kept) for index in range(len(labels))]
    ticks = nice_ticks(0, max(totals, default=1))
    frames = [bar_frame(size, width, labels, kept, ticks, events, shown) for size, width in _sizes(enough)]
    return _chart(title, unit, labels, kept, frames, events, shown, enough)


def funnel(title: str, steps: Sequence[tuple[str, Number]], *, unit: str = "", shown: Format = format_number) -> Funnel:
    """How many of the first step reach each later one; a later step may exceed an earlier one and is then drawn so."""
    top = max((value for _label, value in steps), default=0)
    first = steps[0][1] if steps else 0
    drawn: list[Step] = []
    for index, (label, value) in enumerate(steps):
        before = steps[index - 1][1] if index else 0
        drawn.append(
            Step(
                label=label,
                value=value,
                shown=shown(value),
                width=max(0.4, round(100 * value / top, 2)) if value and top else 0.0,
                of_first=round(100 * value / first, 1) if index and first else None,
                of_previous=round(100 * value / before, 1) if index and before else None,
            )
        )
    return Funnel(title, unit, tuple(drawn), enough=first > 0)


def spark(values: Sequence[Number | None], width: int = 132, height: int = 36) -> Spark | None:
    """A small line from zero; None with fewer than two values, because one point tells nothing."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    top: float = max(*known, 0) or 1
    low: float = min(*known, 0)
    step = (width - 6) / (len(values) - 1)
    points = [None if value is None else (3 + index * step, 3 + (height - 6) * (top - value) / (top - low)) for index, value in enumerate(values)]
    base = 3 + (height - 6) * top / (top - low)
    last = next(point for point in reversed(points) if point is not None)
    return Spark(width, height, polyline(points), area(points, base), (round(last[0], 1), round(last[1], 1)))


def _checked(labels: Sequence[str], series: Sequence[Series]) -> tuple[Series, ...]:
    if not 1 <= len(series) <= MOST_SERIES:
        raise ValueError(f"a chart shows 1 to {MOST_SERIES} series, not {len(series)}: group the rest")
    for item in series:
        if len(item.values) != len(labels):
            raise ValueError(f"{item.name}: {len(item.values)} values for {len(labels)} positions")
    return tuple(series)


def _sizes(enough: bool) -> tuple[tuple[str, int], ...]:
    return SIZES if enough else ()


def _chart(
    title: str,
    unit: str,
    labels: Sequence[str],
    series: Sequence[Series],
    frames: Sequence[Frame],
    events: Sequence[Event],
    shown: Format,
    enough: bool,
) -> Chart:
    rows = tuple(
        (label, tuple("–" if item.values[index] is None else shown(item.values[index] or 0) for item in series)) for index, label in enumerate(labels)
    )
    named = tuple((labels[event.index], event.text) for event in inside(events, len(labels)))
    return Chart(title, unit, tuple(item.name for item in series), rows, tuple(frames), named, enough)
