"""Counting people without knowing them (measures.md, Cookieless; architecture decision 8).

A visitor-day key is a keyed hash of the network's prefix and the kind of browser, under a salt that lives one day. When the
salt is gone, the key cannot be computed again from anything, nor be linked to another day or another partner. It undercounts
offices behind one address with equal browsers, and overcounts people who change networks: an estimate, and called so.
"""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from ipaddress import IPv4Address, ip_address, ip_network

KEY_BYTES = 8
#: Up to this many distinct keys the count is exact; beyond it the standard error is 1/sqrt(k - 2), about 3 %.
SKETCH_KEYS = 1024
_KEY_SPACE = 1 << (8 * KEY_BYTES)


def visitor_key(salt: bytes, partner: bytes, address: str, kind_of_browser: str) -> bytes:
    """Eight evenly spread bytes. `partner` is the site: a visitor is never recognised across partners."""
    told = b"\0".join((partner, truncated(address), kind_of_browser.encode("utf-8", "replace")))
    return blake2b(told, digest_size=KEY_BYTES, key=salt).digest()


@lru_cache(maxsize=4096)
def truncated(address: str) -> bytes:
    """The first 24 bits of an IPv4 address, the first 48 of an IPv6 one; an unreadable address is nobody's."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return b"?"
    mapped = None if isinstance(parsed, IPv4Address) else parsed.ipv4_mapped
    prefix = 24 if isinstance(mapped or parsed, IPv4Address) else 48
    return ip_network((mapped or parsed, prefix), strict=False).network_address.packed


def merged(sketch: bytes, keys: Iterable[bytes]) -> bytes:
    """A sketch is the smallest distinct keys, sorted (k minimum values): merging in any order, any number of times, gives the same."""
    known = {sketch[at : at + KEY_BYTES] for at in range(0, len(sketch), KEY_BYTES)}
    known.update(keys)
    return b"".join(sorted(known)[:SKETCH_KEYS])


def estimate(sketch: bytes) -> int:
    """How many distinct keys went in: exact while they all fit, else read from how densely they lie."""
    held = len(sketch) // KEY_BYTES
    if held < SKETCH_KEYS:
        return held
    largest = int.from_bytes(sketch[-KEY_BYTES:], "big")
    return round((SKETCH_KEYS - 1) * _KEY_SPACE / (largest + 1))
