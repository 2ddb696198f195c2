"""The words around a hit, cut from the document and marked. Pure: parts of text, no HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.search.folding import terms_of, words

LENGTH = 180
_LEAD = 50


@dataclass(frozen=True)
class Part:
    text: str
    is_hit: bool = False


def marked(text: str, question: Sequence[Sequence[str]]) -> list[Part]:
    """The whole text, cut at the words that were asked for."""
    parts, at = [], 0
    for start, end in _hits(text, question):
        parts += [Part(text[at:start])] if start > at else []
        parts.append(Part(text[start:end], True))
        at = end
    return parts + ([Part(text[at:])] if at < len(text) else [])


def excerpt(body: str, question: Sequence[Sequence[str]]) -> list[Part]:
    """Some words before the first hit and those after it; the beginning where the hit is in the title."""
    first = next(_hits(body, question), None)
    start = 0 if first is None or first[0] <= _LEAD else _word_begin(body, first[0] - _LEAD)
    end = len(body) if len(body) - start <= LENGTH else _word_end(body, start + LENGTH)
    parts = marked(body[start:end], question)
    return [*([Part("… ")] if start else []), *parts, *([Part(" …")] if end < len(body) else [])]


def _hits(text: str, question: Sequence[Sequence[str]]) -> Iterator[tuple[int, int]]:
    wanted = tuple(term for group in question for term in group)
    for start, end in words(text):
        if any(term.startswith(wanted) for term in terms_of(text[start:end])):
            yield start, end


def _word_begin(text: str, at: int) -> int:
    space = text.find(" ", at, at + 30)
    return at if space < 0 else space + 1


def _word_end(text: str, at: int) -> int:
    space = text.rfind(" ", at - 30, at)
    return at if space < 0 else space
