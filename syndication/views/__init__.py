"""Pages: "Publish" and "Languages" and "Partners" on the desk, "Placements" in the portal. They translate, services decide."""

from syndication.views.assets import bp as assets
from syndication.views.campaigns import bp as campaigns
from syndication.views.collections import bp as collections
from syndication.views.imports import bp as imports
from syndication.views.languages import bp as languages
from syndication.views.library import bp as library
from syndication.views.partners import bp as partners
from syndication.views.placements import bp as placements

BLUEPRINTS = (library, assets, imports, collections, campaigns, languages, partners, placements)

__all__ = ["BLUEPRINTS"]
