"""Order of mixed left-to-right and right-to-left text on one line (Unicode bidirectional algorithm, UAX #9).

Pillow's raqm orders a string drawn in *one* font. A headline such as "Velorin Lens للمباني" needs two fonts, so the
order has to be known before drawing. Explicit embeddings and isolates are removed on the way in (`text.tidy`), which
leaves the implicit rules W1-W7, N0-N2, I1-I2, L1-L2.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_OPENING = dict(zip("([{⟨〈《「『【〔（［｛", ")]}⟩〉》」』】〕）］｝", strict=True))
_CLOSING = {close: opening for opening, close in _OPENING.items()}
_NEUTRAL = frozenset({"B", "S", "WS", "ON"})


def levels(text: str, base: int) -> list[int]:
    """Embedding level of each character in a paragraph of base level 0 (left to right) or 1."""
    kinds = [_kind(char) for char in text]
    _resolve_weak(kinds, base)
    _resolve_brackets(text, kinds, base)
    _resolve_neutral(kinds, base)
    return [_implicit(kind, base) for kind in kinds]


def visual_order(run_levels: Sequence[int]) -> list[int]:
    """L2: indexes of runs from left to right, given the level of each run in reading order."""
    order = list(range(len(run_levels)))
    odd = [level for level in run_levels if level % 2]
    if not odd:
        return order
    for level in range(max(run_levels), min(odd) - 1, -1):
        at = 0
        while at < len(order):
            end = at
            while end < len(order) and run_levels[order[end]] >= level:
                end += 1
            order[at:end] = reversed(order[at:end])
            at = max(end, at + 1)
    return order


def trailing_levels(text: str, found: list[int], base: int) -> list[int]:
    """L1: blanks at the end of a line stand at the paragraph's level."""
    end = len(text.rstrip())
    return found[:end] + [base] * (len(found) - end)


def _kind(char: str) -> str:
    kind = unicodedata.bidirectional(char) or "L"
    return "ON" if kind == "BN" else kind


def _implicit(kind: str, base: int) -> int:
    if base % 2 == 0:
        return base + {"R": 1, "AN": 2, "EN": 2}.get(kind, 0)
    return base + (0 if kind == "R" else 1)


def _resolve_weak(kinds: list[str], base: int) -> None:
    """W1-W7, in the order of the standard."""
    start = "R" if base % 2 else "L"
    strong = before = start
    for at, kind in enumerate(kinds):  # W1-W3
        if kind == "NSM":
            kind = before
        elif kind == "EN" and strong == "AL":
            kind = "AN"
        if kind in ("L", "R", "AL"):
            strong = kind
        before = kinds[at] = kind
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]
    for at in range(1, len(kinds) - 1):  # W4
        sides = (kinds[at - 1], kinds[at + 1])
        if kinds[at] == "ES" and sides == ("EN", "EN"):
            kinds[at] = "EN"
        elif kinds[at] == "CS" and sides in (("EN", "EN"), ("AN", "AN")):
            kinds[at] = sides[0]
    _resolve_terminators(kinds)
    strong = start
    for at, kind in enumerate(kinds):  # W7
        if kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[at] = "L"


def _resolve_terminators(kinds: list[str]) -> None:
    """W5 and W6: "45 %" stays together; a lone sign becomes neutral."""
    at = 0
    while at < len(kinds):
        end = at
        while end < len(kinds) and kinds[end] == "ET":
            end += 1
        if end > at:
            beside = (at > 0 and kinds[at - 1] == "EN") or (end < len(kinds) and kinds[end] == "EN")
            kinds[at:end] = ["EN" if beside else "ON"] * (end - at)
        at = max(end, at + 1)
    kinds[:] = ["ON" if kind in ("ES", "ET", "CS") else kind for kind in kinds]


def _direction(kind: str) -> str | None:
    if kind in ("R", "EN", "AN"):
        return "R"
    return "L" if kind == "L" else None


def _resolve_brackets(text: str, kinds: list[str], base: int) -> None:
    """N0: a pair of brackets goes with what it encloses, or with what stands before it."""
    embedding = "R" if base % 2 else "L"
    for opening, closing in _bracket_pairs(text, kinds):
        inside = {_direction(kind) for kind in kinds[opening + 1 : closing]} - {None}
        if embedding in inside:
            kinds[opening] = kinds[closing] = embedding
        elif inside:
            outside = next((side for kind in reversed(kinds[:opening]) if (side := _direction(kind))), embedding)
            kinds[opening] = kinds[closing] = outside if outside in inside else embedding


def _bracket_pairs(text: str, kinds: list[str]) -> list[tuple[int, int]]:
    stack: list[tuple[str, int]] = []
    pairs = []
    for at, char in enumerate(text):
        if kinds[at] != "ON":
            continue
        if char in _OPENING:
            stack.append((char, at))
        elif char in _CLOSING:
            while stack:
                opening, began = stack.pop()
                if opening == _CLOSING[char]:
                    pairs.append((began, at))
                    break
    return sorted(pairs)


def _resolve_neutral(kinds: list[str], base: int) -> None:
    """N1 and N2: blanks and signs follow equal neighbours, else the paragraph."""
    embedding = "R" if base % 2 else "L"
    at = 0
    while at < len(kinds):
        end = at
        while end < len(kinds) and kinds[end] in _NEUTRAL:
            end += 1
        if end > at:
            before = _direction(kinds[at - 1]) if at else embedding
            after = _direction(kinds[end]) if end < len(kinds) else embedding
            kinds[at:end] = [(before if before == after else None) or embedding] * (end - at)
        at = max(end, at + 1)
