"""The body of an item as it leaves the house: absolute addresses, tagged links."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin

from bs4 import BeautifulSoup

_URL_ATTRIBUTES = ("src", "poster")


def outgoing_body(body_html: str, hub_url: str, tag: Callable[[str], str]) -> str:
    """Clean HTML with addresses that work on somebody else's site.

    Every image address is absolute; every link that leads into the hub is absolute; `tag` decides what becomes of a web link.
    Anchors, mailto and tel stay. The input is already clean; only attribute values change, so it stays clean.
    """
    if "<" not in body_html:
        return body_html
    soup = BeautifulSoup(body_html, "html.parser")
    for element in soup.find_all(True):
        for name in _URL_ATTRIBUTES:
            if element.has_attr(name):
                element[name] = urljoin(hub_url + "/", str(element[name]))
        if element.has_attr("srcset"):
            element["srcset"] = _absolute_srcset(str(element["srcset"]), hub_url)
        if element.has_attr("href"):
            element["href"] = tag(_absolute_link(str(element["href"]), hub_url))
    return soup.decode(formatter="minimal")


def _absolute_link(href: str, hub_url: str) -> str:
    return hub_url + href if href.startswith("/") and not href.startswith("//") else href


def _absolute_srcset(srcset: str, hub_url: str) -> str:
    candidates = [part.strip().split(" ", 1) for part in srcset.split(",") if part.strip()]
    return ", ".join(" ".join([urljoin(hub_url + "/", address), *rest]) for address, *rest in candidates)
