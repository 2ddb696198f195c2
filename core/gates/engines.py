"""The first gate of `clean()`: bleach (the chosen one) and nh3, exchangeable, under the same tests.

bleach 6.4 is its last release; nh3 is 20 to 70 times faster and stands ready (docs/adr/0005). Neither is trusted alone:
`core.gates.rebuilding` judges what they leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import nh3
from bleach.sanitizer import Cleaner

from core.gates.profiles import ATTRIBUTES, BLOCK_TAGS, DROPPED_WITH_CONTENT, GLOBAL_ATTRIBUTES, Profile

# Wider than what may leave: the second gate needs the address to judge it (a picture's own may be relative).
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})


def _accepted(profile: Profile) -> frozenset[str]:
    """Block elements pass here in every profile: the second gate unwraps them and leaves a space in their place."""
    return profile.accepted | BLOCK_TAGS | {"h1", "br"}


class _WithoutDropped:
    """A tree walker that steps over the elements whose content must not survive as text."""

    def __init__(self, walker: Callable[[Any], Any]) -> None:
        self.walker = walker

    def __call__(self, tree: Any) -> Iterator[dict[str, Any]]:
        name, depth = "", 0  # of the element being stepped over
        for token in self.walker(tree):
            kind = token["type"]
            if depth:
                if token.get("name") == name:
                    depth += {"StartTag": 1, "EndTag": -1}.get(kind, 0)
            elif kind == "StartTag" and token["name"] in DROPPED_WITH_CONTENT:
                name, depth = token["name"], 1
            elif not (kind == "EmptyTag" and token["name"] in DROPPED_WITH_CONTENT):
                yield token


def bleach_engine(html: str, profile: Profile) -> str:
    """bleach with the profile's allow-list. A new Cleaner each time: it is not safe between threads."""
    attributes = {tag: sorted(names) for tag, names in ATTRIBUTES.items()} | {"*": sorted(GLOBAL_ATTRIBUTES)}
    accepted = _accepted(profile)
    cleaner = Cleaner(
        tags=accepted | DROPPED_WITH_CONTENT,  # recognised as elements by the parser ...
        attributes=attributes,
        protocols=_SCHEMES,
        strip=True,
        strip_comments=True,
    )
    cleaner.tags = accepted  # ... but not allowed by the sanitizer,
    cleaner.walker = _WithoutDropped(cleaner.walker)  # and stepped over with all they hold.
    return str(cleaner.clean(html))


def nh3_engine(html: str, profile: Profile) -> str:
    """nh3 (ammonia) with the same lists."""
    accepted = _accepted(profile)
    attributes = {tag: set(names) for tag, names in ATTRIBUTES.items() if tag in accepted}
    attributes["*"] = set(GLOBAL_ATTRIBUTES)
    return str(
        nh3.clean(
            html,
            tags=set(accepted),
            clean_content_tags=set(DROPPED_WITH_CONTENT),
            attributes=attributes,
            url_schemes=set(_SCHEMES),
            link_rel=None,
        )
    )


ENGINES: Mapping[str, Callable[[str, Profile], str]] = {"bleach": bleach_engine, "nh3": nh3_engine}
