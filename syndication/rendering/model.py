"""What a renderer is given: one view of a collection in one locale, with slots where a placement's own words will stand.

The seam between this room and the two ways out (feeds, embed_widget), see architecture decision 6. A format turns a
`ViewModel` into bytes once per change of content; what differs from partner to partner is a *slot*: a placeholder that the
compiled view replaces with one join per request.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

#: Slots whose value is always plain `[A-Za-z0-9:/._-]`: it may be put unescaped into text, attributes, JSON and URLs.
SAFE_SLOTS = ("placement", "source", "campaign", "partnerid", "selfurl", "layout")
#: Slots that carry words: the one who fills them passes each value through `ViewFormat.escape` first.
WORD_SLOTS = ("partnername", "contact")


@dataclass(frozen=True, slots=True)
class Slots:
    """Placeholders for what only the placement knows, unguessable per render so that no content can forge one.

    Each placeholder is ASCII `[a-z0-9]` and therefore survives URL quoting, XML, HTML and JSON unchanged. The name inside
    ends at the first `z`, so no slot name may contain that letter.
    """

    nonce: str

    @classmethod
    def fresh(cls) -> Slots:
        """Slots for one render; 64 random bits, so that an imported text cannot contain a placeholder."""
        return cls(secrets.token_hex(8))

    def named(self, name: str) -> str:
        """The placeholder of a slot name (`[a-y0-9]+`)."""
        return f"cps{self.nonce}{name}z"

    @property
    def pattern(self) -> re.Pattern[bytes]:
        """Finds every placeholder of this render; group 1 is the slot's name."""
        return re.compile(b"cps" + self.nonce.encode("ascii") + b"([a-y0-9]+)z")

    @property
    def placement(self) -> str:
        """TypeID of the placement, 30 characters; stands inside every tracked link."""
        return self.named("placement")

    @property
    def source(self) -> str:
        """Partner slug (utm_source)."""
        return self.named("source")

    @property
    def campaign(self) -> str:
        """Code of the placement's campaign (utm_campaign)."""
        return self.named("campaign")

    @property
    def partner_id(self) -> str:
        """TypeID of the partner."""
        return self.named("partnerid")

    @property
    def self_url(self) -> str:
        """Absolute address at which this very document is served."""
        return self.named("selfurl")

    @property
    def layout(self) -> str:
        """The placement's layout word, `list` or `cards` (widget data)."""
        return self.named("layout")

    @property
    def partner_name(self) -> str:
        """Display name of the partner; plain text, escaped by the format when filled."""
        return self.named("partnername")

    @property
    def contact(self) -> str:
        """The partner's contact block: clean HTML, escaped by the format when filled (so only where the format escapes)."""
        return self.named("contact")

    def guid(self, number: int) -> str:
        """Permanent id of the item at this place in the view; filled with `urn:uuid:…` of asset, locale and partner."""
        return self.named(f"guid{number}")


@dataclass(frozen=True, slots=True)
class ItemImage:
    """A picture out of our own store; `url` is absolute, `length` in bytes, width and height in pixels."""

    url: str
    media_type: str
    length: int
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class SyndicatedItem:
    """One asset in one locale, ready to be written. All URLs are absolute; `body_html` is clean and its links are tagged."""

    asset_id: str
    revision: int
    content_type: str
    locale: str
    direction: str
    title: str
    summary: str
    body_html: str
    link: str
    guid: str
    image: ItemImage | None
    author: str | None
    tags: tuple[str, ...]
    published_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ViewModel:
    """A collection in one locale, newest item first.

    `hub_url` is the public base address of this installation without a slash at its end, `home_url` the HTML page of the same
    list (`{hub}/feeds/{slots.placement}/`), `self_url` the slot of the document's own address. `updated_at` is the last
    *change* of the view, which includes removals: never the newest item's date (findings.md, Feeds).
    """

    collection_id: str
    title: str
    description: str
    locale: str
    direction: str
    hub_url: str
    home_url: str
    self_url: str
    updated_at: datetime
    items: tuple[SyndicatedItem, ...]
    slots: Slots


@dataclass(frozen=True, slots=True)
class ViewFormat:
    """One way of writing a view. `render` must be deterministic; `escape` is how a word slot's text is written into it."""

    name: str
    media_type: str
    render: Callable[[ViewModel], bytes]
    escape: Callable[[str], str]
