"""How a logo may stand: which ground it needs, how large it becomes, what to tell the partner about its file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .colours import INK, WHITE, Colour, contrast

VISIBLE = 2.0  # contrast at which the edge of a mark is seen
VISIBLE_ON_WHITE = 1.4  # a strong yellow is seen on white, where luminance alone would deny it
_ENOUGH = 0.9  # share of the edge that must be visible
LARGEST_UPSCALE = 1.6
SHORT_SIDE_PX = 96
LONG_SIDE_PX = 240
EXTREME_RATIO = 6.5


@dataclass(frozen=True)
class LogoFacts:
    """What was measured in a logo file; shares of `edge` sum to 1."""

    width: int
    height: int
    edge: tuple[tuple[Colour, float], ...]
    border: Colour | None  # opaque files: the one colour around the mark, None when there is none
    opaque: bool


@dataclass(frozen=True)
class Ground:
    """What to put behind a logo; `plate` False means that it may stand on the panel itself."""

    colour: Colour
    plate: bool


def visible_share(edge: Sequence[tuple[Colour, float]], ground: Colour) -> float:
    """Share of the mark's edge that stands out from a ground."""
    enough = VISIBLE_ON_WHITE if ground == WHITE else VISIBLE
    return sum(share for colour, share in edge if contrast(colour, ground) >= enough)


def choose_ground(facts: LogoFacts, deep: Colour) -> Ground:
    """White where the mark is seen on it, else the brand's deep shade, else ink; a white box stays in its own colour."""
    if facts.opaque:
        return Ground(facts.border or WHITE, plate=True)
    candidates = (WHITE, deep, INK)
    for candidate in candidates:
        if visible_share(facts.edge, candidate) >= _ENOUGH:
            return Ground(candidate, plate=True)
    return Ground(max(candidates, key=lambda ground: visible_share(facts.edge, ground)), plate=True)


def fitted(width: int, height: int, box_width: int, box_height: int) -> tuple[int, int]:
    """Size in the box with the ratio kept: wide and square marks get about the same area, small files stay small.

    An optical rule of sign makers: equal *height* would let a wide word mark shout and a square symbol vanish.
    """
    ratio = width / height
    area = box_width * box_height * 0.42
    tall = math.sqrt(area / ratio)
    tall = min(tall, box_height, box_width / ratio, height * LARGEST_UPSCALE)
    return max(1, round(tall * ratio)), max(1, round(tall))


class LogoNote(StrEnum):
    """Things worth telling about a logo; none of them refuses it."""

    SMALL = "small"
    EXTREME_RATIO = "extreme_ratio"
    BOXED = "boxed"
    NEEDS_DARK = "needs_dark"


def notes_on(facts: LogoFacts) -> list[LogoNote]:
    """What a partner should know about the file they uploaded."""
    notes = []
    if min(facts.width, facts.height) < SHORT_SIDE_PX and max(facts.width, facts.height) < LONG_SIDE_PX:
        notes.append(LogoNote.SMALL)
    if max(facts.width / facts.height, facts.height / facts.width) > EXTREME_RATIO:
        notes.append(LogoNote.EXTREME_RATIO)
    if facts.opaque:
        notes.append(LogoNote.BOXED)
    elif visible_share(facts.edge, WHITE) < _ENOUGH:
        notes.append(LogoNote.NEEDS_DARK)
    return notes
