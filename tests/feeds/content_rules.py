"""Rules that hold in every feed format: addresses, dates, languages, plain summaries, clean characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import parse_qsl, urlsplit

from bs4 import BeautifulSoup

LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
RFC822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d ([+-]\d{4}|GMT)"
)
MARKUP = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*[\s/>]|&(amp|lt|gt|quot|#\d+|#x[0-9a-fA-F]+);")
UUID_URN = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
TYPE_ID = re.compile(r"ast_[0-7][0-9a-hjkmnp-tv-z]{25}")
PLACEHOLDER = re.compile(r"cps[0-9a-f]{16}[a-y0-9]+z")


def address(name: str, url: str | None) -> Iterator[str]:
    """An absolute http(s) address without anything that would have to be quoted."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        yield f"{name}: {url!r} cannot be read as an address"
        return
    if parts.scheme not in ("http", "https") or not parts.netloc:
        yield f"{name}: {url!r} is not an absolute http(s) address"
    elif any(letter <= " " or letter in '<>"{}|\\^`' for letter in url or ""):
        yield f"{name}: {url!r} holds characters that must be quoted"


def tracked(name: str, url: str) -> Iterator[str]:
    """A link of an item: each UTM parameter once, lower case, of the alphabet of measures.md."""
    pairs = [pair for pair in parse_qsl(urlsplit(url).query, keep_blank_values=True) if pair[0].startswith("utm_")]
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        yield f"{name}: a utm parameter stands twice in {url!r}"
    for key, value in pairs:
        if not re.fullmatch(r"[a-z0-9\-_:.]{1,100}", value):
            yield f"{name}: {key}={value!r} breaks the naming rule"


def permanent_id(name: str, value: str | None) -> Iterator[str]:
    """`urn:uuid:` of a UUIDv5, so free of titles, slugs, addresses and UTM."""
    if not value or not UUID_URN.fullmatch(value):
        yield f"{name}: {value!r} is not urn:uuid: of a UUIDv5"


def language(name: str, tag: str | None) -> Iterator[str]:
    """A BCP 47 language tag (an underscore is the usual mistake)."""
    if not tag or not LANGUAGE.fullmatch(tag):
        yield f"{name}: {tag!r} is not a BCP 47 language tag"


def rfc822_date(name: str, text: str | None) -> Iterator[str]:
    """English names, four-digit year, a zone, and the weekday that belongs to the date."""
    if not text or not RFC822.fullmatch(text):
        yield f"{name}: {text!r} is not an RFC 822 date"
        return
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        yield f"{name}: {text!r} does not exist"
        return
    if format_datetime(moment)[:3] != text[:3]:
        yield f"{name}: {text!r} names the wrong weekday"


def rfc3339_date(name: str, text: str | None) -> Iterator[str]:
    """A date that exists, with a zone (RFC 3339)."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        yield f"{name}: {text!r} is not a date that exists"
        return
    if "T" not in (text or "") or moment.tzinfo is None:
        yield f"{name}: {text!r} lacks its time or zone"


def plain(name: str, text: str | None, *, markup: bool = True) -> Iterator[str]:
    """Text for people: there, on one line, without characters XML forbids, not escaped twice, no markup in it."""
    if not text or not text.strip():
        yield f"{name}: is empty"
        return
    if FORBIDDEN.search(text):
        yield f"{name}: holds a character that XML 1.0 forbids"
    if text != text.strip() or "\n" in text:
        yield f"{name}: is not one trimmed line"
    if markup and MARKUP.search(text):
        yield f"{name}: holds markup or is escaped twice: {text[:60]!r}"


def html(name: str, source: str | None) -> Iterator[str]:
    """Content: not empty, no active parts, every address in it absolute."""
    if not source or not source.strip():
        yield f"{name}: is empty"
        return
    if FORBIDDEN.search(source):
        yield f"{name}: holds a character that XML 1.0 forbids"
    soup = BeautifulSoup(source, "html.parser")
    for tag in soup.find_all(["script", "style", "iframe", "object", "embed", "form"]):
        yield f"{name}: holds <{tag.name}>"
    for tag in soup.find_all(True):
        yield from _attributes(f"{name} <{tag.name}>", {key: str(value) for key, value in tag.attrs.items()})


def _attributes(name: str, attributes: dict[str, str]) -> Iterator[str]:
    for key, value in attributes.items():
        if key.lower().startswith("on"):
            yield f"{name}: has {key}"
        if key in ("src", "poster"):
            yield from address(f"{name} {key}", value)
        if key == "href" and not value.startswith(("#", "mailto:", "tel:")):
            yield from address(f"{name} href", value)
        if key == "srcset":
            for candidate in value.split(","):
                yield from address(f"{name} srcset", candidate.split()[0] if candidate.split() else "")


def unique(name: str, values: list[str | None]) -> Iterator[str]:
    """No value stands twice."""
    for value in sorted({str(value) for value in values if values.count(value) > 1}):
        yield f"{name}: {value!r} stands more than once"


def whole(document: bytes) -> Iterator[str]:
    """The bytes as such: UTF-8, no slot left unfilled."""
    try:
        text = document.decode("utf-8")
    except UnicodeDecodeError:
        yield "document: is not UTF-8"
        return
    if PLACEHOLDER.search(text):
        yield "document: a slot was not filled"
