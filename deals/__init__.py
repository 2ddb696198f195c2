"""Deals: what a partner registers, whether it is protected, and how it ends.

Owns deal registrations and product lines. Refuses to own the lead it came from (engagement) and the money for campaigns (mdf).
"""

from core.registry import Registry
from deals.events import RegistrationClosed, RegistrationDecided, RegistrationSubmitted
from deals.models import ProductLine, Registration
from deals.permissions import Perm
from deals.rules.states import DealAction, DealStatus

__all__ = [
    "DealAction",
    "DealStatus",
    "Perm",
    "ProductLine",
    "Registration",
    "RegistrationClosed",
    "RegistrationDecided",
    "RegistrationSubmitted",
    "register",
]


def register(registry: Registry) -> None:
    """Hands the room's permissions and pages to the hub."""
    registry.declare(Perm)
