"""Forged requests: a token bound to the session (or, before sign-in, to a form cookie), and the Origin header."""

from __future__ import annotations

import hmac
import secrets

from flask import current_app, g, request

from core.errors import Forbidden

FORM_COOKIE = "cp_form"
FIELD = "csrf_token"
HEADER = "X-CSRF-Token"


def token() -> str:
    """The token for forms of this request; makes a form cookie for a person without a session."""
    from core.web.edge import SESSION_COOKIE

    seed = request.cookies.get(SESSION_COOKIE) or request.cookies.get(FORM_COOKIE) or g.get("new_form_cookie")
    if not seed:
        seed = g.new_form_cookie = secrets.token_urlsafe(24)
    return _mac(seed)


def _mac(seed: str) -> str:
    secret = current_app.extensions["channelpress"]["settings"].secret_key
    return hmac.new(secret.encode(), b"csrf:" + seed.encode(), "sha256").hexdigest()


def check() -> None:
    """Raises Forbidden unless the request comes from our own form."""
    from core.web.edge import SESSION_COOKIE

    origin = request.headers.get("Origin")
    # Behind a proxy that ends TLS the browser's origin is the public address, not the one this process is asked at.
    ours = (request.host_url.rstrip("/"), current_app.extensions["channelpress"]["settings"].url)
    if origin and origin.rstrip("/") not in ours:
        raise Forbidden("csrf")
    sent = request.headers.get(HEADER) or request.form.get(FIELD, "")
    # Once there is a session only its own token counts; the form cookie is for the sign-in form.
    seed = request.cookies.get(SESSION_COOKIE) or request.cookies.get(FORM_COOKIE)
    if not seed or not hmac.compare_digest(sent.encode(), _mac(seed).encode()):
        raise Forbidden("csrf")
