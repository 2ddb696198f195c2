"""`clean()`: the only way for foreign HTML into the house (architecture decision 14; findings.md, Cleaning)."""

from __future__ import annotations

import re

from core.errors import Invalid, TooLarge
from core.gates.characters import legal
from core.gates.engines import ENGINES
from core.gates.profiles import PROFILES, VOID, words
from core.gates.rebuilding import ImageRule, rebuild
from core.i18n import gettext as _

MAX_HTML = 500_000  # characters
MAX_OPEN = 400  # elements opened and not closed; parsers take quadratic time on deep nests
MAX_IN_TAG = 10_000  # words inside one tag; parsers compare each attribute with all before it
_ROUNDS = 4
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_START_TAG = re.compile(r"<[A-Za-z][^>]*")
_BETWEEN = re.compile(r"[\s/\"']+")
# Their end tags may be left out, so that many open ones are no nest.
_SELF_CLOSING = VOID | words("p li dt dd tr td th thead tbody tfoot option input link meta source track")


class CleanHtml(str):
    """HTML that passed `clean()`; templates write it as it stands. Joining it with other text gives a plain str.

    Only `clean()` makes one; `CleanHtml.stored` is for text read back from a column that `clean()` filled.
    """

    __slots__ = ()

    def __html__(self) -> str:
        return str.__str__(self)

    @classmethod
    def stored(cls, text: str) -> CleanHtml:
        """Take back, unchanged, what `clean()` once wrote and our own database kept."""
        return cls(text)


def clean(
    html: str,
    profile: str = "article",
    *,
    allow_image: ImageRule | None = None,
    base: str | None = None,
    engine: str = "bleach",
) -> CleanHtml:
    """The same content with only what the profile lists; cleaning it again changes nothing.

    `allow_image` maps a picture's address to one of our own store, or drops it with None; a remote picture would
    tell a stranger who reads our pages. Addresses of our own store (`/media/...`) always stay. Relative links become
    absolute against `base`; without it they lose their link and keep their words.
    """
    if len(html) > MAX_HTML:
        raise TooLarge(_("The text is longer than %(limit)s characters: split it.", limit=MAX_HTML), field="body")
    if _nesting(html) > MAX_OPEN or _longest_tag(html) > MAX_IN_TAG:
        raise Invalid({"body": _("The HTML is nested too deeply to be an article: simplify it.")})
    chosen, first_gate, rule = PROFILES[profile], ENGINES[engine], _remembering(allow_image)
    before = legal(html)
    for _round in range(_ROUNDS):
        after = rebuild(first_gate(before, chosen), chosen, rule, base)
        if after == before:
            return CleanHtml(after)
        before = after
    # Markup that reads differently each time it is written is an attack, not an article: its words remain.
    return CleanHtml(rebuild(before, PROFILES["text"], rule, None))


def _nesting(html: str) -> int:
    depth = deepest = 0
    for match in _TAG.finditer(html):
        if match[2].lower() not in _SELF_CLOSING:
            depth = max(0, depth + (-1 if match[1] else 1))
            deepest = max(deepest, depth)
    return deepest


def _longest_tag(html: str) -> int:
    """In words, at least as many as its attributes."""
    return max((len(_BETWEEN.findall(found[0])) for found in _START_TAG.finditer(html) if len(found[0]) > MAX_IN_TAG), default=0)


def _remembering(allow_image: ImageRule | None) -> ImageRule:
    """Ask the rule once per address, and accept its own answers when the next round brings them back."""
    answers: dict[str, str | None] = {}

    def rule(source: str) -> str | None:
        if source not in answers:
            answers[source] = allow_image(source) if allow_image else None
            if (own := answers[source]) is not None:
                answers[own] = own
        return answers[source]

    return rule
