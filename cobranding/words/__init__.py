"""What visitors read on a partner's page. Content, not interface text: a page must be whole in its own language even where
nobody has translated the hub's interface, and the consent text is evidence that a translator must not change in passing.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.i18n import fallback_chain

_FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Words:
    """The words of one language; `words("page.contact", partner=…)` fills the slots of a sentence."""

    locale: str
    tables: dict[str, dict[str, str]]

    def __call__(self, name: str, **slots: Any) -> str:
        table, _, key = name.partition(".")
        text = self.tables[table][key]
        return text % slots if slots else text

    def of_type(self, table: str, content_type: str) -> str:
        """A word that depends on the kind of content (`types`, `calls`)."""
        known = self.tables[table]
        return known.get(content_type, known["other"])


@lru_cache(maxsize=64)
def words_for(locale: str) -> Words:
    """The words for a page's locale: its own, its language's, else English."""
    for step in fallback_chain(locale):
        source = _FOLDER / f"{step}.toml"
        if source.is_file():
            return Words(step, tomllib.loads(source.read_text("utf-8")))
    raise FileNotFoundError(_FOLDER / "en.toml")


def languages() -> tuple[str, ...]:
    """The languages in which a page can be whole."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))
