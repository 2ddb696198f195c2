"""What is not counted but looked up when Prometheus asks: lags, depths, what waits. Rooms declare theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.ctx import Ctx

#: Values of the labels in their order, and the number.
Sample = tuple[tuple[str, ...], float]


@dataclass(frozen=True)
class Measure:
    """One gauge, read at the scrape. `read` gets a reading SYSTEM ctx and must be quick: it runs every few seconds."""

    name: str
    help: str
    read: Callable[[Ctx], Iterable[Sample]]
    labels: Sequence[str] = ()


_MEASURES: dict[str, Measure] = {}


def declare_measure(name: str, help_text: str, read: Callable[[Ctx], Iterable[Sample]], labels: Sequence[str] = ()) -> Measure:
    """Declares a gauge `channelpress_…`; a second declaration of the same name takes the place of the first."""
    if not name.startswith("channelpress_"):
        raise ValueError(f"{name} must begin with channelpress_")
    made = _MEASURES[name] = Measure(name, help_text, read, tuple(labels))
    return made


def measures() -> list[Measure]:
    """All declared ones, by name."""
    return [_MEASURES[name] for name in sorted(_MEASURES)]
