"""Tables of the deals room."""

from deals.models.customers import CustomerLine, DirectEngagement
from deals.models.registrations import ProductLine, Registration

__all__ = ["CustomerLine", "DirectEngagement", "ProductLine", "Registration"]
