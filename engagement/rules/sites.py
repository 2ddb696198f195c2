"""Does this message come from a site on which the placement may stand?"""

from functools import lru_cache
from urllib.parse import urlsplit

from engagement.rules.kinds import Verdict


@lru_cache(maxsize=4096)
def host_of_header(value: str) -> str:
    """Host (with its port, if it has one) of an Origin or Referer header; empty for `null`, a missing or unreadable one."""
    if not value or value == "null":
        return ""
    try:
        parts = urlsplit(value)
        host = (parts.hostname or "").lower().rstrip(".")
        return f"{host}:{parts.port}" if host and parts.port else host
    except ValueError:
        return ""


@lru_cache(maxsize=4096)
def site_verdict(host: str, allowed: tuple[str, ...], hub_host: str) -> Verdict:
    """`host` is what the browser says about the page; empty when it says nothing (sandboxed frame, strict referrer policy).

    Silence is not held against the visitor: without a host the placement's word stands. Our own pages show placements in previews,
    which nobody has to pay for. An allowed domain covers what lies below it; a port counts only when the domain names one.
    """
    if not host:
        return Verdict.VALID
    if host == hub_host:
        return Verdict.OWN_SITE
    if not allowed or any(_covers(domain, host) for domain in allowed):
        return Verdict.VALID
    return Verdict.FOREIGN_SITE


def _covers(domain: str, host: str) -> bool:
    bare = host if ":" in domain else host.partition(":")[0]
    return bare == domain or bare.endswith("." + domain)
