"""Signing in and out, and the reader's language."""

from __future__ import annotations

from typing import Any

from flask import Response, g, redirect, request, url_for

from core.accounts.models import User
from core.accounts.services import begin_session, end_session, recognise, remember_failure
from core.ctx import SYSTEM
from core.errors import TooMany
from core.i18n import gettext as _
from core.permissions import ANYONE, SIGNED_IN, needs
from core.web.blueprints import PrivateBlueprint
from core.web.edge import SESSION_COOKIE, actor_of_token, ctx, database, unit_of_work
from core.web.flashing import flash
from core.web.templating import render

bp = PrivateBlueprint("auth", __name__, face="auth", url_prefix="/auth")


def _safe_next(target: str) -> str:
    """Only a path of our own; anything else goes to the start page.

    Browsers drop tabs and line ends before they read an address, so `/<tab>/evil.example` is `//evil.example` to them.
    """
    inside = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if inside else "/"


def _form(status: int = 200, email: str = "", error: str = "") -> tuple[str, int]:
    after = _safe_next(request.values.get("next", "/"))
    return render("core/sign_in.html", email=email, error=error, next=after), status


@bp.get("/sign-in")
@needs(ANYONE)
def sign_in_form() -> Any:
    if g.actor.kind == "user":
        return redirect("/", 303)
    return _form()


@bp.post("/sign-in")
@needs(ANYONE)
def sign_in_submit() -> Any:
    email, password = request.form.get("email", ""), request.form.get("password", "")
    network = request.remote_addr or ""
    try:
        with database().reading(SYSTEM, locale=g.locale) as read:
            user_id = recognise(read, email, password, network=network)
    except TooMany as error:
        page, _status = _form(429, email, error.message)
        return Response(page, 429, {"Retry-After": str(error.retry_after)})
    if user_id is None:
        with unit_of_work(SYSTEM) as work:
            remember_failure(work, email, network=network)
        return _form(422, email, _("This e-mail address and password do not belong together. Check both and try again."))
    with unit_of_work(SYSTEM) as work:
        token = begin_session(work, user_id, email, network=network)
    if actor_of_token(token).kind != "user":
        with unit_of_work(SYSTEM) as work:
            end_session(work, token)
        return _form(403, email, _("Your company's access to this hub is suspended. Ask your channel manager what to do."))
    return _with_session(token)


def _with_session(token: str) -> Any:
    answer = redirect(_safe_next(request.form.get("next", "/")), 303)
    settings = database().settings
    answer.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=settings.session_hours * 3600,
        httponly=True,
        samesite="Lax",
        secure=settings.url.startswith("https"),
    )
    return answer


@bp.post("/sign-out")
@needs(SIGNED_IN)
def sign_out() -> Any:
    end_session(ctx(), request.cookies.get(SESSION_COOKIE, ""))
    answer = redirect(url_for("auth.sign_in_form"), 303)
    answer.delete_cookie(SESSION_COOKIE)
    return answer


@bp.post("/language")
@needs(SIGNED_IN)
def choose_language() -> Any:
    """The language of the interface, remembered with the person."""
    wanted = request.form.get("language", "")
    if wanted in database().settings.locales:
        ctx().session.get_one(User, g.actor.user_id).locale = wanted
    else:
        flash(_("This language is not installed."), "attention")
    return redirect(_safe_next(request.form.get("next", "/")), 303)
