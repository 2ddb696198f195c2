"""Where content stands: which placements show it, and from which sites they may be asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from syndication.rules.audience import Audience, PartnerFacts, reach_of


class PlacementStatus(StrEnum):
    """`unconfirmed`: it was live and has not been seen for a while (measure 15 counts seven days)."""

    PLANNED = "planned"
    EMBEDDED = "embedded"
    LIVE = "live"
    UNCONFIRMED = "unconfirmed"
    ENDED = "ended"


#: Measure 15, coverage: a placement counts as live when it was seen within seven days.
SEEN_WITHIN = timedelta(days=7)
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?::\d{1,5})?\Z")


def is_visible(status: PlacementStatus, audience: Audience, partner: PartnerFacts) -> bool:
    """Whether the placement is answered at all: not ended, and its partner receives the collection."""
    return status is not PlacementStatus.ENDED and reach_of(audience, partner).receives


def seen_status(status: PlacementStatus, last_seen_at: datetime | None, now: datetime) -> PlacementStatus:
    """The status to show: an ended placement stays ended, a seen one is live for seven days and then unconfirmed."""
    if status is PlacementStatus.ENDED or last_seen_at is None:
        return status
    return PlacementStatus.LIVE if now - last_seen_at <= SEEN_WITHIN else PlacementStatus.UNCONFIRMED


def host_of(text: str) -> str:
    """The host (with port, when one is named) out of a domain or an address as people paste it. ValueError when there is none."""
    raw = text.strip()
    try:
        netloc = urlsplit(raw if "//" in raw else "//" + raw).netloc.rpartition("@")[2]
        host = netloc.rstrip(".").lower()
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError) as error:
        raise ValueError(f"not a domain: {text[:80]!r}") from error
    if not host or not _HOST.match(host):
        raise ValueError(f"not a domain: {text[:80]!r}")
    return host


def is_allowed_domain(host: str, allowed: Iterable[str]) -> bool:
    """Whether a page on this host may show the placement; below an allowed domain counts, an empty list allows all."""
    listed = list(allowed)
    return not listed or any(host == own or host.endswith("." + own) for own in listed)
