"""The second gate of `clean()`, our own: reads what the engine left, keeps only what is listed, writes it anew.

Nothing is copied through: every tag, attribute and text is written by `_Writer`, escaped, so that the output cannot
be read differently by another parser (mutation XSS needs raw-text or foreign elements, and none is ever written).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from bs4 import BeautifulSoup
from bs4.element import Comment, NavigableString, PageElement, PreformattedString, Tag

from core.gates.characters import legal
from core.gates.profiles import BLOCK_TAGS, DROPPED_WITH_CONTENT, RENAMED, VOID, Profile
from core.gates.urls import safe_url

ImageRule = Callable[[str], str | None]
MAX_DEPTH = 120
# The hub's own object store; `core.storage` writes these addresses.
OWN_MEDIA = re.compile(r"/media/[0-9a-f]{64}\.(png|jpg|jpeg|gif|webp|avif)")
# What a dropped picture leaves behind. Safe on our own output, where text and values never hold "<".
_EMPTY = re.compile(r"<p>\s*</p>\n?")
_START = "<!---->"  # Beautiful Soup warns of text that begins like an address; comments are never written
_UNREADABLE = (Comment, PreformattedString)


def rebuild(html: str, profile: Profile, allow_image: ImageRule, base: str | None) -> str:
    """Only the profile's tags, attributes and schemes, in our own canonical spelling."""
    writer = _Writer(profile, allow_image, base)
    # (element, depth) to open, or a string to write when its turn comes: no recursion, hostile depth is input.
    todo: list[tuple[PageElement | str, int]] = [(node, 0) for node in reversed(BeautifulSoup(_START + html, "html.parser").contents)]
    while todo:
        node, depth = todo.pop()
        if isinstance(node, Tag):
            closing = writer.open(node, depth)
            if closing is None:
                continue
            if closing:
                todo.append((closing, depth))
            todo.extend((child, depth + 1) for child in reversed(node.contents))
        elif isinstance(node, NavigableString):
            if not isinstance(node, _UNREADABLE):
                writer.text(str(node))
        else:
            writer.raw(str(node))
    written = "".join(writer.parts)
    return _EMPTY.sub("", written).strip() if profile.tags else " ".join(written.split())


class _Writer:
    def __init__(self, profile: Profile, allow_image: ImageRule, base: str | None) -> None:
        self.profile, self.allow_image, self.base = profile, allow_image, base
        self.parts: list[str] = []

    def raw(self, markup: str) -> None:
        self.parts.append(markup)

    def text(self, text: str) -> None:
        self.parts.append(escape(legal(text), quote=False))

    def open(self, tag: Tag, depth: int) -> str | None:
        """Write a start tag. Returns the end tag ("" for an unwrapped element), None to skip all inside."""
        if tag.name in DROPPED_WITH_CONTENT:
            return None
        name = RENAMED.get(tag.name, tag.name)
        if name not in self.profile.tags or depth > MAX_DEPTH:
            return self._unwrap(name)
        kept = self._attributes(name, tag)
        if name == "img" and "src" not in kept:
            return None
        if name == "a" and "href" not in kept:
            return ""
        self.parts.append("<" + name + "".join(f' {key}="{escape(value)}"' for key, value in kept.items()) + ">")
        return None if name in VOID else f"</{name}>"

    def _unwrap(self, name: str) -> str:
        """Words of two paragraphs do not grow together when their paragraphs go."""
        if name not in BLOCK_TAGS and name != "br":
            return ""
        self.parts.append(" ")
        return " "

    def _attributes(self, name: str, tag: Tag) -> dict[str, str]:
        kept = {}
        for key, value in sorted(tag.attrs.items()):
            pattern = self.profile.attribute(name, key)
            text = legal(" ".join(value) if isinstance(value, list) else str(value or "")).strip()
            if pattern is None or not pattern.fullmatch(text):
                continue
            if key == "src":
                address = self._image(text)
            elif key in ("href", "cite"):
                schemes = self.profile.schemes if key == "href" else ("https", "http")
                address = safe_url(text, schemes=schemes, base=self.base)
            else:
                address = text
            if address is not None:
                kept[key] = address
        if name == "img":
            kept.setdefault("alt", "")
        return kept

    def _image(self, source: str) -> str | None:
        if OWN_MEDIA.fullmatch(source):
            return source
        own = self.allow_image(source)
        return own if own is not None and (OWN_MEDIA.fullmatch(own) or safe_url(own) == own) else None
