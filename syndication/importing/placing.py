"""Where a file lies says what it is: its group, its language, its place among variants."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from core.i18n import normalise_locale

# Folders that hold everything and so tell nothing about an item.
CONTAINERS = frozenset({"raw", "html", "content", "contents", "src", "source", "pages", "_posts", "_articles", "_docs"})
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}-(?=.)")
# `name@2e0c4fbe87.md`: a state kept from the history of `name.md`, not a second article.
ARCHIVED = re.compile(r"@[0-9a-f]{7,40}$")
_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,2}")
_INDEX = frozenset({"index", "_index", "readme"})


@dataclass(frozen=True)
class FilePlace:
    """`group` joins the telling folders and the stem with colons; `locale` as far as the path names one."""

    group: str
    locale: str | None
    archived: bool


def place_of(path: str) -> FilePlace:
    """`raw/otel/pt/2025-spans.md` → group `otel:2025-spans`, locale `pt`; `guide.de.md` and `de/index.md` likewise."""
    parts = PurePosixPath(path)
    stem = parts.stem
    folders = [part for part in parts.parts[:-1] if part.lower() not in CONTAINERS]
    locale = None
    name, _dot, suffix = stem.rpartition(".")
    if name and (locale := language_tag(suffix)):
        stem = name
    else:
        for index in range(len(folders) - 1, -1, -1):
            if locale := language_tag(folders[index]):
                del folders[index]
                break
    if stem.lower() in _INDEX and folders:
        stem = folders.pop()
    archived = bool(ARCHIVED.search(stem))
    group = ":".join([*folders, _DATED.sub("", stem)])
    return FilePlace(group, locale, archived)


def language_tag(word: str) -> str | None:
    """The normalised tag if this word is one; folder names like `blog` are none."""
    if not _TAG.fullmatch(word):
        return None
    try:
        return normalise_locale(word)
    except ValueError:
        return None


def title_from_name(path: str) -> str:
    """`2025-how-to_name.md` → `2025 how to name`, when the file says nothing itself."""
    return re.sub(r"[-_.\s]+", " ", PurePosixPath(path).stem).strip()
