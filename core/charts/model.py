"""What a laid-out chart is made of. Lengths are pixels of the drawing, y grows downwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Number = int | float
Format = Callable[[Number], str]


@dataclass(frozen=True)
class Series:
    """One line or one colour of a stack; None is a gap, which is not the same as zero."""

    name: str
    values: tuple[Number | None, ...]


@dataclass(frozen=True)
class Event:
    """Something that happened at one position of the axis and may explain a change."""

    index: int
    text: str


@dataclass(frozen=True)
class Tick:
    at: float
    label: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Mark:
    """A direct label, or the dot of a single value between two gaps."""

    x: float
    y: float
    label: str
    rank: int
    anchor: str = "start"


@dataclass(frozen=True)
class Path:
    rank: int
    line: str
    area: str = ""


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    rank: int
    title: str


@dataclass(frozen=True)
class Frame:
    """One layout of a chart. Lengths are pixels of the drawing, y grows downwards."""

    size: str
    width: int
    height: int
    left: float
    right: float
    base: float
    y_ticks: tuple[Tick, ...]
    x_ticks: tuple[Tick, ...]
    paths: tuple[Path, ...] = ()
    bars: tuple[Bar, ...] = ()
    dots: tuple[Mark, ...] = ()
    labels: tuple[Mark, ...] = ()
    events: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Chart:
    """What the macros draw; `rows` is the same data as a table, formatted for the reader."""

    title: str
    unit: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    frames: tuple[Frame, ...]
    events: tuple[tuple[str, str], ...]
    enough: bool


@dataclass(frozen=True)
class Step:
    """One step of a funnel; shares are of the first step and of the step before, in percent, None for the first."""

    label: str
    value: Number
    shown: str
    width: float
    of_first: float | None
    of_previous: float | None


@dataclass(frozen=True)
class Funnel:
    title: str
    unit: str
    steps: tuple[Step, ...]
    enough: bool


@dataclass(frozen=True)
class Spark:
    """A line without axes, for the side of a number."""

    width: int
    height: int
    line: str
    area: str
    end: tuple[float, float]
