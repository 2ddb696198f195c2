"""The web kernel: faces, the edge of a request, security headers, error pages, templates.

Owns how HTTP meets a use case. Does not own any page of a room.
"""

from core.web.blueprints import PrivateBlueprint, PublicBlueprint
from core.web.edge import ctx, database, unit_of_work
from core.web.flashing import flash
from core.web.templating import absolute_url, render, static_url

__all__ = [
    "PrivateBlueprint",
    "PublicBlueprint",
    "absolute_url",
    "ctx",
    "database",
    "flash",
    "render",
    "static_url",
    "unit_of_work",
]
