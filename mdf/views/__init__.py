"""Where the room meets HTTP: the portal's pages and the desk's."""

from mdf.views import budgets, bundles, desk_claims, desk_requests, portal_claims, requests

BLUEPRINTS = (requests.portal, desk_requests.desk, budgets.desk, portal_claims.bp, desk_claims.bp, bundles.portal, bundles.desk)

__all__ = ["BLUEPRINTS"]
