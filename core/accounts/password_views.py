"""Choosing a password by a link, and asking for that link. Nothing here tells whether an address has an account."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for

from core.accounts.forgotten import ask_for_password
from core.accounts.people import choose_password, person_of_link
from core.ctx import SYSTEM
from core.errors import BadToken, Invalid
from core.i18n import gettext as _
from core.permissions import ANYONE, needs
from core.web.blueprints import PrivateBlueprint
from core.web.edge import database, unit_of_work
from core.web.flashing import flash
from core.web.templating import render

bp = PrivateBlueprint("password", __name__, face="auth", url_prefix="/auth")


@bp.get("/forgotten")
@needs(ANYONE)
def forgotten_form() -> Any:
    return render("core/forgotten.html", sent=False)


@bp.post("/forgotten")
@needs(ANYONE)
def forgotten_submit() -> Any:
    with unit_of_work(SYSTEM) as work:
        ask_for_password(work, request.form.get("email", ""), network=request.remote_addr or "")
    return render("core/forgotten.html", sent=True)


@bp.get("/password/<token>")
@needs(ANYONE)
def password_form(token: str) -> Any:
    try:
        with database().reading(SYSTEM) as read:
            email = person_of_link(read, token).email
    except BadToken as error:
        return _dead(error)
    return _page(token, email, {})


@bp.post("/password/<token>")
@needs(ANYONE)
def password_submit(token: str) -> Any:
    password = request.form.get("password", "")
    try:
        with unit_of_work(SYSTEM) as work:
            email = person_of_link(work, token).email
            if password != request.form.get("again", ""):
                raise Invalid({"again": _("The two passwords differ. Type it again.")})
            choose_password(work, token, password)
    except BadToken as error:
        return _dead(error)
    except Invalid as error:
        return _page(token, email, error.errors), error.status
    flash(_("Your password is set. Sign in with it now."))
    return redirect(url_for("auth.sign_in_form"), 303)


def _page(token: str, email: str, errors: dict[str, str]) -> str:
    return render("core/password.html", token=token, email=email, errors=errors)


def _dead(error: BadToken) -> Any:
    """Forged, used and too old look alike: a stranger who tries learns nothing."""
    return render("core/password.html", token="", email="", errors={}), error.status
