"""Which characters may enter the house at all (XML 1.0 section 2.2; findings.md, Cleaning)."""

from __future__ import annotations

import re
import unicodedata

# One forbidden character costs a whole Atom feed, and a control character inside "java\x01script:" hides a scheme:
# they go first, before anything is judged.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_ASTRAL_NONCHARACTERS = re.compile("[" + "".join(chr(p * 0x10000 + e) for p in range(1, 17) for e in (0xFFFE, 0xFFFF)) + "]")
# Overrides and isolates that are not closed turn the reading order of everything after them.
_DIRECTION_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile(r"\s+")


def legal(text: str) -> str:
    """The same text with line ends as \\n and without characters that XML 1.0 forbids or discourages."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n").removeprefix("\ufeff")
    return _ASTRAL_NONCHARACTERS.sub("", FORBIDDEN.sub("", text))


def clean_text(text: str) -> str:
    """One line of plain text (a title, a name): legal characters, NFC, single spaces, no direction overrides.

    It is text, not markup: `<` stays `<` and is escaped by whoever writes it out.
    """
    return _SPACES.sub(" ", unicodedata.normalize("NFC", _DIRECTION_CONTROLS.sub("", legal(text)))).strip()
