"""What a webmaster pastes, and the policy lines a strict host needs for it.

A plain div with a real link and one external script: content systems keep the div and the link even where they refuse
the script, and without the script the link still works (findings.md, Widget).
"""

from __future__ import annotations

from html import escape
from typing import Protocol
from urllib.parse import urlsplit

#: Height kept free until the content is there, in the host's own em: four rows of a list, two rows of cards.
#: An svg because a style attribute is refused by strict policies, and because content systems leave it alone.
RESERVED_EM = {"list": 43, "cards": 47}


class Placed(Protocol):
    """The part of a placement that its snippet shows."""

    @property
    def id(self) -> object: ...

    @property
    def layout(self) -> object: ...

    @property
    def locale(self) -> str: ...


def snippet(placement: Placed, hub_url: str, fallback_label: str, reserved_em: int | None = None) -> str:
    """HTML for the host page. `reserved_em` 0 reserves nothing: for places where the page below may move."""
    hub = escape(hub_url.rstrip("/"))
    plc, layout = escape(str(placement.id)), escape(str(placement.layout))
    height = RESERVED_EM.get(str(placement.layout), RESERVED_EM["list"]) if reserved_em is None else reserved_em
    space = f'<svg width="100%" height="{height}em" aria-hidden="true"></svg>' if height else ""
    return (
        f'<div data-channelpress="{plc}" data-layout="{layout}" data-lang="{escape(placement.locale)}">'
        f'<a href="{hub}/feeds/{plc}/">{escape(fallback_label)}</a>{space}</div>'
        f'<script async src="{hub}/embed/v1.js"></script>'
    )


def csp_lines(hub_url: str) -> tuple[str, ...]:
    """Sources to add to a host's Content-Security-Policy; nothing else is needed, no inline style, no frame."""
    parts = urlsplit(hub_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    return tuple(f"{directive} {origin}" for directive in ("script-src", "connect-src", "img-src"))
