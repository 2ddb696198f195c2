"""Conditional requests and content codings (RFC 9110, sections 12.5.3 and 13), as pure functions."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Final, Literal

Coding = Literal["", "gzip", "br"]

# The suffix keeps the tag strong: another coding means other bytes, so it must be another tag.
TAG_SUFFIX: Final[dict[Coding, str]] = {"": "", "gzip": "-gz", "br": "-br"}

_ENTITY_TAG = re.compile(r'(?:W/)?"([^"]*)"')
_WEIGHT = re.compile(r"[qQ]\s*=\s*([01](?:\.\d{0,3})?)")
_CACHEABLE_HEADER = 200


def not_modified(environ: dict[str, Any], tag: str, modified_s: int) -> bool:
    """True when the client's copy is still good. If-None-Match wins; a date is asked only without it."""
    wanted = environ.get("HTTP_IF_NONE_MATCH")
    if wanted is not None:
        return matches(wanted, tag)
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    if since is None:
        return False
    known_s = http_date(since) if len(since) < _CACHEABLE_HEADER else None
    return known_s is not None and modified_s <= known_s


def matches(header: str, tag: str) -> bool:
    """Weak comparison of a list of entity tags, or `*`, with ours (a proxy that compresses weakens tags)."""
    if header.strip() == "*":
        return True
    return any(found == tag for found in _ENTITY_TAG.findall(header))


@lru_cache(maxsize=256)
def http_date(text: str) -> int | None:
    """Seconds since 1970 of an HTTP date in any of its three forms; None when it cannot be read."""
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)  # the asctime form carries no zone and means GMT
        return int(moment.timestamp())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def coding_for(accepted: str) -> Coding:
    """The coding to send for an Accept-Encoding header: the client's weights, then br, gzip, plain."""
    return _cached_coding(accepted) if len(accepted) < _CACHEABLE_HEADER else _coding(accepted)


def _coding(accepted: str) -> Coding:
    weights: dict[str, float] = {}
    for part in accepted.split(","):
        name, _, parameters = part.strip().partition(";")
        weights[name.strip().lower()] = _weight(parameters)
    rest = weights.get("*", 0.0)
    plain = weights.get("identity", 0.0)
    best: Coding = ""
    best_weight = plain
    ours: tuple[tuple[Coding, float], ...] = (
        ("br", weights.get("br", rest)),
        ("gzip", weights.get("gzip", weights.get("x-gzip", rest))),
    )
    for coding, weight in ours:
        if weight > best_weight or (weight == best_weight and weight > 0 and not best):
            best, best_weight = coding, weight
    return best


_cached_coding = lru_cache(maxsize=512)(_coding)


def _weight(parameters: str) -> float:
    """The q value; without one 1, and 0 (do not use) when it cannot be read."""
    if not parameters.strip():
        return 1.0
    found = _WEIGHT.fullmatch(parameters.strip())
    return float(found[1]) if found else 0.0


def imf_date(moment: datetime) -> str:
    """`Sun, 06 Nov 1994 08:49:37 GMT`, without asking the process's locale."""
    utc = moment.astimezone(UTC)
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    clock = f"{utc.hour:02}:{utc.minute:02}:{utc.second:02}"
    return f"{days[utc.weekday()]}, {utc.day:02} {months[utc.month - 1]} {utc.year:04} {clock} GMT"
