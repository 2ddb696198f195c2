"""Links that can be told apart: UTM tagging (measures.md, UTM; requirement A-58) and the tracked link of an item.

UTM serves the vendor's web analytics only. Our own counts come from the redirect at `/c`, because one reader in seven strips
`utm_*`, so nothing here may be needed to know who clicked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote_plus, urlsplit

#: Mediums that GA4's default channel rules know; any other ends up as "Unassigned".
MEDIUMS = frozenset({"referral", "email", "affiliate", "social", "organic", "display", "banner", "cpm", "cpc", "ppc", "paid", "sms", "push"})
PLATFORM = "channelpress"
#: The campaign of a placement that belongs to none.
NO_CAMPAIGN = "evergreen"
#: GA4's names, in the order in which they are written.
OWN_KEYS = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "utm_id", "utm_source_platform")
_LIMIT = 100
_FORBIDDEN = re.compile(r"[^a-z0-9\-_:.]+")


def utm_value(text: str) -> str:
    """A value as the naming rule wants it: lower case, `a-z0-9-_:.`, at most 100 characters."""
    return _FORBIDDEN.sub("-", text.strip().lower()).strip("-")[:_LIMIT].rstrip("-")


def utm_parameters(*, source: str, campaign: str, content: str, medium: str = "referral", term: str = "") -> dict[str, str]:
    """The parameters of one link. ValueError for a medium outside the closed list, because it would count nowhere."""
    if medium not in MEDIUMS:
        raise ValueError(f"utm_medium {medium!r} is not one of {', '.join(sorted(MEDIUMS))}")
    values = {
        "utm_source": utm_value(source),
        "utm_medium": medium,
        "utm_campaign": utm_value(campaign),
        "utm_content": utm_value(content),
        "utm_term": utm_value(term),
        "utm_source_platform": PLATFORM,
    }
    return {key: value for key, value in values.items() if value}


def is_web_link(url: str) -> bool:
    """An absolute http(s) address; anchors, mailto, tel and relative references are not."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.netloc)


def tag_link(url: str, utm: Mapping[str, str]) -> str:
    """The same link with these parameters: replaces those it carries already, keeps every other byte, before the fragment.

    Anything but an absolute web address comes back untouched. Tagging twice equals tagging once.
    """
    if not is_web_link(url):
        return url
    before, hash_mark, fragment = url.partition("#")
    address, _, query = before.partition("?")
    own = {key.lower() for key in utm}
    kept = [pair for pair in query.split("&") if pair and unquote_plus(pair.partition("=")[0]).lower() not in own]
    added = [f"{key}={quote(utm[key], safe='-_:.')}" for key in _in_order(utm)]
    joined = "&".join(kept + added)
    return address + ("?" + joined if joined else "") + hash_mark + fragment


def _in_order(utm: Mapping[str, str]) -> list[str]:
    known = [key for key in OWN_KEYS if key in utm]
    return known + sorted(set(utm) - set(known))


def belongs_to(url: str, hosts: Iterable[str]) -> bool:
    """Whether the link leads to one of these hosts or below one of them (`docs.velorin.example` is below `velorin.example`)."""
    if not is_web_link(url):
        return False
    host = (urlsplit(url).hostname or "").lower().rstrip(".")
    return any(host == own or host.endswith("." + own) for own in hosts)


def item_link(hub_url: str, asset_id: str, locale: str, *, placement: str, source: str, campaign: str) -> str:
    """The tracked link of one item: through our redirect, which counts the click. The last three may be slots."""
    parameters = {
        "utm_source": source,
        "utm_medium": "referral",
        "utm_campaign": campaign,
        "utm_content": f"{asset_id}:{placement}:a",
        "utm_source_platform": PLATFORM,
    }
    return tag_link(f"{hub_url}/c/{placement}/{asset_id}/{locale}", parameters)
