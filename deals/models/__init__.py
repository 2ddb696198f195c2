"""Tables of the deals room."""

from deals.models.customers import DirectEngagement
from deals.models.registrations import ProductLine, Registration

__all__ = ["DirectEngagement", "ProductLine", "Registration"]
