"""The edge: where a request gets its actor, its language and its one transaction, and where that is committed.

A GET reads, a POST is one unit of work, committed when the answer is below 400. Nothing below a view knows about Flask.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from flask import Flask, Response, current_app, g, request

from core.accounts import actor_for_session
from core.ctx import SYSTEM, VISITOR, Actor, Ctx
from core.database import Database
from core.errors import Forbidden, NotFound
from core.i18n import catalogue_locales, negotiate, set_locale
from core.permissions import ANYONE, SIGNED_IN
from core.web import bodies, csrf, submissions, trail
from core.web.blueprints import FacedBlueprint
from core.web.security import NeedsSignIn

SESSION_COOKIE = "cp_session"
SAFE = ("GET", "HEAD", "OPTIONS")


class _RollBack(Exception):
    """Thrown into a unit of work whose answer was a refusal."""


def database() -> Database:
    """The database of the running application."""
    found: Database = current_app.extensions["channelpress"]["database"]
    return found


def unit_of_work(actor: Actor) -> AbstractContextManager[Ctx]:
    """A transaction of its own beside the request's (sign-in must remember failures)."""
    return database().unit_of_work(actor, locale=g.get("locale"))


def ctx() -> Ctx:
    """The request's Ctx: read-only for GET and HEAD, one unit of work otherwise."""
    if "ctx" not in g:
        actor: Actor = g.get("actor", VISITOR)
        enter = database().reading if request.method in SAFE else database().unit_of_work
        g.work = enter(actor, locale=g.locale)
        g.ctx = g.work.__enter__()
        if request.method not in SAFE and face() in ("portal", "desk"):
            submissions.begin(g.ctx)
    found: Ctx = g.ctx
    return found


def face() -> str:
    """`public`, `portal`, `desk`, `auth`, `api`, or empty where no route was found."""
    blueprint = current_app.blueprints.get(request.blueprint or "")
    return blueprint.face if isinstance(blueprint, FacedBlueprint) else ""


def install(app: Flask) -> None:
    """Hooks the edge into the application."""
    app.before_request(_arrive)
    app.after_request(_leave)
    app.teardown_request(_clean_up)


def _arrive() -> None:
    g.correlation = trail.begin()
    g.locale = _negotiated()
    set_locale(g.locale)
    if face() in ("", "public"):
        return
    # Reading a cookie here and nowhere else keeps the public face free of identity.
    g.actor = _actor()
    g.locale = g.actor.locale if g.actor.kind == "user" else g.locale
    set_locale(g.locale)
    _admit(g.actor)
    if request.method not in SAFE:
        bodies.check_type()
        csrf.check()


def _negotiated() -> str:
    """Private pages speak the installed languages; what a visitor may meet speaks every language that has a catalogue."""
    offered = current_app.extensions["channelpress"]["settings"].locales
    if face() in ("", "public"):
        offered = (*offered, *catalogue_locales())
    asked = [request.args["lang"]] if "lang" in request.args else []
    return negotiate([*asked, *request.accept_languages.values()], offered)


def _actor() -> Actor:
    token = request.cookies.get(SESSION_COOKIE, "")
    return actor_of_token(token) if token else VISITOR


def actor_of_token(token: str) -> Actor:
    """Who holds this session token; a visitor when it is unknown, too old, or one of the doors says no."""
    house = current_app.extensions["channelpress"]
    with database().reading(SYSTEM) as read:
        found = actor_for_session(read, token, house["roles"])
        if found is None or not all(may_enter(read, found) for may_enter in house["registry"].doors):
            return VISITOR
    return found


def _admit(actor: Actor) -> None:
    """Deny by default: the view's declared permission, and the right side of the house."""
    view = current_app.view_functions.get(request.endpoint or "")
    permission = getattr(view, "needs", None)
    if permission == ANYONE:
        return
    if actor.kind != "user":
        raise NeedsSignIn()
    wrong_side = {"portal": actor.partner_id is None, "desk": actor.partner_id is not None}
    if wrong_side.get(face(), False):
        raise NotFound("page")
    if permission is None or (permission != SIGNED_IN and not actor.may(permission)):
        raise Forbidden(str(permission))


def _leave(response: Response) -> Response:
    work, used = g.pop("work", None), g.pop("ctx", None)
    if work is not None:
        if used is not None and response.status_code < 400:
            submissions.settle(used, response)
        _end(work, keep=response.status_code < 400)
    return response


def may_try_again() -> bool:
    """Rolls the request's work back and says whether the view may run once more; true once, and only for what can be read twice."""
    work = g.pop("work", None)
    if work is None or g.get("tried_again"):
        if work is not None:
            _end(work, keep=False)
        return False
    g.tried_again = True
    g.pop("ctx", None)
    g.pop("new_flashes", None)
    _end(work, keep=False)
    for _name, upload in request.files.items(multi=True):
        upload.stream.seek(0)
    return True


def _end(work: Any, *, keep: bool) -> None:
    if keep:
        work.__exit__(None, None, None)
        return
    try:
        work.__exit__(_RollBack, _RollBack(), None)
    except _RollBack:
        pass


def _clean_up(error: BaseException | None) -> None:
    work = g.pop("work", None)
    if work is not None:
        _end(work, keep=False)
