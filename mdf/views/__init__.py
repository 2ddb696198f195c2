"""Where the room meets HTTP: the portal's pages and the desk's."""

from mdf.views import budgets, desk_requests, requests

BLUEPRINTS = (requests.portal, desk_requests.desk, budgets.desk)

__all__ = ["BLUEPRINTS"]
