"""The embed widget: the way out onto a partner's own web pages.

Owns the loader script (source, build, published hash), the data it fetches, and the snippet that a webmaster pastes.
Refuses to own which items a placement shows (syndication), what a click leads to and how events are kept (engagement).
"""

from core.registry import Registry
from embed_widget.payload import FORMAT, render
from embed_widget.snippet import csp_lines, snippet

__all__ = ["FORMAT", "csp_lines", "register", "render", "snippet"]


def register(registry: Registry) -> None:
    """Puts the format on syndication's shelf, says how to read the addresses below /embed/, adds the public views."""
    from embed_widget.addresses import PREFIX, read_address
    from embed_widget.views import bp
    from syndication import register_addresses, register_format

    register_format(FORMAT)
    register_addresses(PREFIX, read_address)
    registry.blueprint(bp)
