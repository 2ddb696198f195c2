"""Where this room meets HTTP: the public addresses, the portal's pages and the desk's."""

from engagement.views import consents, leads, results
from engagement.views.public import bp as public

BLUEPRINTS = (public, leads.portal, leads.desk, results.portal, results.desk, consents.public, consents.report)

__all__ = ["BLUEPRINTS"]
