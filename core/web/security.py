"""Headers of every answer, and the check that no private route is undeclared."""

from __future__ import annotations

from collections.abc import Collection

from flask import Flask, Response, g, request

from core.errors import HubError
from core.permissions import ANYONE, SIGNED_IN
from core.web.blueprints import PRIVATE_FACES, FacedBlueprint

PRIVATE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PUBLIC_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)


class NeedsSignIn(HubError):
    """Nobody is signed in: pages redirect to the form, the API answers 401."""

    status = 401

    def __init__(self) -> None:
        super().__init__("needs_sign_in")


class UndeclaredRoute(RuntimeError):
    """A route without a face or a permission: the application must not start (architecture decision 13)."""


def check_routes(app: Flask, declared: Collection[str]) -> None:
    """Raises UndeclaredRoute for the first route that breaks the rule."""
    known = {*declared, SIGNED_IN, ANYONE}
    for rule in app.url_map.iter_rules():
        blueprint = app.blueprints.get(rule.endpoint.rpartition(".")[0])
        if not isinstance(blueprint, FacedBlueprint):
            raise UndeclaredRoute(f"{rule.rule} ({rule.endpoint}) belongs to no public or private blueprint")
        permission = getattr(app.view_functions[rule.endpoint], "needs", None)
        if blueprint.face in PRIVATE_FACES and permission not in known:
            raise UndeclaredRoute(f"{rule.rule} ({rule.endpoint}) declares {permission!r}, which no room has declared")


def install(app: Flask) -> None:
    app.after_request(_harden)


def _harden(response: Response) -> Response:
    from core.web.edge import face

    public = face() == "public"
    response.headers.setdefault("Content-Security-Policy", PUBLIC_CSP if public else PRIVATE_CSP)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers["X-Correlation-Id"] = g.get("correlation", "")
    if not public:
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Frame-Options", "DENY")
    elif "Set-Cookie" in response.headers:
        raise RuntimeError(f"the public page {request.path} was about to set a cookie")
    return response
