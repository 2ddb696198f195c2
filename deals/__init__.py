"""Deals: what a partner registers, whether it is protected, and how it ends.

Owns deal registrations and product lines. Refuses to own the lead it came from (engagement) and the money for campaigns (mdf).
"""

from core.registry import Registry
from deals.permissions import Perm

__all__ = ["Perm", "register"]


def register(registry: Registry) -> None:
    """Hands the room's permissions and pages to the hub."""
    registry.declare(Perm)
