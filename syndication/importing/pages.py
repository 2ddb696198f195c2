"""A whole HTML page → its fields and its article: title, description, language, date, author, main part."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

from syndication.importing.frontmatter import Value
from syndication.importing.markdown import text_of

# Python's parser gives up at a marked section it does not know; a browser takes it for a comment.
_INSTRUCTION = re.compile(r"<\?xml[^>]*>|<!\[[^>]*>?", re.IGNORECASE)
_META = {
    "description": "description",
    "author": "author",
    "keywords": "tags",
    "date": "date",
    "article:published_time": "date",
    "og:title": "title",
    "og:description": "description",
    "og:image": "image",
    "og:image:alt": "image_alt",
}


@dataclass(frozen=True)
class Page:
    """`body` is the inner HTML of the article as it stands in the page: not yet clean."""

    fields: dict[str, Value]
    title: str | None
    body: str


def read_page(html: str) -> Page:
    """Also reads a fragment without head, whose whole is the body."""
    # Beautiful Soup warns of text that looks like an address, and of XHTML that says it is XML.
    soup = BeautifulSoup("<!---->" + _INSTRUCTION.sub("", html), "html.parser")
    fields: dict[str, Value] = {}
    for meta in soup.find_all("meta"):
        name = _META.get(str(meta.get("name") or meta.get("property") or "").lower())
        content = str(meta.get("content") or "").strip()
        if name and content:
            fields.setdefault(name, content)
    if isinstance(soup.html, Tag) and soup.html.get("lang"):
        fields["lang"] = str(soup.html["lang"])
    canonical = soup.find("link", rel="canonical")
    if isinstance(canonical, Tag) and canonical.get("href"):
        fields["canonical_url"] = str(canonical["href"])
    main = next((found for name in ("article", "main", "body") if isinstance(found := soup.find(name), Tag)), soup)
    heading = main.find("h1")
    title = None
    if isinstance(heading, Tag):
        title = text_of(heading.decode_contents())
        heading.decompose()
    elif isinstance(soup.title, Tag):
        title = text_of(soup.title.get_text())
    for chrome in main.find_all(["nav", "header", "footer", "title", "meta", "link"]):
        chrome.decompose()
    return Page(fields, title or None, main.decode_contents() if isinstance(main, Tag) else str(main))
