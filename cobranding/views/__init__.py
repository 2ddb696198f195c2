"""Pages of co-branding: the portal's three sections and the public face."""

from cobranding.views.content import bp as content
from cobranding.views.kit import bp as kit
from cobranding.views.pages import bp as pages
from cobranding.views.public import bp as public

BLUEPRINTS = (public, content, pages, kit)

__all__ = ["BLUEPRINTS"]
