"""A second opinion on cleaned HTML: what a browser would build of it, by the parser that follows the HTML standard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from bleach._vendor import html5lib

from core.gates.profiles import ATTRIBUTES, GLOBAL_ATTRIBUTES, PROFILES

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# What the parser adds by itself around cells.
ADDED = {"tbody", "colgroup", "tr"}


def elements(html: str) -> Iterator[Element]:
    root = html5lib.parseFragment(html, namespaceHTMLElements=True)
    for node in root.iter():
        if node is not root:
            yield node


def faults(html: str, profile: str = "article") -> list[str]:
    """Everything in the parsed page that the profile does not list. Empty for clean HTML."""
    allowed = PROFILES[profile].tags
    found = []
    if FORBIDDEN.search(html):
        found.append("forbidden character")
    for node in elements(html):
        if not isinstance(node.tag, str):
            found.append(f"comment or instruction: {node.text!r}")
            continue
        namespace, _, name = node.tag[1:].partition("}")
        if namespace != "http://www.w3.org/1999/xhtml":
            found.append(f"foreign element {node.tag}")
        if name not in allowed | (ADDED if "table" in allowed else set()):
            found.append(f"element {name}")
        for key, value in node.attrib.items():
            if key not in ATTRIBUTES.get(name, {}) and key not in GLOBAL_ATTRIBUTES:
                found.append(f"attribute {name}.{key}")
            if key in ("href", "cite") and not re.match(r"(https?://|mailto:|tel:)", value):
                found.append(f"address {value!r}")
            if key == "src" and not re.fullmatch(r"/media/[0-9a-f]{64}\.\w+", value):
                found.append(f"picture {value!r}")
    return found
