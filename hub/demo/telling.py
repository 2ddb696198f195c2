"""What a loading demo says: one line a step, a bar for the long ones, silence in tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import click

Advance = Callable[[], None]


class Teller:
    """`say` takes whole lines. Bars are drawn only where lines go to a terminal anyway."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self.say = say
        self._bars = say is click.echo

    @contextmanager
    def step(self, label: str, length: int = 0) -> Iterator[Advance]:
        """A named step. Call what you are given once for each of `length` parts."""
        begun = monotonic()
        if self._bars and length:
            with click.progressbar(length=length, label=label, show_eta=False) as bar:
                yield lambda: bar.update(1)
            return
        yield lambda: None
        self.say(f"{label} ({monotonic() - begun:.1f} s)")
