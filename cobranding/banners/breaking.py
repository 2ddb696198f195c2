"""Where a headline may be broken, and which breaks look best.

Latin and Arabic break at spaces and after hyphens; Chinese and Japanese between characters, but never so that a line
starts with closing punctuation or a small kana or ends with an opening bracket (kinsoku, JIS X 4051). Among the allowed
ways the one with the most even lines is taken, so a headline has no orphan in its last line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

NO_LINE_START = frozenset(
    "、。，．・：；？！゛゜ヽヾゝゞ々ー）］｝〕〉》」』】〙〗〟’”｠»‐゠–〜～"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ％℃,.!?;:)]}%"
)
NO_LINE_END = frozenset("（［｛〔〈《「『【〘〖〝‘“｟«([{")
_CLOSING_QUOTES = frozenset("）］｝〕〉》」』】〗〟’”｠»)]}")
_QUOTED_COST = 90.0  # "「見える化」" is one expression
_LINE_COST = 45.0
_CHINESE_COST = 15.0
_NEVER = 10_000.0
# Cost of breaking between two kinds of letters; low where a Japanese phrase usually ends.
_CJK_COST = {
    ("kana", "han"): 6.0,
    ("kana", "katakana"): 6.0,
    ("kana", "latin"): 8.0,
    ("han", "katakana"): 25.0,
    ("katakana", "han"): 25.0,
    ("han", "latin"): 25.0,
    ("latin", "han"): 25.0,
    ("latin", "katakana"): 25.0,
    ("katakana", "latin"): 30.0,
    ("han", "han"): 110.0,  # in Japanese; Chinese has nothing else, see _CHINESE_COST
    ("kana", "kana"): 120.0,
    ("han", "kana"): 150.0,
    ("katakana", "kana"): 150.0,
    ("latin", "kana"): 150.0,
    ("katakana", "katakana"): 400.0,
}


# Letters of one sound, never divided; the rule "before the last consonant" holds for the rest (V-CV, VC-CV).
_DIGRAPHS = ("sch", "ch", "ck", "ph", "th", "qu", "sh")
_VOWELS = frozenset("aeiouyäöüåæøéèêáàâíìóòúùë")
_LONG_WORD = 14
_HYPHEN_COST = 60.0
SOFT_HYPHEN = "\u00ad"


@dataclass(frozen=True)
class Piece:
    """Text that stays on one line; `cost` is what it costs to end a line behind it, `hyphen` shows such an end."""

    start: int
    end: int
    cost: float
    hyphen: bool = False


def pieces(text: str, divide_words: bool = False) -> list[Piece]:
    """Split at every allowed break; spaces belong to no piece.

    `divide_words` also allows long words to be divided between syllables (German, Dutch, Nordic headlines).
    """
    found: list[Piece] = []
    start = depth = 0
    japanese = any(_kind(char) == "kana" for char in text)
    for at in range(1, len(text) + 1):
        depth += (text[at - 1] in NO_LINE_END) - (text[at - 1] in _CLOSING_QUOTES)
        if at == len(text) or text[at] == " ":
            if at < len(text) and _glued(text, at):
                continue
            if start < at:
                cost = _after(text[at - 1]) if at < len(text) else 0.0
                found += _word(text, start, at, cost, divide_words)
            start = at + 1
        elif text[at - 1] == SOFT_HYPHEN:
            found.append(Piece(start, at, _HYPHEN_COST / 2, hyphen=True))
            start = at
        elif text[at - 1] != " " and (cost := _between(text[at - 1], text[at], japanese)) < _NEVER:
            found.append(Piece(start, at, cost + (_QUOTED_COST if depth > 0 else 0.0)))
            start = at
    return found


def _glued(text: str, space: int) -> bool:
    """A number keeps its unit ("15 %", "20 °C"), and a dash stays with the words before it."""
    before, after = text[space - 1], text[space + 1 : space + 3]
    return (before.isdigit() and after[:1] in ("%", "‰", "°", "€", "£", "٪")) or (after[:1] in ("–", "—") and after[1:] in ("", " "))


def _word(text: str, start: int, end: int, cost: float, divide: bool) -> list[Piece]:
    if not divide or end - start < _LONG_WORD:
        return [Piece(start, end, cost)]
    cuts = [start + cut for cut in syllable_cuts(text[start:end])]
    edges = [start, *cuts, end]
    return [
        Piece(edges[at], edges[at + 1], cost if edges[at + 1] == end else _HYPHEN_COST, hyphen=edges[at + 1] != end) for at in range(len(edges) - 1)
    ]


def syllable_cuts(word: str) -> list[int]:
    """Places between syllables, at least four letters from either end of the word."""
    lower = word.lower()
    vowels = [at for at, char in enumerate(lower) if char in _VOWELS]
    cuts = []
    for left, right in pairwise(vowels):
        between = lower[left + 1 : right]
        if not between or not between.isalpha():
            continue
        onset = next((len(sign) for sign in _DIGRAPHS if between.endswith(sign)), 1)
        cuts.append(right - onset)
    last = len(word) - len(word.rstrip(":;,.!?")) + 4
    return [cut for cut in cuts if 4 <= cut <= len(word) - last]


def _after(char: str) -> float:
    return 0.0 if char in ",;:.!?–—،؛。、：" else 4.0


def _between(left: str, right: str, japanese: bool) -> float:
    """Cost of a break between two characters that no space divides."""
    if right in NO_LINE_START or left in NO_LINE_END or unicodedata.combining(right):
        return _NEVER
    kinds = (_kind(left), _kind(right))
    if "mark" in kinds and kinds != ("mark", "mark"):
        return 2.0 if left in NO_LINE_START else _NEVER if kinds[0] == "latin" else 10.0
    if kinds == ("latin", "latin"):
        return 20.0 if left in "-‐/–—" and right.isalpha() else _NEVER
    if kinds == ("han", "han") and not japanese:
        return _CHINESE_COST
    return _CJK_COST.get(kinds, _NEVER)


def _kind(char: str) -> str:
    point = ord(char)
    if 0x3041 <= point <= 0x309F:
        return "kana"
    if 0x30A1 <= point <= 0x30FF or 0x31F0 <= point <= 0x31FF:
        return "katakana"
    if 0x3400 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF or 0x20000 <= point <= 0x3FFFF:
        return "han"
    if 0x3000 <= point <= 0x303F or 0xFF00 <= point <= 0xFFEF:
        return "mark"
    return "latin"


Measure = Callable[[int, int], float]


@dataclass(frozen=True)
class Broken:
    """Lines as spans of the text, whether each ends in a hyphen of ours, and how much the breaks cost."""

    spans: tuple[tuple[int, int, bool], ...]
    cost: float


def best_lines(parts: Sequence[Piece], measure: Measure, width: float, max_lines: int, hyphen_width: float = 0.0) -> Broken | None:
    """The lines with the least raggedness, or None when the text needs more than `max_lines`.

    Fewer lines win over more even ones, unless a further line saves a break inside a word or phrase; `measure` gives the
    width of a span of the text.
    """
    best: Broken | None = None
    for count in range(1, max_lines + 1):
        found = _even_lines(parts, measure, width, count, hyphen_width)
        if found and (best is None or found.cost + _LINE_COST * (count - len(best.spans)) < best.cost):
            best = found
    return best


def _even_lines(parts: Sequence[Piece], measure: Measure, width: float, count: int, hyphen_width: float) -> Broken | None:
    total = len(parts)
    costs: list[dict[int, tuple[float, int]]] = [{} for _ in range(count + 1)]
    costs[0][0] = (0.0, -1)
    for line in range(1, count + 1):
        for start, (before, _) in costs[line - 1].items():
            for end in range(start + 1, total + 1):
                used = measure(parts[start].start, parts[end - 1].end) + (hyphen_width if parts[end - 1].hyphen else 0.0)
                if used > width:
                    break
                cost = before + _line_cost(parts, end, used / width, line == count)
                if end not in costs[line] or cost < costs[line][end][0]:
                    costs[line][end] = (cost, start)
    if total not in costs[count]:
        return None
    spans: list[tuple[int, int, bool]] = []
    end = total
    for line in range(count, 0, -1):
        start = costs[line][end][1]
        spans.append((parts[start].start, parts[end - 1].end, parts[end - 1].hyphen))
        end = start
    return Broken(tuple(spans[::-1]), costs[count][total][0])


def _line_cost(parts: Sequence[Piece], end: int, fill: float, last: bool) -> float:
    slack = (1.0 - fill) * 10
    if last:
        return 40.0 if fill < 0.3 else 0.35 * slack * slack
    return slack * slack + parts[end - 1].cost
