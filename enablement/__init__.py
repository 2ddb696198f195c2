"""Enablement: who of a partner's people has proven that they can sell and deliver.

Owns certifications, courses with their quiz, awards, and the gates that ask for them. Refuses to own what is gated (deals, mdf).
"""

from core.registry import Registry
from enablement.permissions import Perm

__all__ = ["Perm", "register"]


def register(registry: Registry) -> None:
    """Hands the room's permissions and pages to the hub."""
    registry.declare(Perm)
