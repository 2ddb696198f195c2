"""Markdown as the sources write it: CommonMark with tables, strikethrough, definition lists and Kramdown's HTML blocks."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin

from core.gates import clean, clean_text

_OPEN = re.compile(r"^[ \t]*<(aside|p|div|section|blockquote|figure|article)\b([^>]*)\bmarkdown=[\"']?\w+[\"']?([^>]*)>", re.I)
_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})")
# CommonMark does not close `**` between a full stop and a letter; scripts without spaces have just that everywhere.
_STRONG = re.compile(r"\*\*(?=\S)([^*<>\n]+?)(?<=\S)\*\*")
# Chinese and Japanese are written without spaces; a line end between two of their characters is none.
_BREAK = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef])\n(?=[\u2e80-\u9fff\uff00-\uffef])")
_CODE = re.compile(r"(<pre\b.*?</pre>|<code\b.*?</code>)", re.DOTALL | re.IGNORECASE)
_LONE_TAG = re.compile(r"<(img|br|span|a)\b[^>]*>\s*", re.IGNORECASE)
_KEPT = re.compile(r"\b(dir|lang)=[\"']?([\w-]+)[\"']?")
_BLOCKS = {"p": "div", "figure": "div", "article": "div"}


@lru_cache(maxsize=1)
def _engine() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).use(deflist_plugin)


def render(text: str) -> str:
    """HTML as the author may have written anything into it: not yet clean."""
    pieces = _CODE.split(str(_engine().render(_open_blocks(text))))
    for index in range(0, len(pieces), 2):  # every second one is code
        pieces[index] = _BREAK.sub("", _STRONG.sub(r"<strong>\1</strong>", pieces[index]))
    return "".join(pieces)


def plain(text: str) -> str:
    """One line of Markdown as plain text: `[Ann](https://…) *(Acme)*` → `Ann (Acme)`."""
    return text_of(str(_engine().renderInline(text)))


def text_of(html: str) -> str:
    """The words of some HTML as one line of plain text."""
    return clean_text(unescape(clean(html, "text")))


def _open_blocks(text: str) -> str:
    """Kramdown reads Markdown inside `<aside markdown="1">`; CommonMark does so only after a blank line."""
    if "markdown=" not in text:
        return text
    out: list[str] = []
    closing: list[tuple[str, str]] = []
    fence: str | None = None
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark and (fence is None or mark[1].startswith(fence)):
            fence = mark[1] if fence is None else None
        if fence is None and (opened := _OPEN.match(line)):
            name = opened[1].lower()
            written = _BLOCKS.get(name, name)
            kept = "".join(f' {key}="{value}"' for key, value in _KEPT.findall(opened[2] + opened[3]))
            closing.append((f"</{name}>", f"</{written}>"))
            out += ["", f"<{written}{kept}>", ""]
            line = line[opened.end() :]
        if fence is None and closing:
            line = line.lstrip()
            while closing and (end := line.lower().find(closing[-1][0])) >= 0:
                out += [line[:end], "", closing[-1][1], ""]
                line = line[end + len(closing.pop()[0]) :].lstrip()
        out.append(line)
        if fence is None and closing and _LONE_TAG.fullmatch(line):
            out.append("")  # or the text in the next line belongs to the HTML
    out += [written for _name, written in reversed(closing)]
    return "\n".join(out)
