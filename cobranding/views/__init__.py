"""Pages of co-branding: the portal's three sections and the public face."""

from cobranding.views.public import bp as public

__all__ = ["public"]
