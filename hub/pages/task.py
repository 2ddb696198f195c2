"""One row of "needs you": what waits, why it matters, and the action that ends it."""

from __future__ import annotations

from dataclasses import dataclass

#: Rows of one kind on a start page; the rest is counted and linked.
SHOWN = 4


@dataclass(frozen=True)
class Task:
    """`due` is a sentence; `overdue` says that its day has passed."""

    title: str
    why: str
    href: str
    action: str
    glyph: str = "waiting"
    tone: str | None = None
    due: str | None = None
    overdue: bool = False
