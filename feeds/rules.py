"""What may stand in a feed: one unusable item costs itself and nothing else, and is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from feeds.text import excerpt, is_sendable, one_line, sendable
from syndication import ItemImage, SyndicatedItem, ViewModel

# A body beyond this is left to the page behind the link: readers fetch the whole feed for every item in it.
BODY_LIMIT_BYTES = 512 * 1024
_SPACE = re.compile("[\x00- ]")


class Flaw(StrEnum):
    """Why an item was left out or repaired."""

    NO_LINK = "no_link"
    NO_IDENTITY = "no_identity"
    TWICE = "twice"
    NO_ZONE = "date_without_zone"
    FUTURE = "date_in_future"
    DATE = "date_replaced"
    EMPTY = "empty"
    CHARACTERS = "characters_removed"
    BODY_TOO_LARGE = "body_too_large"
    IMAGE = "image_left_out"


LEFT_OUT = frozenset({Flaw.NO_LINK, Flaw.NO_IDENTITY, Flaw.TWICE, Flaw.NO_ZONE, Flaw.FUTURE, Flaw.EMPTY})


@dataclass(frozen=True, slots=True)
class Problem:
    """One flaw of one item, for the log and the operator's report."""

    asset_id: str
    locale: str
    flaw: Flaw

    @property
    def left_out(self) -> bool:
        """Whether the item is missing from the feed because of it; otherwise it was repaired."""
        return self.flaw in LEFT_OUT


@dataclass(frozen=True, slots=True)
class Sifted:
    """A view that every writer can write, and what had to be done to it."""

    view: ViewModel
    problems: tuple[Problem, ...]


def sift(view: ViewModel) -> Sifted:
    """The writable form of a view: texts sendable, titles and summaries present, impossible items left out."""
    problems: list[Problem] = []
    items: list[SyndicatedItem] = []
    seen: set[tuple[str, str]] = set()
    for item in view.items:
        flaws = list(_flaws(item, view.updated_at, seen))
        problems += [Problem(item.asset_id, item.locale, flaw) for flaw in flaws]
        if LEFT_OUT.isdisjoint(flaws):
            seen.add((item.asset_id, item.locale))
            items.append(_writable(item, view.updated_at))
    title = one_line(view.title) or one_line(view.collection_id)
    clean = replace(view, title=title, description=one_line(view.description) or title, items=tuple(items))
    return Sifted(clean, tuple(problems))


def _flaws(item: SyndicatedItem, changed_at: datetime, seen: set[tuple[str, str]]) -> Iterator[Flaw]:
    if not item.guid.strip() or not item.asset_id.strip():
        yield Flaw.NO_IDENTITY
    if (item.asset_id, item.locale) in seen:
        yield Flaw.TWICE
    if not is_absolute(item.link):
        yield Flaw.NO_LINK
    if item.published_at.tzinfo is None or item.updated_at.tzinfo is None:
        yield Flaw.NO_ZONE
    elif _shown_from(item, changed_at) > changed_at:
        yield Flaw.FUTURE
    elif item.published_at > changed_at:
        yield Flaw.DATE
    if not (one_line(item.title) or one_line(item.summary) or excerpt(item.body_html)):
        yield Flaw.EMPTY
    if not all(map(is_sendable, (item.title, item.summary, item.body_html, item.author or "", *item.tags))):
        yield Flaw.CHARACTERS
    if _too_large(item):
        yield Flaw.BODY_TOO_LARGE
    if item.image is not None and usable_image(item.image) is None:
        yield Flaw.IMAGE


def _shown_from(item: SyndicatedItem, changed_at: datetime) -> datetime:
    """The date the item is shown under: its publication, or its last change when a file claims a future date.

    A view cannot hold an item before the change that brought it in, so later than that is never true. Clamping
    to the view's own time instead would move the date with every later change of the view.
    """
    return item.published_at if item.published_at <= changed_at else item.updated_at


def _too_large(item: SyndicatedItem) -> bool:
    return len(item.body_html) > BODY_LIMIT_BYTES // 4 and len(item.body_html.encode("utf-8", "ignore")) > BODY_LIMIT_BYTES


def _writable(item: SyndicatedItem, changed_at: datetime) -> SyndicatedItem:
    body = "" if _too_large(item) else sendable(item.body_html)
    summary = one_line(item.summary) or excerpt(item.body_html)
    title = one_line(item.title) or summary
    return replace(
        item,
        title=title,
        summary=summary or title,
        body_html=body,
        image=None if item.image is None else usable_image(item.image),
        author=one_line(item.author or "") or None,
        tags=tuple(dict.fromkeys(tag for tag in map(one_line, item.tags) if tag)),
        published_at=_shown_from(item, changed_at),
        updated_at=max(min(item.updated_at, changed_at), _shown_from(item, changed_at)),
    )


def usable_image(image: ItemImage) -> ItemImage | None:
    """The image when readers can use it: an absolute address and an image type; else None."""
    if not is_absolute(image.url) or not image.media_type.startswith("image/"):
        return None
    return replace(image, alt=one_line(image.alt))


def is_absolute(url: str) -> bool:
    """An http(s) address with a host, and nothing in it that would have to be quoted."""
    if _SPACE.search(url) or not is_sendable(url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
