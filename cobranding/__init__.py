"""Co-branding: the vendor's content in the partner's colours.

Owns brand kits, page templates, landing pages and banners. Does not own the content (syndication) or what visitors do
with it (engagement).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranding.permissions import Perm

if TYPE_CHECKING:
    from core.registry import Registry

__all__ = ["Perm", "register"]


def register(registry: Registry) -> None:
    registry.declare(Perm)
