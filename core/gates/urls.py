"""The one judge of addresses that come from outside. WHATWG URL is what browsers do; this is stricter."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

MAX_URL = 2048
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_INSIDE = re.compile(r"[\t\n\r]")  # browsers drop them anywhere in an address
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*\.?")
_MAIL = re.compile(r"[A-Za-z0-9.!#$&'*+/=^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_TEL = re.compile(r"\+?[0-9][0-9()./ -]{2,30}(;ext=[0-9]{1,8})?")
_C0_AND_SPACE = "".join(map(chr, range(0x21)))
_WEB = ("http", "https")


def safe_url(url: str, *, schemes: Collection[str] = ("https", "http"), base: str | None = None) -> str | None:
    """The absolute, ASCII-only form of an address that may be linked or fetched; None for everything else.

    Relative addresses need `base`. Refused: any scheme not named (so `foo:80/x` too, whose digits look like a
    port), credentials (`https://bank@evil`), backslashes before the query, control characters, odd ports.
    The answer is stable: safe_url(safe_url(x)) == safe_url(x).
    """
    text = _INSIDE.sub("", url.strip(_C0_AND_SPACE))
    if not text or len(text) > MAX_URL or any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in text):
        return None
    if "\\" in re.split(r"[?#]", text, maxsplit=1)[0]:
        return None
    found = _SCHEME.match(text)
    if found is None:
        if base is None:
            return None
        try:
            text = urljoin(base, text)
        except ValueError:
            return None
        found = _SCHEME.match(text)
    if found is None or (scheme := found[1].lower()) not in schemes:
        return None
    if scheme in _WEB:
        return _web(text)
    return _opaque(scheme, text[found.end() :])


def _web(text: str) -> str | None:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    host = ascii_host(parts.hostname or "")
    if host is None or "@" in parts.netloc or port == 0 or "%" in parts.netloc:
        return None
    netloc = host if port is None or port == {"http": 80, "https": 443}[parts.scheme] else f"{host}:{port}"
    address = urlunsplit(
        (
            parts.scheme,
            netloc,
            quote(parts.path, safe="/%:@!$&'()*+,;=-._~") or "/",
            quote(parts.query, safe="/%:@!$&'()*+,;=-._~?"),
            quote(parts.fragment, safe="/%:@!$&'()*+,;=-._~?"),
        )
    )
    return address if len(address) <= 3 * MAX_URL else None


def ascii_host(host: str) -> str | None:
    """A host name in ASCII (IDNA) and lower case, an IPv4 address, or a bracketed IPv6 address; None if it is none."""
    if ":" in host:
        return f"[{host.lower()}]" if re.fullmatch(r"[0-9a-fA-F:.]{2,45}", host) else None
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    host = host.lower()
    return host if _HOST.fullmatch(host) else None


def _opaque(scheme: str, rest: str) -> str | None:
    if scheme == "mailto":
        address, _, query = rest.partition("?")
        # "%0a" in a query writes further headers into the visitor's mail.
        if not _MAIL.fullmatch(address) or re.search(r"%0[ad]", query, re.IGNORECASE):
            return None
        tail = quote(query, safe="/%:@!$&'()*+,;=-._~?")
        return f"mailto:{address}?{tail}" if tail else f"mailto:{address}"
    if scheme == "tel":
        return "tel:" + rest.replace(" ", "-") if _TEL.fullmatch(rest) else None
    return None
