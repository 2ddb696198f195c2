"""Builds the Flask application from a filled registry. Only `hub` calls this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, current_app, g

from core.accounts.password_views import bp as password_views
from core.accounts.views import bp as auth_views
from core.database import Database
from core.permissions import Role
from core.registry import Registry
from core.signed_actions.views import bp as signed_actions_views
from core.web import csrf, edge, flashing, problems, security, templating, trail
from core.web.blueprints import TypeIdConverter
from core.web.public_views import bp as public_views


def build_flask(database: Database, registry: Registry, roles: Mapping[str, Role], brand: Callable[[], Any]) -> Flask:
    """Raises UndeclaredRoute when a private route declares no permission of a room."""
    app = Flask("channelpress", static_folder=None, template_folder=str(templating.ROOT / "core" / "templates"))
    app.config.update(MAX_CONTENT_LENGTH=database.settings.request_max_bytes, MAX_FORM_PARTS=500, MAX_FORM_MEMORY_SIZE=4 * 2**20)
    app.extensions["channelpress"] = {
        "database": database,
        "settings": database.settings,
        "registry": registry,
        "roles": roles,
        "brand": brand,
    }
    app.url_map.converters["typeid"] = TypeIdConverter
    trail.install(app)
    edge.install(app)
    security.install(app)
    app.after_request(_cookies)
    problems.install(app)
    templating.install(app)
    for blueprint in (public_views, auth_views, password_views, signed_actions_views, *registry.blueprints):
        app.register_blueprint(blueprint)
    security.check_routes(app, registry.permissions)
    return app


def _cookies(response: Any) -> Any:
    """Flash and form cookies, on private faces only."""
    if edge.face() not in ("portal", "desk", "auth"):
        return response
    response = flashing.carry(response)
    fresh = g.get("new_form_cookie")
    if fresh:
        secure = current_app.extensions["channelpress"]["settings"].url.startswith("https")
        response.set_cookie(csrf.FORM_COOKIE, fresh, max_age=86400, httponly=True, samesite="Lax", secure=secure)
    return response
