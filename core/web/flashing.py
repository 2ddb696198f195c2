"""One-time messages after a redirect, in a signed cookie of the private face."""

from __future__ import annotations

from flask import Response, current_app, g, request

from core.errors import BadToken
from core.signing import sign, unsign

COOKIE = "cp_flash"
KINDS = ("positive", "attention", "negative", "neutral")


def flash(text: str, kind: str = "positive") -> None:
    """Shows `text` on the next page; `kind` is one of KINDS."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind of message: {kind!r}")
    g.setdefault("new_flashes", []).append([kind, str(text)[:600]])


def flashes() -> list[tuple[str, str]]:
    """What the previous answer left, and what this one adds; shown once."""
    found: list[list[str]] = []
    cookie = request.cookies.get(COOKIE)
    if cookie:
        g.seen_flashes = True
        try:
            found = unsign(current_app.extensions["channelpress"]["settings"], "flash", cookie, max_age=600)["messages"]
        except BadToken:
            found = []
    return [(kind, text) for kind, text in [*found, *g.pop("new_flashes", [])]]


def carry(response: Response) -> Response:
    """Puts unseen messages into the cookie and drops the shown ones."""
    fresh = g.get("new_flashes")
    settings = current_app.extensions["channelpress"]["settings"]
    if fresh and 300 <= response.status_code < 400:
        token = sign(settings, "flash", {"messages": fresh[:5]})
        response.set_cookie(COOKIE, token, max_age=600, httponly=True, samesite="Lax", secure=settings.url.startswith("https"))
    elif g.get("seen_flashes"):
        response.delete_cookie(COOKIE)
    return response
