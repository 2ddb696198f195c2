"""Who wants to know that a public page was read. Higher rooms register; this room neither counts nor filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class PageVisit:
    """One answered GET of a public page. Address and user agent are for the listener's bot filter, never to be stored."""

    partner_id: str
    asset_id: str
    locale: str
    page_id: str | None
    arrival: Mapping[str, str]
    path: str
    address: str
    user_agent: str
    purpose: str  # the Sec-Purpose header: a prefetch is no visit


Listener = Callable[[PageVisit], None]
_listeners: dict[str, Listener] = {}


def on_page_view(name: str, listener: Listener) -> None:
    """Registers under a name (again replaces). A listener must be quick and must not raise: a page waits for it."""
    _listeners[name] = listener


def tell(visit: PageVisit) -> None:
    """Tells every listener."""
    for listener in _listeners.values():
        listener(visit)
