"""What cleaned HTML may contain, per place where it will stand. The only list of its kind in the house."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# Raise it whenever a list or a rule of this package changes: stored bodies with a lower number are cleaned again.
CLEAN_VERSION = 1

LINK_SCHEMES = ("https", "http", "mailto", "tel")


def words(listed: str) -> frozenset[str]:
    """Names written one after the other, as a reader compares lists."""
    return frozenset(listed.split())


# Elements that vanish together with what stands inside: their content is code, fallback or chrome, never prose.
DROPPED_WITH_CONTENT = words(
    "script style template noscript noembed noframes iframe object embed applet svg math canvas audio video title "
    "head xmp plaintext textarea select option optgroup datalist button input dialog portal"
)

VOID = frozenset({"br", "hr", "img", "col", "wbr"})

# Written differently in the output: a body starts below the page's own h1, old markup becomes present markup.
RENAMED = {"h1": "h2", "strike": "s", "tt": "code", "acronym": "abbr", "center": "div", "big": "span", "font": "span"}

LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
DIRECTION = re.compile(r"ltr|rtl|auto")
SMALL_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
INTEGER = re.compile(r"-?[0-9]{1,6}")
MOMENT = re.compile(r"[0-9TZPYMDWHS:.+ -]{1,40}")
CODE_LANGUAGE = re.compile(r"language-[A-Za-z0-9+#_.-]{1,30}")
ANYTHING = re.compile(r".*", re.DOTALL)

GLOBAL_ATTRIBUTES: Mapping[str, re.Pattern[str]] = {"lang": LANGUAGE, "dir": DIRECTION, "title": ANYTHING}
ATTRIBUTES: Mapping[str, Mapping[str, re.Pattern[str]]] = {
    "a": {"href": ANYTHING, "hreflang": LANGUAGE},
    "blockquote": {"cite": ANYTHING},
    "q": {"cite": ANYTHING},
    "img": {"src": ANYTHING, "alt": ANYTHING, "width": SMALL_NUMBER, "height": SMALL_NUMBER},
    "time": {"datetime": MOMENT},
    "del": {"datetime": MOMENT},
    "ins": {"datetime": MOMENT},
    "code": {"class": CODE_LANGUAGE},
    "ol": {"start": INTEGER, "reversed": re.compile(r"|reversed"), "type": re.compile(r"[1aAiI]")},
    "li": {"value": INTEGER},
    "td": {"colspan": SMALL_NUMBER, "rowspan": SMALL_NUMBER},
    "th": {
        "colspan": SMALL_NUMBER,
        "rowspan": SMALL_NUMBER,
        "scope": re.compile(r"row|col|rowgroup|colgroup"),
    },
    "col": {"span": SMALL_NUMBER},
    "colgroup": {"span": SMALL_NUMBER},
    "details": {"open": re.compile(r"|open")},
}
URL_ATTRIBUTES = frozenset({"href", "src", "cite"})

INLINE_TAGS = words("a abbr b bdi bdo br cite code data del dfn em i ins kbd mark q rp rt ruby s samp small span strong sub sup time u var wbr")
BLOCK_TAGS = words(
    "p div h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre hr img figure figcaption table caption colgroup col "
    "thead tbody tfoot tr th td details summary section aside address"
)


@dataclass(frozen=True)
class Profile:
    """One named allow-list; `schemes` are those of links."""

    name: str
    tags: frozenset[str]
    schemes: tuple[str, ...] = LINK_SCHEMES
    accepted: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        renamed = {old for old, new in RENAMED.items() if new in self.tags}
        object.__setattr__(self, "accepted", self.tags | renamed)

    def attribute(self, tag: str, name: str) -> re.Pattern[str] | None:
        """The pattern an attribute's whole value must match, or None when the attribute is not allowed."""
        return ATTRIBUTES.get(tag, {}).get(name) or GLOBAL_ATTRIBUTES.get(name)


PROFILES: Mapping[str, Profile] = {
    "article": Profile("article", INLINE_TAGS | BLOCK_TAGS),
    "inline": Profile("inline", INLINE_TAGS),
    "text": Profile("text", frozenset()),
}
