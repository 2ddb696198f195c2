"""Lines and the ground under them, broken where a value is missing."""

from __future__ import annotations

from collections.abc import Sequence

from core.charts.model import Mark

Point = tuple[float, float] | None


def polyline(points: Sequence[Point]) -> str:
    parts: list[str] = []
    pen_up = True
    for point in points:
        if point is not None:
            parts.append(f"{'M' if pen_up else 'L'}{point[0]:.1f} {point[1]:.1f}")
        pen_up = point is None
    return "".join(parts)


def area(points: Sequence[Point], base: float) -> str:
    """The ground under each unbroken run of a line."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return "".join(
        f"M{run[0][0]:.1f} {base:.1f}" + "".join(f"L{x:.1f} {y:.1f}" for x, y in run) + f"L{run[-1][0]:.1f} {base:.1f}Z"
        for run in runs
        if len(run) > 1
    )


def dots(points: Sequence[Point], rank: int) -> list[Mark]:
    """Values with a gap on both sides, which no line would show."""
    return [
        Mark(round(point[0], 1), round(point[1], 1), "", rank)
        for index, point in enumerate(points)
        if point is not None and (index == 0 or points[index - 1] is None) and (index == len(points) - 1 or points[index + 1] is None)
    ]
