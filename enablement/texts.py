"""Texts of courses are content: one per language, with the reader's language first and English behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.gates import clean_text
from core.i18n import direction, fallback_chain


@dataclass(frozen=True, slots=True)
class Words:
    """A text and the language it was found in, for `lang` and `dir`."""

    text: str
    lang: str

    @property
    def dir(self) -> str:
        return direction(self.lang)

    def __str__(self) -> str:
        return self.text


def value_for(texts: Mapping[str, Any], locale: str) -> tuple[Any, str]:
    """(value, language): the reader's, else English, else any; ("", locale) when there is none."""
    for tag in (*fallback_chain(locale), *texts):
        if texts.get(tag):
            return texts[tag], tag
    return "", locale


def words_for(texts: Mapping[str, Any], locale: str) -> Words:
    """One text for a reader."""
    value, tag = value_for(texts, locale)
    return Words(str(value), tag)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a lesson: `heading`, `paragraph` or `list`."""

    kind: str
    lines: tuple[str, ...]


def parts_of(lesson: str) -> list[Part]:
    """Blank lines part paragraphs, `# ` begins a heading, lines with `- ` are a list. Nothing else is markup."""
    parts = []
    for block in clean_lines(lesson).split("\n\n"):
        lines = tuple(line for line in block.split("\n") if line)
        if lines and lines[0].startswith("#"):
            parts.append(Part("heading", (lines[0].lstrip("# "),)))
            lines = lines[1:]
        if lines and all(line.startswith("- ") for line in lines):
            parts.append(Part("list", tuple(line[2:] for line in lines)))
        elif lines:
            parts.append(Part("paragraph", (" ".join(lines),)))
    return parts


def clean_lines(text: str) -> str:
    """Several lines of plain text, at most one blank line between them."""
    tidy: list[str] = []
    for line in text.splitlines():
        plain = clean_text(line)
        if plain or (tidy and tidy[-1]):
            tidy.append(plain)
    return "\n".join(tidy).strip("\n")
